// Everything that can be done to an answer on its way, at the SDK as applications use it: it is shown as complete only where
// all of it came as it was sealed, what is shown is its beginning and nothing else, and the session goes on.
import { describe, expect, it } from "vitest";
import { createSession, type ChannelSuite, type Session } from "../../../src/client/index.ts";
import { TURN_PATIENCE_MS } from "../../../src/client/limits.ts";
import { parseRecordPlace } from "../../../src/protocol/channel-frames.ts";
import {
  byteCuts,
  recordMutations,
  splices,
  type Frames,
  type Mutation,
} from "../../support/stream-mutations.ts";
import { FakeAssistant } from "./fake-assistant.ts";
import { FakeService, SERVICE, SESSION, worldOf } from "./fake-service.ts";
import { until, type World } from "./world.ts";

/** Makes mutations of one answer; `others` are streams that nobody meant for it. */
type Mutate = (frames: Frames, others: Record<string, Frames>) => Iterable<Mutation>;

interface Chat {
  readonly assistant: FakeAssistant;
  readonly world: World;
  readonly ada: Session;
}

async function begin(suite: ChannelSuite): Promise<Chat> {
  const service = new FakeService();
  const assistant = new FakeAssistant(SESSION);
  service.assistant = assistant;
  const world = worldOf(service);
  const ada = await createSession({ service: SERVICE, suite, environment: world.environment });
  return { assistant, world, ada };
}

/** Asks, and seals an answer that nobody has sent yet. A resume finds nothing of it. */
async function sealed({ ada, assistant }: Chat, pieces: readonly string[], regenerate?: string) {
  const answer = ada.ask("Why?", {
    share: false,
    after: null,
    ...(regenerate !== undefined && { regenerate }),
  });
  const asked = await assistant.question(regenerate === undefined ? 1 : 2, answer.turn);
  await until(() => answer.state === "waiting");
  return { answer, frames: await assistant.seal(asked, pieces) };
}

const same = (one: Uint8Array, other: Uint8Array | undefined): boolean =>
  other !== undefined && Buffer.compare(one, other) === 0;

/** Whether all of it is there in its order, but for what is known already and what is of other attempts. */
function isWhole(changed: Frames, sent: Frames): boolean {
  let next = 0;
  const name = sent[0]?.subarray(2, 16) ?? new Uint8Array();
  for (const frame of changed) {
    const place = parseRecordPlace(frame);
    // Not a frame at all: the connection is given up.
    if (place === null) return false;
    if (!same(name, frame.subarray(2, 16)) || place.index < next) continue;
    if (!same(frame, sent[next])) return false;
    next += 1;
    if (next === sent.length) return true;
  }
  return false;
}

async function deliver({ world }: Chat, frames: Frames): Promise<void> {
  const { socket } = world;
  for (const frame of frames) socket.bytes(frame);
  await world.advance(0);
}

/** Every mutation of an answer of these pieces, each on an answer of its own. Returns how many were tried. */
async function holdAgainst(
  suite: ChannelSuite,
  pieces: readonly string[],
  mutate: Mutate,
  keep: (index: number) => boolean = () => true,
): Promise<number> {
  const text = pieces.join("");
  let chat = await begin(suite);
  let tried = 0;
  for (let index = 0, count = 1; index < count; index++) {
    if (index > 0 && !keep(index)) continue;
    if (chat.ada.state !== "live") chat = await begin(suite);
    const first = await sealed(chat, pieces);
    await deliver(chat, first.frames);
    expect((await first.answer.result).complete).toBe(true);
    const { answer, frames } = await sealed(chat, pieces, first.answer.turn);
    const other = await sealed(chat, pieces);
    await deliver(chat, other.frames);
    const others = { "an earlier attempt": first.frames, "another turn": other.frames };
    const mutations = [...mutate(frames, others)];
    count = mutations.length;
    const { name, frames: changed } = mutations[index] ?? { name: "none", frames };
    await deliver(chat, changed);
    // Where no record came at all, a model may think for as long as a turn may take.
    for (let ms = 0; answer.state !== "done"; ms += 20_000) {
      expect(ms, name).toBeLessThan(TURN_PATIENCE_MS + 20_000);
      await chat.world.advance(20_000);
    }
    const result = await answer.result;
    const whole = isWhole(changed, frames);
    expect.soft(result.complete, name).toBe(whole);
    if (whole) expect.soft(result.text, name).toBe(text);
    else {
      expect.soft(text.startsWith(result.text), name).toBe(true);
      expect.soft(["answer_forged", "answer_cut", "turn_timeout"], name).toContain(result.error);
    }
    expect.soft(result.text, name).toBe(answer.text);
    chat.assistant.forget();
    tried += 1;
  }
  const last = await sealed(chat, pieces);
  await deliver(chat, last.frames);
  expect(await last.answer.result).toMatchObject({ complete: true, text });
  chat.ada.close();
  return tried;
}

const PIECES = ["Be", "cau", "se it is."];

describe.each(["x25519", "mlkem768-x25519"] as const)(
  "[RULE8] [ASK1] an answer that did not come as it was sealed, %s",
  (suite) => {
    it.each([1, 2, 3, 8])("of %i records: moved, removed, doubled", async (records) => {
      const pieces = Array.from({ length: records }, (_, at) => `piece ${String(at)} `);
      expect(await holdAgainst(suite, pieces, recordMutations)).toBeGreaterThan(3 * records);
    });

    it("spliced with an earlier attempt and another turn", async () => {
      const tried = await holdAgainst(suite, PIECES, function* (frames, others) {
        for (const [from, other] of Object.entries(others)) yield* splices(frames, from, other);
      });
      expect(tried).toBeGreaterThan(20);
    });

    it("cut at bytes of every part of a frame", async () => {
      const tried = await holdAgainst(suite, PIECES, byteCuts, (at) => at < 70 || at % 97 === 0);
      expect(tried).toBeGreaterThan(100);
    });
  },
);
