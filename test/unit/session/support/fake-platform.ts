// The ports of one instance. They reach the world only while that instance lives: a promise of a dead
// instance never settles and a call of it does nothing, as after a real crash.
import type { BurnFacts } from "../../../../src/crypto/statement.ts";
import { createOffer, type OfferFacts, type OfferKeys } from "../../../../src/crypto/channel/offer.ts";
import type { Capability } from "../../../../src/crypto/tokens.ts";
import type { Assistant } from "../../../../src/session/assistant-port.ts";
import type { Attachment, Platform, Socket } from "../../../../src/session/ports.ts";
import type { PersonalDataScan } from "../../../../src/session/scan-port.ts";
import type { FakeClient, Wire } from "./fake-sockets.ts";
import { Crash, PortFailure } from "./faults.ts";
import type { World } from "./world.ts";

const NEVER = new Promise<never>(() => undefined);

export class FakePlatform implements Platform {
  readonly build = "test-build";
  readonly #world: World;
  readonly #sockets = new Map<FakeClient, Socket>();
  dead = false;
  /** Something asked to be kept in memory and has not settled. */
  pinned = 0;
  turns: (() => void)[] = [];
  timers: { readonly atMs: number; readonly callback: () => void }[] = [];
  waits: { readonly untilMs: number; readonly resolve: () => void }[] = [];
  /** Storage calls that wait to be answered, while the world answers slowly. */
  parked: { readonly name: string; readonly answer: () => void }[] = [];
  /** From its mark on an instance writes nothing, unless its wipe failed. */
  wipe: "none" | "began" | "failed" = "none";

  constructor(world: World) {
    this.#world = world;
  }

  readonly clock = (): number => this.#world.now;

  readonly storage = {
    read: (): unknown => {
      this.#call("read");
      return this.#world.disk.record;
    },
    write: (record: object): void => {
      this.#call("write");
      if (this.#world.faults.writesFail) throw new PortFailure();
      this.#world.noteWrite(this, JSON.stringify(record), isRetryMark(record));
      this.#world.disk.put(record);
    },
    setAlarm: (atMs: number): void => {
      this.#call("setAlarm");
      this.#world.noteWrite(this, `alarm ${String(atMs)}`, true);
      this.#world.disk.setAlarm(atMs);
    },
    sync: (): Promise<void> =>
      this.#later("sync", () => {
        this.#world.disk.persist();
      }),
    wipe: (): Promise<void> => {
      this.wipe = "began";
      return this.#later("wipe", () => {
        this.#world.disk.wipe();
      });
    },
    remaining: (): Promise<number> => this.#later("remaining", () => this.#world.disk.keys),
  };

  readonly sockets = {
    open: (): readonly Socket[] => {
      this.#call("open");
      return this.#world.clients
        .filter(({ state }) => state === "open")
        .map((client) => this.socketOf(client));
    },
    closing: (): number => this.#world.clients.filter(({ state }) => state !== "closed").length,
  };

  readonly signer = {
    statement: (facts: BurnFacts): Promise<string> =>
      this.#later("statement", () => {
        this.#world.statements.push(facts);
        return `STATEMENT-${facts.cause}`;
      }),
    token: (capability: Capability): Promise<string> =>
      this.#later("token", () => `TOKEN-${capability.kind}-${capability.subject}`, false),
    offer: async (facts: OfferFacts): Promise<{ jws: string; keys: OfferKeys }> => {
      await this.#later("offer", () => undefined, false);
      return createOffer(await this.#world.identity, facts);
    },
  };

  get assistant(): Assistant {
    return this.#world.assistant;
  }

  get scan(): PersonalDataScan | null {
    return this.#world.scan;
  }

  randomId(bytes: number): string {
    return this.#world.nextId(bytes);
  }

  afterTurn(callback: () => void): void {
    this.#call("afterTurn");
    this.turns.push(callback);
  }

  afterTick(callback: () => void): void {
    this.#call("afterTick");
    this.turns.push(callback);
  }

  after(ms: number, callback: () => void): () => void {
    this.#call("after");
    const timer = { atMs: this.#world.now + ms, callback };
    this.timers.push(timer);
    return () => {
      this.timers = this.timers.filter((each) => each !== timer);
    };
  }

  wait(ms: number): Promise<void> {
    this.#call("wait");
    return new Promise((resolve) => {
      this.waits.push({ untilMs: this.#world.now + ms, resolve });
    });
  }

  keepAlive(promise: Promise<unknown>): void {
    this.#call("keepAlive");
    this.pinned += 1;
    const unpin = () => {
      this.pinned -= 1;
    };
    promise.then(unpin, (error: unknown) => {
      unpin();
      this.#world.noteEscaped(error);
    });
  }

  evict(): void {
    if (this.dead) return;
    this.#call("evict");
    this.#world.evicted(this);
  }

  /** The same port object for the same socket, as long as this instance lives. */
  socketOf(client: FakeClient): Socket {
    const known = this.#sockets.get(client);
    if (known !== undefined) return known;
    const socket: Socket = {
      attachment: client.attachment,
      send: (data) => this.#send(client, data),
      close: (code, reason) => {
        this.#call("close");
        if (client.state !== "open") return;
        client.state = "closing";
        this.#world.disk.afterWrites(() => {
          client.closed ??= { code, reason };
          if (client.silentSince === null) client.state = "closed";
        });
      },
      lastPingAt: () => client.silentSince ?? this.#world.now,
    };
    this.#sockets.set(client, socket);
    return socket;
  }

  accept(attachment: Attachment): Socket {
    this.#call("accept");
    return this.socketOf(this.#world.open(attachment));
  }

  #send(client: FakeClient, data: Wire): boolean {
    this.#call("send");
    if (client.state !== "open" || client.refusesOutput) return false;
    if (typeof data !== "string") client.handedOver.push(data);
    const copy = typeof data === "string" ? data : data.slice();
    this.#world.disk.afterWrites(() => {
      if (client.closed === null) client.received.push(copy);
    });
    return true;
  }

  #call(name: string): void {
    if (this.dead) throw new Crash();
    if (!this.#world.faults.crashes(name)) return;
    this.#world.crash(this.#world.faults.fate);
    throw new Crash();
  }

  async #later<T>(name: string, work: () => T, mayPark = true): Promise<T> {
    try {
      this.#call(name);
    } catch {
      return NEVER;
    }
    const rejects = this.#world.faults.rejects();
    if (mayPark && this.#world.slow) {
      await new Promise<void>((answer) => {
        this.parked.push({ name, answer });
      });
      if (this.dead) return NEVER;
    }
    if (rejects) {
      if (this.wipe === "began" && (name === "wipe" || name === "sync")) this.wipe = "failed";
      throw new PortFailure();
    }
    const value = work();
    // A platform call is never answered within the same turn.
    await Promise.resolve();
    return this.dead ? NEVER : value;
  }
}

function isRetryMark(record: object): boolean {
  return "burning" in record && record.burning !== null;
}
