// The session's ports on Durable Objects: storage, alarm, keys, timers, eviction.
import engine from "../dist/pii/engine.simd.wasm";
import { randomId } from "../src/crypto/bytes.ts";
import { createOffer } from "../src/crypto/channel/offer.ts";
import { signStatement } from "../src/crypto/statement.ts";
import { PRESENCE_TICK_MS } from "../src/protocol/limits.ts";
import { refuse } from "../src/protocol/errors.ts";
import { buildOf, readIdentity, readModels, readTokens, type Env } from "../src/env.ts";
import { usePiiModule } from "../src/pii/load-worker.ts";
import { createMessageScan, type MessageScan } from "../src/pii/scan-messages.ts";
import type { Upstream } from "../src/providers/provider.ts";
import { createAssistant } from "../src/providers/registry.ts";
import type { Assistant } from "../src/session/assistant-port.ts";
import type { PersonalDataScan } from "../src/session/scan-port.ts";
import type { Cancel, Platform, Signer, Sockets, Storage } from "../src/session/ports.ts";

/** The one key under which storage holds the one record. */
const RECORD_KEY = "record";

export function createPlatform(ctx: DurableObjectState, env: Env, sockets: Sockets): Platform {
  return {
    clock: () => Date.now(),
    storage: createStorage(ctx.storage),
    sockets,
    signer: createSigner(env),
    assistant: createLazyAssistant(env),
    scan: createScan(),
    build: buildOf(env),
    randomId,
    // A pending timer keeps the object awake; the session asks for one only while frames are moving.
    afterTurn: (callback) => {
      setTimeout(callback, 0);
    },
    afterTick: (callback) => {
      setTimeout(callback, PRESENCE_TICK_MS);
    },
    after,
    wait: (ms) => scheduler.wait(ms),
    keepAlive: (promise) => {
      ctx.waitUntil(promise);
    },
    // The reason reaches the platform's logs, so it is constant. Without `retryAlarm: false` an abort inside
    // an alarm brings the object back two seconds later.
    evict: () => {
      ctx.abort("session burned", { retryAlarm: false });
    },
  };
}

/** What providers of language models may use of the platform. Timers are pending only while a turn streams. */
export function createUpstream(): Upstream {
  return {
    fetch: (url, options) => fetch(url, options),
    clock: () => Date.now(),
    random: () => Math.random(),
    after,
  };
}

function after(ms: number, callback: () => void): Cancel {
  const timer = setTimeout(callback, ms);
  return () => {
    clearTimeout(timer);
  };
}

// Built when it is first needed. An object wakes to burn, too, and a broken configuration of providers must not keep
// it from that: there is no model then, and the Worker refuses everything else by itself.
function createLazyAssistant(env: Env): Assistant {
  let made: Assistant | undefined;
  const assistant = () => (made ??= createAssistant(readModels(env), createUpstream()));
  return {
    terms: (choice, jurisdiction) => {
      try {
        return assistant().terms(choice, jurisdiction);
      } catch {
        return refuse("model_unknown");
      }
    },
    complete: (model, request, signal) => assistant().complete(model, request, signal),
  };
}

// One engine serves every object of an isolate: it keeps nothing between two scans, and a scan never waits.
let messageScan: MessageScan | undefined;

function createScan(): PersonalDataScan {
  return {
    scan: (messages, options) =>
      (messageScan ??= createMessageScan(usePiiModule(engine))).scan(messages, options),
  };
}

// The platform's output gate keeps the contract that nothing leaves before what was written is durable.
function createStorage(storage: DurableObjectStorage): Storage {
  return {
    read: () => storage.kv.get(RECORD_KEY),
    write: (record) => {
      storage.kv.put(RECORD_KEY, record);
    },
    setAlarm: (atMs) => {
      // A failure here breaks the output gate and resets the object; there is nothing to add to that.
      void storage.setAlarm(atMs);
    },
    sync: () => storage.sync(),
    wipe: () => storage.deleteAll(),
    remaining: async () => {
      const keys = await storage.list({ limit: 1_000 });
      const alarm = await storage.getAlarm();
      return keys.size + (alarm === null ? 0 : 1);
    },
  };
}

// Keys are imported when they are first needed: most wake-ups need none.
function createSigner(env: Env): Signer {
  return {
    token: async (capability) => readTokens(env).sign(capability),
    offer: async (facts) => createOffer(await readIdentity(env), facts),
    statement: async (facts) => signStatement(await readIdentity(env), facts),
  };
}
