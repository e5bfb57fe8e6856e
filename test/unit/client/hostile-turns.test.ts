// A question under way while the connection is closed at every step with every code, and while the service lies about
// turns: the session ends in a stated state or goes on, and the answer's result always comes, in bounded time and with a
// stated reason.
import { describe, expect, it } from "vitest";
import { createSession, type Answer, type AnswerResult, type Session } from "../../../src/client/index.ts";
import { MAX_TURN_RETRIES, TURN_PATIENCE_MS } from "../../../src/client/limits.ts";
import { codeOfEnd } from "../../../src/client/session-parts.ts";
import { closeNext, outcomeOf, STEPS, withEveryCode } from "./close-codes.ts";
import { FakeAssistant, type Asked } from "./fake-assistant.ts";
import { FakeService, SERVICE, SESSION, worldOf } from "./fake-service.ts";
import { settle, until, type World } from "./world.ts";

interface Scene {
  readonly service: FakeService;
  readonly assistant: FakeAssistant;
  readonly world: World;
  readonly ada: Session;
  readonly answer: Answer;
  readonly asked: Asked;
}

/** Somebody who asked. `streaming`: some of the answer is there. */
async function asking(streaming = true): Promise<Scene> {
  const service = new FakeService();
  const assistant = new FakeAssistant(SESSION);
  service.assistant = assistant;
  const world = worldOf(service);
  const ada = await createSession({ service: SERVICE, suite: "x25519", environment: world.environment });
  const answer = ada.ask("Why?");
  const asked = await assistant.question();
  await until(() => answer.state === "waiting", "the acceptance");
  if (streaming) {
    await assistant.answer(asked, "Bec");
    await until(() => answer.text === "Bec", "the first text");
  }
  return { service, assistant, world, ada, answer, asked };
}

/** How the answer ended, in the time that a turn may take and no more. */
async function ending({ answer, world }: Scene): Promise<AnswerResult> {
  for (let ms = 0; answer.state !== "done"; ms += 5_000) {
    expect(ms).toBeLessThan(TURN_PATIENCE_MS + 60_000);
    await world.advance(5_000);
  }
  return answer.result;
}

async function close({ ada, world }: Scene): Promise<void> {
  ada.close();
  await ada.ended;
  await settle();
  expect(world.timers).toBe(0);
}

describe.each(Object.keys(STEPS))("[SDK4] closed %s with a turn under way, with every code", (name) => {
  const step = STEPS[name] ?? (() => undefined);

  async function comeBack(code: number, streaming: boolean): Promise<void> {
    const scene = await asking(streaming);
    const { service, assistant, world, ada, answer, asked } = scene;
    const closed = closeNext(service, world, step, code);
    service.cut(world.socket);
    const sent = ada.send("waiting").catch(() => null);
    for (let round = 0; !closed(); round++) {
      expect(round).toBeLessThan(6);
      await world.advance(1_000);
    }
    for (let round = 0; round < 5; round++) await world.advance(1_000);
    // What was forgotten is asked again where nothing of it had been shown, and is cut before whatever comes after.
    const forgotten = !assistant.asked.includes(asked);
    if (outcomeOf(code) === "live") {
      await until(() => ada.state === "live");
      if (!forgotten) await assistant.finish(asked);
      else if (!streaming) await assistant.finish(await assistant.question(2));
      const text = streaming ? "Bec" : "";
      const expected =
        forgotten && streaming
          ? { complete: false, finish: "cut", error: "answer_cut", text }
          : { complete: true, finish: "stop", error: null, text };
      expect(await ending(scene), String(code)).toMatchObject(expected);
      ada.close();
    }
    const end = await ada.ended;
    const state = outcomeOf(code) === "live" ? "left" : outcomeOf(code);
    expect(end.state, String(code)).toBe(state);
    if (outcomeOf(code) !== "live") {
      const error = forgotten && streaming ? "answer_cut" : codeOfEnd(end);
      expect(await answer.result, String(code)).toMatchObject({ complete: false, finish: "cut", error });
    }
    await sent;
    await settle();
    expect(world.timers, String(code)).toBe(0);
  }

  it("while the model thinks", () => withEveryCode((code) => comeBack(code, false)), 60_000);
  it("while its answer comes", () => withEveryCode((code) => comeBack(code, true)), 60_000);
});

