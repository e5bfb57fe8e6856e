// Four ways to ask the same model the same thing: straight, through a bare object that forwards in clear, and through
// a session's channel in each of its suites. All of them run in this process and talk over loopback.
import { createParser } from "eventsource-parser";
import { encodeSummary } from "../../src/crypto/channel/answer-content.ts";
import { platformEnvironment, type Environment } from "../../src/client/environment.ts";
import { createSession, type Session } from "../../src/client/index.ts";
import { startService as startLocalService } from "../../src/local/service.ts";
import { FRAME } from "../../src/protocol/frames.ts";
import { OFFER_BURST } from "../../src/protocol/limits.ts";
import { Listener, type Heard } from "./heard.ts";
import { modelId, type Model } from "./model.ts";
import { CountError } from "./peer.ts";
import { nameOf, requestOf, type Script } from "./script.ts";
import { bundle, newWorkerd, startService, workerds, type Module } from "./service.ts";

export const WAYS = ["direct", "raw object", "X25519", "X-Wing"] as const;
export type Way = (typeof WAYS)[number];

/** Bytes that moved for one answer, without WebSocket's own 2 to 4 a frame and without HTTP's head. */
export interface Moved {
  readonly up: number;
  readonly down: number;
  /** bytes of the summary at the end, where there is one */
  readonly summary: number;
}
export type Answered = Heard & Moved;

export interface Asker {
  /** process id of its workerd; null where it has none */
  readonly pid: number | null;
  /** Gets ready to ask; what comes back asks. */
  prepare(script: Script): Promise<() => Promise<Answered>>;
}

export interface Askers {
  readonly by: Readonly<Record<Way, Asker>>;
  stop(): Promise<void>;
}

const PROMPT = "Which words come next, and how long do they take?";
/** milliseconds; what was asked for ahead is there by then, and is good for 8 seconds. */
const WARM_MS = 100;
const SUITES = { X25519: "x25519", "X-Wing": "mlkem768-x25519" } as const;

let yardstick: Promise<readonly Module[]> | null = null;

/** Starts what the ways need: two services, each in a workerd of its own. */
export async function startAskers(model: Model, scripts: readonly Script[]): Promise<Askers> {
  const program = {
    main: "test/bench/workers/token-stream.ts",
    object: { binding: "STREAM", className: "Stream" },
    variables: { MODEL_URL: model.url },
    direct: true,
  };
  const raw = await startService(program, await (yardstick ??= bundle(program)));
  const before = workerds();
  const local = await startLocalService({ bindings: { PROVIDERS: model.providers(scripts) } }).catch(
    async (error: unknown) => {
      await raw.stop();
      throw error;
    },
  );
  const pid = newWorkerd(before);
  const ghosts = (["X25519", "X-Wing"] as const).map((way) => new GhostAsker(local.url.origin, pid, way));
  const [classic, hybrid] = ghosts as [GhostAsker, GhostAsker];
  return {
    by: {
      direct: { pid: null, prepare: async (script) => () => askDirectly(model.url, script) },
      "raw object": { pid: raw.pid, prepare: (script) => connectRaw(raw.port, script) },
      X25519: classic,
      "X-Wing": hybrid,
    },
    stop: async () => {
      for (const ghost of ghosts) ghost.close();
      await Promise.allSettled([raw.stop(), local.stop()]);
    },
  };
}

async function askDirectly(url: string, script: Script): Promise<Answered> {
  const listener = new Listener(script);
  const body = requestOf(script, PROMPT);
  const answer = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body });
  let down = 0;
  let ended = false;
  // A function, since the compiler does not see that the parser changes it.
  const isEnded = (): boolean => ended;
  const parser = createParser({
    onEvent: ({ data }) => {
      if (data === "[DONE]") ended = true;
      else listener.hear(textOf(data));
    },
  });
  const decoder = new TextDecoder();
  const reader = answer.body?.getReader();
  for (let piece = await reader?.read(); piece?.done === false; piece = await reader?.read()) {
    down += piece.value.length;
    parser.feed(decoder.decode(piece.value, { stream: true }));
  }
  if (!isEnded()) throw new CountError("the model's stream was cut");
  return { ...listener.end(), up: body.length, down, summary: 0 };
}

