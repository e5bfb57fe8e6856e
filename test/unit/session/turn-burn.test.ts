// What a burn does to a turn, whatever the turn is at: no model is asked any more, and nothing of it leaves or is held.
import { describe, expect, it, vi } from "vitest";
import { AnswerSealer } from "../../../src/crypto/channel/answer-sealer.ts";
import { FRAME } from "../../../src/protocol/frames.ts";
import { ANSWER_TICK_MS, TURN_TIMEOUT_MS, UPLOAD_TIMEOUT_MS } from "../../../src/protocol/limits.ts";
import { AskingChat, modelDoes } from "./support/asking.ts";
import { atStage, sealedQuestion, STAGE_NAMES, type Stage } from "./support/turn-stages.ts";

/** Whether any of them is not zero. */
const isHeld = (buffers: readonly Uint8Array[]): boolean =>
  buffers.some((bytes) => bytes.some((byte) => byte !== 0));

describe("[TURN10] a burn", () => {
  it.each(STAGE_NAMES)("%s", async (name) => {
    const { chat, host, turn } = await atStage(name);
    const before = host.records(turn).length;
    const [call] = chat.model.calls;
    const held = host.client.handedOver.filter((bytes) => bytes[0] === FRAME.channel);
    expect({ question: isHeld(call?.buffers ?? []), answer: isHeld(held) }).toEqual({
      question: ["waiting for the first token", "streaming", "in the grace"].includes(name),
      answer: ["streaming", "in the grace", "after the final record"].includes(name),
    });
    chat.world.slow = true;
    const burning = await chat.delete();
    // Aborted before the wipe, which has not been answered yet; and everything that was held is zero.
    expect([chat.world.platform?.parked.map((each) => each.name), burning.left]).toEqual([["wipe"], false]);
    if (call !== undefined) expect(call.signal.aborted).toBe(true);
    expect(call?.buffers.every((bytes) => bytes.every((byte) => byte === 0)) ?? true).toBe(true);
    expect(held.every((bytes) => bytes.every((byte) => byte === 0))).toBe(true);
    expect(chat.timers).toBe(0);
    // From the mark on nothing of the turn leaves, whatever still comes in.
    call?.say("too late");
    call?.end();
    await host.send(turn.frames);
    await host.resume(turn, 0);
    await chat.world.pass(20_000);
    expect(host.records(turn).length).toBe(before);
    for (let i = 0; i < 8; i++) await chat.world.answerOne();
    await chat.drain();
    expect([chat.world.evictions, chat.world.disk.keys, chat.world.escaped]).toEqual([1, 0, []]);
    expect(host.records(turn).length).toBe(before);
    expect([host.client.told("turn_refused"), chat.model.calls.length]).toEqual([
      [],
      call === undefined ? 0 : 1,
    ]);
  });

  it.each(["offer", "records", "final record"])(
    "in the same turn of the event loop as the %s",
    async (what) => {
      const { chat, host, turn } = await sealedQuestion({ recordBytes: 512 });
      await chat.world.run(async ({ session, platform }) => {
        const socket = platform.socketOf(host.client);
        if (what === "offer") {
          session.sockets.text(socket, JSON.stringify({ type: "offer", nonce: "A".repeat(43) }));
        } else {
          for (const frame of turn.frames.slice(0, what === "records" ? 1 : 2))
            session.sockets.binary(socket, frame);
        }
        await session.burnNow(chat.hostCapability);
      });
      await chat.drain();
      expect([chat.model.calls.length, host.accepted, host.client.told("offer").length]).toEqual([0, 0, 1]);
      expect([chat.world.evictions, chat.world.escaped]).toEqual([1, []]);
    },
  );

  it("that the word of acceptance sets off, since nobody is there to hear it: no model is asked", async () => {
    const chat = await AskingChat.begin({ empty: 0 });
    const host = await chat.enter();
    const turn = await host.seal();
    await chat.world.run(({ session, platform }) => {
      const socket = platform.socketOf(host.client);
      for (const frame of turn.frames) session.sockets.binary(socket, frame);
      // Gone, and the platform has not said so yet.
      host.client.lose();
    });
    await chat.drain();
    expect([chat.model.calls.length, chat.timers]).toEqual([0, 0]);
    expect([chat.world.evictions, chat.world.disk.keys, chat.world.escaped]).toEqual([1, 0, []]);
  });

  it.each(["a timer that cannot be taken back", "a sealer that cannot be closed"])(
    "%s stops neither the other attempts nor the burn",
    async (what) => {
      const { chat, host, turn } = await sealedQuestion();
      const fail = () => {
        throw new Error("no");
      };
      const { platform } = chat.world.wake();
      const after = platform.after.bind(platform);
      let failing = what.startsWith("a timer");
      platform.after = (ms, callback) => {
        const cancel = after(ms, callback);
        if (!failing || ms !== TURN_TIMEOUT_MS) return cancel;
        failing = false;
        return fail;
      };
      await host.send(turn.frames);
      await host.ask();
      const [first, second] = chat.model.calls;
      const close = vi.spyOn(AnswerSealer.prototype, "close");
      if (!what.startsWith("a timer")) close.mockImplementationOnce(fail);
      await chat.say(host.client, { type: "burn" });
      const closed = close.mock.results.map(({ type }) => type);
      close.mockRestore();
      expect(closed).toEqual(what.startsWith("a timer") ? ["return"] : ["throw", "return"]);
      await chat.drain();
      expect([first?.signal.aborted, second?.signal.aborted]).toEqual([true, true]);
      expect(second?.buffers.every((bytes) => bytes.every((byte) => byte === 0))).toBe(true);
      expect([chat.world.evictions, chat.world.disk.keys, chat.world.escaped]).toEqual([1, 0, []]);
    },
  );
});