const OTHER = "A".repeat(16);

describe("[SDK16] lies about a turn that change nothing", () => {
  const lies: Record<string, (scene: Scene) => void | Promise<void>> = {
    "messages of a later version": ({ world, asked: { turn, attempt } }) => {
      world.socket.say({ type: "turn_news", turn, attempt, code: "internal" });
      world.socket.say({ type: "turn_accepted", turn, attempt, since: 1 });
    },
    "acceptances without end": ({ world, asked: { turn, attempt } }) => {
      for (let n = 0; n < 1_000; n++) world.socket.say({ type: "turn_accepted", turn, attempt });
    },
    "what is said of other turns and attempts": ({ world, asked: { turn } }) => {
      for (const name of [
        { turn: OTHER, attempt: 1 },
        { turn, attempt: 2 },
      ]) {
        world.socket.say({ type: "turn_accepted", ...name });
        world.socket.say({ type: "turn_refused", ...name, code: "internal", retryable: false });
      }
    },
    "records of other turns and attempts": ({ world, asked: { frames } }) => {
      for (const at of [5, 15]) {
        const record = frames[0]?.slice() ?? new Uint8Array();
        record[at] = (record[at] ?? 0) ^ 2;
        world.socket.bytes(record);
      }
    },
    "records that are known": ({ world, asked: { frames } }) => {
      for (let n = 0; n < 1_000; n++) world.socket.bytes(frames[0] ?? new Uint8Array());
    },
    "offers that nobody asked for": ({ world }) => {
      for (let n = 0; n < 1_000; n++) world.socket.say({ type: "offer", offer: "x.y.z" });
    },
    "a pause that nobody needs": ({ world }) => {
      world.socket.say({
        ...{ type: "error", code: "rate_limited", text: "", retryable: true },
        retryAfterMs: 2 ** 31 - 1,
      });
    },
    "a huge record: the connection is given up, and the answer goes on by the next": async (scene) => {
      const huge = new Uint8Array(200_000).fill(2);
      scene.world.socket.bytes(huge);
      scene.service.cut(scene.world.socket);
      await scene.world.advance(2_000);
    },
    "a frame without a whole header: the same": async (scene) => {
      scene.world.socket.bytes(Uint8Array.of(2, 0, 1));
      scene.service.cut(scene.world.socket);
      await scene.world.advance(2_000);
    },
  };

  it.each(Object.keys(lies))("%s", async (name) => {
    const scene = await asking();
    await lies[name]?.(scene);
    await settle();
    await scene.assistant.answer(scene.asked, "ause.");
    await scene.assistant.finish(scene.asked);
    expect(await ending(scene)).toMatchObject({ complete: true, text: "Because." });
    expect(scene.ada.state).toBe("live");
    expect(scene.assistant.asked).toHaveLength(1);
    await close(scene);
  });

  it("records before the acceptance, which comes last or never", async () => {
    const scene = await asking();
    const { assistant, world, ada } = scene;
    const say = world.socket.say.bind(world.socket);
    const late: unknown[] = [];
    world.socket.say = (message) => {
      if (JSON.stringify(message).includes("turn_accepted")) late.push(message);
      else say(message);
    };
    await assistant.finish(scene.asked);
    await ending(scene);
    const answer = ada.ask("And?");
    await until(() => assistant.asked.at(-1)?.turn === answer.turn && late.length === 1);
    const asked = assistant.asked.at(-1) ?? scene.asked;
    await assistant.answer(asked, "So");
    await assistant.finish(asked);
    expect(await ending({ ...scene, answer })).toMatchObject({ complete: true, text: "So" });
    say(late[0]);
    await settle();
    expect([answer.state, ada.state]).toEqual(["done", "live"]);
    await close(scene);
  });

  it("whatever comes after the end", async () => {
    const scene = await asking();
    const { assistant, asked, answer, world, ada } = scene;
    await assistant.finish(asked);
    const result = await ending(scene);
    const { turn, attempt } = asked;
    for (const frame of asked.frames) world.socket.bytes(frame);
    world.socket.say({ type: "turn_accepted", turn, attempt });
    world.socket.say({ type: "turn_refused", turn, attempt, code: "turn_unknown", retryable: true });
    scene.service.forget();
    await world.advance(60_000);
    expect([await answer.result, answer.text, ada.state]).toEqual([result, "Bec", "live"]);
    expect(assistant.asked).toEqual([]);
    await close(scene);
  });
});

