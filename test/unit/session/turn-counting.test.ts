// Questions count as content: towards `messages` and `idle`, and everybody is told.
import { describe, expect, it } from "vitest";
import { encodeClientRelay } from "../../../src/protocol/frames.ts";
import { AskingChat } from "./support/asking.ts";
import { CONTENT } from "./support/chat.ts";

describe("[TURN12] an accepted attempt is content", () => {
  it("it counts towards `messages`, and moves `idle`", async () => {
    const chat = await AskingChat.begin({ messages: 64, idle: 100 });
    const host = await chat.enter();
    await chat.world.pass(90_000);
    const turn = await host.ask();
    await host.say("turn_cancel", turn);
    expect((await chat.describe()).value).toMatchObject({
      value: { deadlines: { messagesLeft: 63, idleAt: chat.world.now + 100_000 } },
    });
  });

  it("a refused one counts nothing", async () => {
    const chat = await AskingChat.begin({ messages: 64 });
    const host = await chat.enter();
    const turn = await host.seal();
    await host.send(turn.frames.map((frame) => frame.map((byte, at) => (at > frame.length - 5 ? 0 : byte))));
    expect(host.refusals).toEqual(["turn_invalid"]);
    expect((await chat.describe()).value).toMatchObject({ value: { deadlines: { messagesLeft: 64 } } });
  });

  it("the last one that the policy allows burns the session, and no model is asked any more", async () => {
    const chat = await AskingChat.begin({ messages: 1 });
    const host = await chat.enter();
    await host.ask();
    await chat.drain();
    expect([host.accepted, chat.model.calls.length]).toEqual([1, 0]);
    expect(host.client.told("burned")).toMatchObject([{ cause: "messages" }]);
    expect([chat.world.evictions, chat.world.escaped]).toEqual([1, []]);
  });

  it("where that cannot be written, nothing is asked and nothing is held", async () => {
    const chat = await AskingChat.begin({ messages: 64 });
    const host = await chat.enter();
    const turn = await host.seal();
    await chat.binary(host.client, turn.frames, { rejectAll: true });
    expect([host.refusals, chat.model.calls.length, chat.world.atRest]).toEqual([["internal"], 0, true]);
  });
});

describe("[TURN12] [SDK12] those who do not ask are told how it was counted", () => {
  it("everybody but the connection that asked, after what was queued; the asker counts by the word of acceptance", async () => {
    const chat = await AskingChat.begin({ messages: 64, idle: 100 });
    const [host, guest] = [await chat.enter(), await chat.guest()];
    const tab = await host.again();
    const turn = await host.seal();
    await chat.world.pass(1_000);
    await chat.binary(
      tab.client,
      [0, 1].map((ref) => encodeClientRelay(ref, CONTENT)),
    );
    await host.send(turn.frames);
    expect([host.accepted, host.client.told("deadlines")]).toEqual([1, []]);
    for (const { client } of [guest, tab]) {
      expect(client.told("deadlines")).toMatchObject([
        {
          burn: { messages: 64, idle: 100 },
          deadlines: { messagesLeft: 61, idleAt: chat.world.now + 100_000 },
        },
      ]);
    }
    expect(guest.client.received.map((message) => typeof message)).toEqual([
      "string",
      "object",
      "object",
      "string",
    ]);
  });

  it("nobody where nothing counts content, or where the attempt was refused", async () => {
    for (const messages of [null, 64]) {
      const chat = await AskingChat.begin({ messages });
      const [host, guest] = [await chat.enter(), await chat.guest()];
      const turn = await host.seal();
      if (messages === null) await host.send(turn.frames);
      else await host.send(turn.frames.map((frame) => frame.with(-1, (frame.at(-1) ?? 0) ^ 1)));
      expect([guest.client.told("deadlines"), host.accepted]).toEqual([[], messages === null ? 1 : 0]);
    }
  });

  it("everybody where the asker has gone: who comes back hears the word of acceptance", async () => {
    const chat = await AskingChat.begin({ messages: 64 });
    const [host, guest] = [await chat.enter(), await chat.guest()];
    const turn = await host.seal();
    await chat.world.run(({ session, platform }) => {
      for (const frame of turn.frames) session.sockets.binary(platform.socketOf(host.client), frame);
      host.client.lose();
      session.sockets.closed(platform.socketOf(host.client));
    });
    expect(guest.client.told("deadlines")).toMatchObject([{ deadlines: { messagesLeft: 63 } }]);
  });

  it("the asker too, on a connection that took the question up before it was counted", async () => {
    const chat = await AskingChat.begin({ messages: 64 });
    const host = await chat.enter();
    const again = await host.again();
    const turn = await host.seal();
    await host.askAndMoveTo(again, turn);
    expect(again.accepted).toBe(1);
    expect(again.client.told("deadlines")).toMatchObject([{ deadlines: { messagesLeft: 63 } }]);
  });
});
