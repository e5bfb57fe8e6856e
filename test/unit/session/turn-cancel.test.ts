// Turns that are given up: cancelled, or left behind by who leaves or is removed.
import { describe, expect, it } from "vitest";
import { AskingChat, modelDoes } from "./support/asking.ts";
import { streamingTurn } from "./support/turn-stages.ts";

describe("[TURN9] a turn that is given up", () => {
  it("a cancel aborts the model at once, and the final record says so", async () => {
    const [chat, host, turn] = await streamingTurn();
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