describe("[SDK16] lies about a turn that end it, with a reason", () => {
  it.each(["internal", "turns_full", "rate_limited", "turn_unknown", "pii_failed", "of_tomorrow"])(
    "a refusal with %s while its answer comes",
    async (code) => {
      const scene = await asking();
      const { turn, attempt } = scene.asked;
      scene.world.socket.say({ type: "turn_refused", turn, attempt, code, retryable: false });
      const error = { turn_unknown: "answer_cut", of_tomorrow: "internal" }[code] ?? code;
      expect(await ending(scene)).toMatchObject({ complete: false, finish: "cut", error, text: "Bec" });
      expect(scene.ada.state).toBe("live");
      await close(scene);
    },
  );

  it("a record of this place with anything in it", async () => {
    const scene = await asking();
    const { assistant, asked, world } = scene;
    const deliver = world.socket.bytes.bind(world.socket);
    world.socket.bytes = (message) => {
      const size = message[0] === 2 ? message.length : 0;
      deliver(message.map((byte, at) => (size > 0 && at >= 18 ? 0xaa : byte)));
    };
    await assistant.answer(asked, "ause.");
    expect(await ending(scene)).toMatchObject({ finish: "cut", error: "answer_forged", text: "Bec" });
    await close(scene);
  });

  it("endless epochs while its answer comes: it is cut once, and not asked again", async () => {
    const scene = await asking();
    for (let n = 0; n < 200; n++) scene.service.forget();
    expect(await ending(scene)).toMatchObject({ finish: "cut", error: "answer_cut", text: "Bec" });
    await scene.world.advance(60_000);
    expect([scene.assistant.asked.length, scene.world.sockets.length]).toEqual([0, 1]);
    expect(scene.ada.state).toBe("live");
    await close(scene);
  });

  it("an epoch after each acceptance: asked again a few times, then given up", async () => {
    const scene = await asking(false);
    const seen = new Set([scene.asked]);
    for (let n = 0; n <= MAX_TURN_RETRIES; n++) {
      scene.service.forget();
      if (n === MAX_TURN_RETRIES) break;
      await scene.world.advance(1_000);
      seen.add(await scene.assistant.question(n + 2));
      await until(() => scene.answer.state === "waiting");
    }
    expect(await ending(scene)).toMatchObject({ finish: "error", error: "turn_unknown", text: "" });
    expect(seen.size).toBe(1 + MAX_TURN_RETRIES);
    await close(scene);
  });

  it("acceptances and pauses in place of any record: the time of a turn ends it", async () => {
    const scene = await asking(false);
    const { turn, attempt } = scene.asked;
    for (let ms = 0; ms < TURN_PATIENCE_MS && scene.answer.state !== "done"; ms += 20_000) {
      await scene.world.advance(20_000);
      if (scene.ada.state !== "live") continue;
      scene.world.socket.say({ type: "turn_accepted", turn, attempt });
      scene.world.socket.say({
        ...{ type: "error", code: "rate_limited", text: "", retryable: true },
        retryAfterMs: 1,
      });
    }
    expect(await ending(scene)).toMatchObject({ finish: "cut", error: "turn_timeout" });
    expect(scene.ada.state).toBe("live");
    await close(scene);
  });
});
