import { describe, expect, it, vi } from "vitest";
import { AnswerSealer } from "../../../src/crypto/channel/answer-sealer.ts";
import { ok } from "../../../src/protocol/errors.ts";
import { encodeClientRelay } from "../../../src/protocol/frames.ts";
import { ANSWER_TICK_MS, TURN_TIMEOUT_MS, UPLOAD_TIMEOUT_MS } from "../../../src/protocol/limits.ts";
import type { SealedAttempt } from "../../support/turn-client.ts";
import { AskingChat, modelDoes, type Person } from "./support/asking.ts";
import { CONTENT } from "./support/chat.ts";
import { TERMS } from "./support/scripted-assistant.ts";

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

  it.each(["a timer that cannot be taken back", "a sealer that cannot be closed"])(
    "%s stops neither the other attempts nor the burn",
    async (what) => {
      const { chat, host, turn } = await begin();
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
    const stage = await STAGES[name]?.();
    if (stage === undefined) throw new Error("no such stage");
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

describe("[RULE11] [TURN4] what fails after the request verified leaves nothing", () => {
  it.each(["the sealer", "counting"])("%s", async (what) => {
    const chat = await AskingChat.begin({ messages: 64 }, { pii: "required" });
    const copies: Uint8Array[] = [];
    chat.world.scan = {
      scan: (messages) => {
        const copied = messages.map((message) => ({ ...message, content: message.content.slice() }));
        copies.push(...copied.map(({ content }) => content));
        return { messages: copied, replaced: [] };
      },
    };
    chat.model.terms = () => ok({ ...TERMS, pii: "required" });
    const host = await chat.enter();
    const turn = await host.seal();
    const close = vi.spyOn(AnswerSealer.prototype, "close");
    const create = vi.spyOn(AnswerSealer, "create");
    if (what === "the sealer") create.mockRejectedValueOnce(new Error("no"));
    await chat.binary(host.client, turn.frames, { rejectAll: what === "counting" });
    expect([host.refusals, chat.model.calls.length, chat.world.atRest]).toEqual([["internal"], 0, true]);
    expect(copies.map((bytes) => bytes.every((byte) => byte === 0))).toEqual([true]);
    expect(close).toHaveBeenCalledTimes(what === "counting" ? 1 : 0);
    vi.restoreAllMocks();
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
