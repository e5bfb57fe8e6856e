import { describe, expect, it } from "vitest";
import type { ClientControl } from "../../../src/protocol/control.ts";
import { encodeClientRelay } from "../../../src/protocol/frames.ts";
import {
  ANSWER_TICK_MS,
  MAX_KEPT_RECORDS,
  RESUMED_BURST_BYTES,
  TURN_GRACE_MS,
} from "../../../src/protocol/limits.ts";
import { newNonce, type SealedAttempt } from "../../support/turn-client.ts";
import { AskingChat, modelDoes, type Person } from "./support/asking.ts";
import { CONTENT } from "./support/chat.ts";

/** A turn of which some records were sent, and which goes on. */
async function streaming(): Promise<[AskingChat, Person, SealedAttempt]> {
  const chat = await AskingChat.begin();
  const host = await chat.enter();
  const turn = await host.ask();
  await modelDoes(chat, (call) => {
    call.say("one two three");
  });
  await chat.world.pass(3 * ANSWER_TICK_MS);
  expect(host.records(turn)).toHaveLength(4);
  return [chat, host, turn];
}

describe("[TURN8] a lost connection", () => {
  it("another connection of the same person goes on at any record, and the answer is whole", async () => {
    for (let index = 0; index <= 4; index++) {
      const [chat, host, turn] = await streaming();
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
    const [chat, host, turn] = await streaming();
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
    const [chat, host, turn] = await streaming();
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
      const [chat, host, turn] = await streaming();
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
      const [chat, host, turn] = await streaming();
      await host.resume(turn, index);
      expect([host.refusals, chat.model.call.signal.aborted]).toEqual([["turn_unknown"], true]);
      expect(chat.world.atRest).toBe(true);
    },
  );

  it("what is kept is bounded in records, the oldest go first", async () => {
    const [chat, host, turn] = await streaming();
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
    const [chat, host, turn] = await streaming();
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

describe("[TURN9] a turn that is given up", () => {
  it("a cancel aborts the model at once, and the final record says so", async () => {
    const [chat, host, turn] = await streaming();
    await host.say("turn_cancel", turn);
    expect(chat.model.call.signal.aborted).toBe(true);
    const answer = await host.read(turn);
    expect([answer.text, answer.complete]).toEqual(["one two three", false]);
    expect(answer.summary).toMatchObject({ finish: "cancelled", error: null });
    await host.say("turn_cancel", turn);
    await host.say("turn_done", turn);
    expect([host.refusals, chat.world.atRest]).toEqual([[], true]);
  });

  it("a cancel before the first token, also where the model does not listen", async () => {
    for (const ignores of [true, false]) {
      const chat = await AskingChat.begin();
      const host = await chat.enter();
      chat.model.ignoresAbort = ignores;
      const turn = await host.ask();
      await host.say("turn_cancel", turn);
      expect((await host.read(turn)).summary?.finish).toBe("cancelled");
      await modelDoes(chat, (call) => {
        call.say("too late");
        call.end();
      });
      expect([host.records(turn).length, chat.world.escaped]).toEqual([1, []]);
    }
  });

  it("a cancel while the request is on its way: nothing is asked, the rest of it is let pass", async () => {
    const chat = await AskingChat.begin();
    const host = await chat.enter();
    const turn = await host.seal({ recordBytes: 128 });
    await host.send(turn.frames.slice(0, 3));
    await host.say("turn_cancel", turn);
    await host.send(turn.frames.slice(3));
    expect([host.refusals, chat.model.calls.length, chat.world.atRest]).toEqual([["turn_unknown"], 0, true]);
  });

  it("a cancel of what nobody knows is refused", async () => {
    const chat = await AskingChat.begin();
    const host = await chat.enter();
    await host.say("turn_cancel", await host.seal());
    expect(host.refusals).toEqual(["turn_unknown"]);
  });

  it.each(["leave", "removal"])("by %s: the model is aborted at once and nothing is held", async (how) => {
    const chat = await AskingChat.begin();
    const host = await chat.enter();
    const guest = await chat.guest();
    await guest.ask();
    const uploading = await guest.seal({ recordBytes: 512 });
    await guest.send(uploading.frames.slice(0, 1));
    if (how === "leave") await chat.say(guest.client, { type: "leave" });
    else await chat.remove(guest.client.participant);
    expect([chat.model.call.signal.aborted, chat.world.atRest]).toEqual([true, true]);
    expect(host.client.closed).toBeNull();
  });
});

describe("[TURN14] several turns", () => {
  it("two people ask at the same time and each hears only their own answer", async () => {
    const chat = await AskingChat.begin();
    const [host, guest] = [await chat.enter(), await chat.guest()];
    // The same turn id on purpose: it is a name only together with who asks.
    const [one, two] = [
      await host.seal({ messages: ["host asks"] }),
      await guest.seal({ messages: ["guest asks"] }),
    ];
    const other = await guest.seal({ turn: one.turn, messages: ["guest asks too"] });
    await chat.world.run(({ session, platform }) => {
      for (const [person, turn] of [
        [host, one],
        [guest, two],
        [guest, other],
      ] as const) {
        for (const frame of turn.frames) session.sockets.binary(platform.socketOf(person.client), frame);
      }
    });
    expect(chat.model.calls).toHaveLength(3);
    for (const call of chat.model.calls) {
      call.say(`you said: ${call.asked[0]?.[1] ?? ""}`);
      call.end();
    }
    await chat.world.settle();
    expect((await host.read(one)).text).toBe("you said: host asks");
    expect((await guest.read(two)).text).toBe("you said: guest asks");
    expect((await guest.read(other)).text).toBe("you said: guest asks too");
    expect([one, two, other].every(({ answer }) => answer.complete)).toBe(true);
  });

  it("nobody else can cancel, resume or end a turn, nor on a connection of somebody else", async () => {
    const [chat, host, turn] = await streaming();
    const guest = await chat.guest();
    await guest.say("turn_cancel", turn);
    await guest.resume(turn, 0);
    await guest.say("turn_done", turn);
    expect([guest.refusals, guest.records(turn)]).toEqual([["turn_unknown", "turn_unknown"], []]);
    expect(chat.model.call.signal.aborted).toBe(false);
    await modelDoes(chat, (call) => {
      call.end();
    });
    expect((await host.read(turn)).complete).toBe(true);
  });

  it("regenerate: the next attempt of the same turn is a turn of its own", async () => {
    const [chat, host, turn] = await streaming();
    await host.say("turn_cancel", turn);
    const next = await host.ask({ turn: turn.turn, attempt: 2 });
    await modelDoes(chat, (call) => {
      call.say("another answer");
      call.end();
    });
    expect([(await host.read(next)).text, next.answer.complete]).toEqual(["another answer", true]);
  });
});