function textOf(data: string): string {
  const { choices } = JSON.parse(data) as { choices: { delta: { content?: string } }[] };
  return choices[0]?.delta.content ?? "";
}

let streams = 0;

async function connectRaw(port: number, script: Script): Promise<() => Promise<Answered>> {
  const socket = new WebSocket(`ws://127.0.0.1:${String(port)}/${String(streams++)}`);
  await new Promise<void>((resolve, reject) => {
    socket.onopen = () => {
      resolve();
    };
    socket.onerror = () => {
      reject(new Error("the bare object cannot be reached"));
    };
  });
  return () =>
    new Promise((resolve, reject) => {
      const listener = new Listener(script);
      const body = requestOf(script, PROMPT);
      let down = 0;
      socket.onmessage = ({ data }: MessageEvent<string>) => {
        down += data.length;
        if (data !== "") {
          listener.hear(data);
          return;
        }
        socket.close();
        try {
          resolve({ ...listener.end(), up: body.length, down, summary: 0 });
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      };
      socket.onclose = () => {
        reject(new CountError("the bare object closed"));
      };
      socket.send(body);
    });
}

/** Counts the bytes of the channel's frames. */
class Meter {
  up = 0;
  down = 0;

  environment(): Environment {
    const platform = platformEnvironment();
    return {
      ...platform,
      connect: (url, protocols, events) => {
        const socket = platform.connect(url, protocols, {
          ...events,
          message: (data) => {
            if (typeof data !== "string" && data[0] === FRAME.channel) this.down += data.length;
            events.message(data);
          },
        });
        return {
          ...socket,
          send: (data) => {
            if (typeof data !== "string" && data[0] === FRAME.channel) this.up += data.length;
            socket.send(data);
          },
        };
      },
    };
  }
}

interface Seat {
  readonly session: Session;
  readonly meter: Meter;
  asked: number;
}

class GhostAsker implements Asker {
  readonly pid: number;
  readonly #origin: string;
  readonly #suite: (typeof SUITES)[keyof typeof SUITES];
  readonly #free = new Map<string, Seat[]>();
  readonly #all: Session[] = [];

  constructor(origin: string, pid: number, way: keyof typeof SUITES) {
    this.#origin = origin;
    this.pid = pid;
    this.#suite = SUITES[way];
  }

  async prepare(script: Script): Promise<() => Promise<Answered>> {
    const free = this.#free.get(nameOf(script)) ?? [];
    this.#free.set(nameOf(script), free);
    // Nobody gets more offers than this at once; who asks more often than people do takes another session.
    const known = free.shift();
    const seat = known !== undefined && known.asked < OFFER_BURST ? known : await this.#open(script);
    // As an application does while somebody writes the question.
    await seat.session.warmUp();
    await new Promise((resolve) => setTimeout(resolve, WARM_MS));
    return async () => {
      const answered = await ask(seat, script);
      seat.asked += 1;
      free.push(seat);
      return answered;
    };
  }

  close(): void {
    for (const session of this.#all) session.close();
  }

  async #open(script: Script): Promise<Seat> {
    const meter = new Meter();
    const session = await createSession({
      service: this.#origin,
      assistant: { model: modelId(script) },
      suite: this.#suite,
      environment: meter.environment(),
    });
    this.#all.push(session);
    return { session, meter, asked: 0 };
  }
}

async function ask({ session, meter }: Seat, script: Script): Promise<Answered> {
  const before = { up: meter.up, down: meter.down };
  const listener = new Listener(script);
  const answer = session.ask(PROMPT, { share: false, after: null });
  for await (const text of answer) listener.hear(text);
  const heard = listener.end();
  const { finish, complete, usage } = await answer.result;
  if (!complete || finish === "cut" || finish === "error") throw new CountError(`an answer ended: ${finish}`);
  const end = { finish, error: null, usage, model: modelId(script), redactions: [] };
  const summary = encodeSummary(end, "=".repeat(43)).length;
  return { ...heard, up: meter.up - before.up, down: meter.down - before.down, summary };
}
