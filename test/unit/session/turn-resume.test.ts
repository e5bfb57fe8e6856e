// Turns whose connection is lost: who comes back goes on at any record, within what is kept and at a bounded rate.
import { describe, expect, it } from "vitest";
import type { ClientControl } from "../../../src/protocol/control.ts";
import { encodeClientRelay } from "../../../src/protocol/frames.ts";
import {
  ANSWER_TICK_MS,
  MAX_KEPT_RECORDS,
  RESUMED_BURST_BYTES,
  TURN_GRACE_MS,
} from "../../../src/protocol/limits.ts";
import { newNonce } from "../../support/turn-client.ts";
import { AskingChat, modelDoes, type Person } from "./support/asking.ts";
import { CONTENT } from "./support/chat.ts";
import { streamingTurn } from "./support/turn-stages.ts";

describe("[TURN8] a lost connection", () => {
  it("another connection of the same person goes on at any record, and the answer is whole", async () => {
    for (let index = 0; index <= 4; index++) {
      const [chat, host, turn] = await streamingTurn();
      for (const frame of host.records(turn).slice(0, index)) await turn.answer.push(frame);
      await chat.world.clientCloses(host.client);
      await chat.world.pass(TURN_GRACE_MS - 1);
      const again = await host.again();
      await again.resume(turn, turn.answer.next);
      expect(again.accepted).toBe(1);
      await modelDoes(chat, (call) => {
        call.say(" four");
        call.end();
      });
      for (const frame of again.records(turn)) await turn.answer.push(frame);
      expect([turn.answer.text, turn.answer.complete, turn.answer.refused]).toEqual([
        "one two three four",
        true,
        null,
      ]);
    }
  });

  it("without a resume the model is aborted after the grace, and nothing is held", async () => {
    const [chat, host, turn] = await streamingTurn();
    await chat.world.clientCloses(host.client);
    await chat.world.pass(TURN_GRACE_MS - 1);
    expect(chat.model.call.signal.aborted).toBe(false);
    await chat.world.pass(1);
    expect([chat.model.call.signal.aborted, chat.world.atRest]).toEqual([true, true]);
    const again = await host.again();
    await again.resume(turn, 4);
    expect([again.refusals, again.records(turn).length]).toEqual([["turn_unknown"], 0]);
  });

  it("a resume ends the grace", async () => {
    const [chat, host, turn] = await streamingTurn();
    await chat.world.clientCloses(host.client);
    const again = await host.again();
    await again.resume(turn, 4);
    await chat.world.pass(3 * TURN_GRACE_MS);
    expect(chat.model.call.signal.aborted).toBe(false);
    await modelDoes(chat, (call) => {
      call.end();
    });
    expect(again.records(turn).length).toBeGreaterThan(4);
  });

  it("before anything was answered: index 0, also while the request is still being verified", async () => {
    const chat = await AskingChat.begin();
    const host = await chat.enter();
    const again = await host.again();
    const turn = await host.seal();
    await host.askAndMoveTo(again, turn);
    expect([again.accepted, chat.model.calls.length]).toEqual([1, 1]);
    await modelDoes(chat, (call) => {
      call.say("here");
      call.end();
    });
    expect((await again.read(turn)).complete).toBe(true);
  });

  it("a request that had not arrived whole is gone with its connection", async () => {
    const chat = await AskingChat.begin();
    const host = await chat.enter();
    const again = await host.again();
    const turn = await host.seal({ recordBytes: 512 });
    await host.send(turn.frames.slice(0, 1));
    await chat.world.clientCloses(host.client);
    expect(chat.world.atRest).toBe(true);
    await again.resume(turn, 0);
    await again.send(turn.frames.slice(1));
    expect([again.refusals, chat.model.calls.length]).toEqual([["turn_unknown", "turn_unknown"], 0]);
  });

  it("a finished answer waits for a word of its asker, and no longer than the grace", async () => {
    for (const done of [true, false]) {
      const [chat, host, turn] = await streamingTurn();
      await modelDoes(chat, (call) => {
        call.end();
      });
      const last = host.records(turn).length;
      await chat.world.clientCloses(host.client);
      const again = await host.again();
      await again.resume(turn, last - 1);
      expect(again.records(turn)).toEqual(host.records(turn).slice(-1));
      if (done) await again.say("turn_done", turn);
      else await chat.world.pass(TURN_GRACE_MS);
      expect(chat.world.atRest).toBe(true);
      await again.resume(turn, 0);
      expect(again.refusals).toEqual(["turn_unknown"]);
    }
  });

  it.each([5, 2 ** 40])(
    "a record that was never made (%i) is not resumed: the attempt is over",
    async (index) => {
      const [chat, host, turn] = await streamingTurn();
      await host.resume(turn, index);
      expect([host.refusals, chat.model.call.signal.aborted]).toEqual([["turn_unknown"], true]);
      expect(chat.world.atRest).toBe(true);
    },
  );

  it("what is kept is bounded in records, the oldest go first", async () => {
    const [chat, host, turn] = await streamingTurn();
    // So long a stream of dummies that the first records are gone; the reader echoes its marks meanwhile.
    for (let passed = 0; passed < MAX_KEPT_RECORDS; passed += 20) {
      await chat.world.pass(20 * ANSWER_TICK_MS);
      const mark = host.client.told("mark").at(-1);
      if (mark !== undefined) await chat.say(host.client, { type: "ack", mark: String(mark["mark"]) });
    }
    const made = host.records(turn).length;
    expect(made).toBeGreaterThan(MAX_KEPT_RECORDS + 3);
    const again = await host.again();
    await again.resume(turn, made - MAX_KEPT_RECORDS);
    expect(again.records(turn)).toHaveLength(MAX_KEPT_RECORDS);
    await again.resume(turn, made - MAX_KEPT_RECORDS - 1);
    expect(again.refusals).toEqual(["turn_unknown"]);
  });
});

