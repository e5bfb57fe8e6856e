// Turns beside each other and after each other: whose they are, and which attempt.
import { describe, expect, it } from "vitest";
import { AskingChat, modelDoes } from "./support/asking.ts";
import { streamingTurn } from "./support/turn-stages.ts";

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
    const [chat, host, turn] = await streamingTurn();
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
    const [chat, host, turn] = await streamingTurn();
    await host.say("turn_cancel", turn);
    const next = await host.ask({ turn: turn.turn, attempt: 2 });
    await modelDoes(chat, (call) => {
      call.say("another answer");
      call.end();
    });
    expect([(await host.read(next)).text, next.answer.complete]).toEqual(["another answer", true]);
  });
});