describe("[LIFE9] [RULE6] a deadline that passes while the alarm is late", () => {
  /** The clock reaches the hard cap, and no event but those of the turn itself follows. */
  const late = async (name: string): Promise<Stage> => {
    const stage = await atStage(name);
    stage.chat.world.now = stage.chat.hostCapability.hardCapAt;
    return stage;
  };

  it.each(["streaming", "in the grace"])(
    "%s: nothing more leaves, the model call is aborted, the burn begins",
    async (name) => {
      const { chat, host, turn } = await late(name);
      const before = host.records(turn).length;
      const { call } = chat.model;
      await modelDoes(chat, () => {
        call.say("past the deadline");
      });
      await chat.world.pass(ANSWER_TICK_MS);
      expect([host.records(turn).length, call.signal.aborted]).toEqual([before, true]);
      expect([chat.timers, call.buffers.every((bytes) => bytes.every((byte) => byte === 0))]).toEqual([
        0,
        true,
      ]);
      await chat.drain();
      expect([chat.world.evictions, chat.world.disk.keys, chat.world.escaped]).toEqual([1, 0, []]);
      expect(chat.world.statements).toMatchObject([{ cause: "ttl" }]);
    },
  );

  it("the end of an answer, its first text and a failed sealing say nothing either", async () => {
    for (const what of ["end", "first text", "failure"] as const) {
      const { chat, host } = await late("waiting for the first token");
      const { call } = chat.model;
      await modelDoes(chat, () => {
        if (what === "first text") call.say("past the deadline");
        else if (what === "end") call.end();
        else call.fail(new Error("upstream"));
      });
      expect([host.client.binary, call.signal.aborted]).toEqual([[], true]);
      await chat.drain();
      expect([chat.world.evictions, chat.world.escaped]).toEqual([1, []]);
    }
  });

  it("an upload that takes too long is not told so", async () => {
    const { chat, host } = await late("in the middle of an upload");
    await chat.world.pass(UPLOAD_TIMEOUT_MS);
    await chat.drain();
    expect([host.refusals, chat.world.evictions]).toEqual([[], 1]);
  });
});