describe("[TURN8] what is sent again is bounded", () => {
  it("beyond its rate a resume is refused for a while, whatever the connection, and nothing else changes", async () => {
    const chat = await AskingChat.begin();
    let person = await chat.enter();
    const turn = await person.ask();
    await modelDoes(chat, (call) => {
      call.say("x".repeat(200_000));
      call.end();
    });
    while (!(await person.read(turn)).complete) await chat.world.pass(ANSWER_TICK_MS);
    const records = person.records(turn);
    const bytes = records.reduce((sum, { length }) => sum + length, 0);
    const whole = Math.floor(RESUMED_BURST_BYTES / bytes);
    for (let i = 0; i <= whole; i++) {
      await chat.world.clientCloses(person.client);
      person = await person.again();
      await person.resume(turn, 0);
      expect(person.accepted).toBe(i < whole ? 1 : 0);
    }
    expect([person.records(turn), person.refusals]).toEqual([[], []]);
    const [refusal] = person.client.told("error");
    expect(refusal).toMatchObject({ code: "rate_limited", retryable: true });
    const waitMs = Number(refusal?.["retryAfterMs"]);
    expect(waitMs).toBeGreaterThan(0);
    expect(waitMs).toBeLessThan(TURN_GRACE_MS);
    await chat.world.pass(waitMs);
    await person.resume(turn, 0);
    expect(person.records(turn)).toEqual(records);
  });
});

describe("[SOCK9] a connection that ends while what was queued is sent", () => {
  /** What this person says is the next thing after a frame that finds their socket gone. */
  async function sayInVain(
    chat: AskingChat,
    person: Person,
    message: ClientControl,
  ): Promise<readonly string[]> {
    const guest = await chat.guest();
    const { trace } = await chat.world.run(({ session, platform }) => {
      for (let ref = 0; ref < 2; ref++)
        session.sockets.binary(platform.socketOf(guest.client), encodeClientRelay(ref, CONTENT));
      person.client.refusesOutput = true;
      session.sockets.text(platform.socketOf(person.client), JSON.stringify(message));
    });
    return trace;
  }

  it("[TURN8] takes no turn up: the grace goes on, and the model is aborted after it", async () => {
    const [chat, host, turn] = await streamingTurn();
    await chat.world.clientCloses(host.client);
    const again = await host.again();
    await sayInVain(chat, again, { type: "turn_resume", turn: turn.turn, attempt: turn.attempt, index: 0 });
    expect(chat.model.call.signal.aborted).toBe(false);
    await chat.world.pass(TURN_GRACE_MS);
    expect([chat.model.call.signal.aborted, chat.world.atRest]).toEqual([true, true]);
  });

  it("[TURN2] gets no offer: none is signed, and none is kept", async () => {
    const chat = await AskingChat.begin();
    const host = await chat.enter();
    const trace = await sayInVain(chat, host, { type: "offer", nonce: newNonce() });
    expect([trace.includes("send"), trace.includes("offer")]).toEqual([true, false]);
  });
});
