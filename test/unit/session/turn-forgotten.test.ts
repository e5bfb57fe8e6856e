// What is left of a turn once memory was lost, once something failed, and once the model has ended.
import { describe, expect, it, vi } from "vitest";
import { AnswerSealer } from "../../../src/crypto/channel/answer-sealer.ts";
import { ok } from "../../../src/protocol/errors.ts";
import { AskingChat, modelDoes } from "./support/asking.ts";
import { TERMS } from "./support/scripted-assistant.ts";
import { atStage, sealedQuestion, STAGE_NAMES } from "./support/turn-stages.ts";

describe("[TURN11] a loss of memory", () => {
  it.each([0, 1, 2, 3])("after %i records of four: what is known of the turn is nothing", async (sent) => {
    const { chat, host, turn } = await sealedQuestion({ recordBytes: 256 });
    await host.send(turn.frames.slice(0, sent));
    chat.world.forget();
    await host.send(turn.frames.slice(sent));
    const [first] = host.refusals;
    expect(first).toBe(sent === 0 ? "offer_unknown" : "turn_unknown");
    expect([host.client.told("epoch").length, chat.model.calls.length]).toEqual([1, 0]);
    await host.ask();
    expect(chat.model.calls).toHaveLength(1);
  });

  it.each(STAGE_NAMES.slice(2))("%s: the turn is unknown, and its next attempt is answered", async (name) => {
    const { chat, host, turn } = await atStage(name);
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
    const { chat, host, turn } = await sealedQuestion();
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
