import { describe, expect, it } from "vitest";
import { ANSWER_TICK_MS } from "../../../src/protocol/limits.ts";
import type { SealedAttempt } from "../../support/turn-client.ts";
import { AskingChat, modelDoes, type Person } from "./support/asking.ts";

interface Stage {
  readonly chat: AskingChat;
  readonly host: Person;
  readonly turn: SealedAttempt;
}

async function begin(question = {}): Promise<Stage> {
  const chat = await AskingChat.begin({ burnBy: "anyone" });
  const host = await chat.enter();
  return { chat, host, turn: await host.seal(question) };
}

/** Every point of a turn's life at which something can come in between. */
const STAGES: Record<string, () => Promise<Stage>> = {
  "an offer is outstanding": () => begin(),
  "in the middle of an upload": async () => {
    const stage = await begin({ recordBytes: 256 });
    await stage.host.send(stage.turn.frames.slice(0, 2));
    return stage;
  },
  "waiting for the first token": async () => {
    const stage = await begin();
    await stage.host.send(stage.turn.frames);
    return stage;
  },
  streaming: async () => {
    const stage = await begin();
    await stage.host.send(stage.turn.frames);
    await modelDoes(stage.chat, (call) => {
      call.say("the beginning of an answer".repeat(200));
    });
    await stage.chat.world.pass(2 * ANSWER_TICK_MS);
    return stage;
  },
  "in the grace": async () => {
    const stage = await STAGES["streaming"]?.();
    if (stage === undefined) throw new Error("no such stage");
    // Somebody else stays, so that the session is not empty.
    await stage.chat.guest();
    await stage.chat.world.clientCloses(stage.host.client);
    return stage;
  },
  "after the final record": async () => {
    const stage = await begin();
    await stage.host.send(stage.turn.frames);
    await modelDoes(stage.chat, (call) => {
      call.say("all of it");
      call.end();
    });
    return stage;
  },
};

describe("[TURN10] a burn", () => {
  it.each(Object.keys(STAGES))("%s", async (name) => {
    const stage = await STAGES[name]?.();
    if (stage === undefined) throw new Error("no such stage");
    const { chat, host, turn } = stage;
    const before = host.records(turn).length;
    const [call] = chat.model.calls;
    const held = host.client.handedOver.filter((bytes) => bytes[0] === 2);
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
      const { chat, host, turn } = await begin({ recordBytes: 512 });
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

  it("a model whose abort fails does not stop the burn", async () => {
    const { chat, host, turn } = await begin();
    await host.send(turn.frames);
    chat.model.call.signal.throwIfAborted = () => {
      throw new Error("no");
    };
    await host.resume(turn, 0);
    await chat.say(host.client, { type: "burn" });
    await chat.drain();
    expect([chat.world.evictions, chat.world.disk.keys, chat.world.escaped]).toEqual([1, 0, []]);
  });
});

describe("[TURN11] a loss of memory", () => {
  it.each([0, 1, 2, 3])("after %i records of four: what is known of the turn is nothing", async (sent) => {
    const { chat, host, turn } = await begin({ recordBytes: 256 });
    await host.send(turn.frames.slice(0, sent));
    chat.world.forget();
    await host.send(turn.frames.slice(sent));
    const [first] = host.refusals;
    expect(first).toBe(sent === 0 ? "offer_unknown" : "turn_unknown");
    expect([host.client.told("epoch").length, chat.model.calls.length]).toEqual([1, 0]);
    await host.ask();
    expect(chat.model.calls).toHaveLength(1);
  });

  it.each(Object.keys(STAGES).slice(2))(
    "%s: the turn is unknown, and its next attempt is answered",
    async (name) => {
      const stage = await STAGES[name]?.();
      if (stage === undefined) throw new Error("no such stage");
      const { chat, host, turn } = stage;
      chat.world.forget();
      const person = host.client.closed === null ? host : await host.again();
      await person.resume(turn, 0);
      expect(person.refusals).toEqual(["turn_unknown"]);
      const next = await person.ask({ turn: turn.turn, attempt: 2 });
      await modelDoes(chat, (call) => {
        call.say("again");
        call.end();
      });
      expect([(await person.read(next)).text, next.answer.complete]).toEqual(["again", true]);
    },
  );
});

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

describe("[TURN13] what is forgotten when", () => {
  it("the request's plaintext is zeroed as soon as the model has ended, and nothing of a turn reaches storage", async () => {
    const { chat, host, turn } = await begin();
    await host.send(turn.frames);
    const { call } = chat.model;
    await modelDoes(chat, () => {
      call.say("ANSWER-CANARY");
    });
    expect(call.buffers.some((bytes) => bytes.some((byte) => byte !== 0))).toBe(true);
    await modelDoes(chat, () => {
      call.end();
    });
    expect(call.buffers.every((bytes) => bytes.every((byte) => byte === 0))).toBe(true);
    const kept = [chat.world.disk.text, JSON.stringify(host.client.attachment)].join();
    for (const text of ["hello", "CANARY", turn.turn, ...chat.world.secrets])
      expect(kept).not.toContain(text);
    expect((await host.read(turn)).text).toBe("ANSWER-CANARY");
  });
});
