import { describe, expect, it } from "vitest";
import { refuse } from "../../../src/protocol/errors.ts";
import { MAX_OFFERS, OFFER_BURST, OFFER_LIFETIME_MS } from "../../../src/protocol/limits.ts";
import { newNonce } from "../../support/turn-client.ts";
import { AskingChat, Person } from "./support/asking.ts";
import { refusalOf } from "./support/chat.ts";
import { CHOICE, TERMS } from "./support/scripted-assistant.ts";

async function asking(): Promise<[AskingChat, Person]> {
  const chat = await AskingChat.begin();
  return [chat, await chat.enter()];
}

const codes = (person: Person): unknown[] => person.client.told("error").map(({ code }) => code);

describe("[TURN1] the assistant of a session", () => {
  it("its terms are told at creation, in the state and in every welcome", async () => {
    const [chat, host] = await asking();
    expect(host.client.told("welcome")[0]?.["assistant"]).toEqual(TERMS);
    expect((await chat.describe()).value).toMatchObject({ value: { assistant: TERMS } });
    expect(chat.stored.assistant).toEqual(CHOICE);
  });

  it.each(["model_unknown", "policy_unmet"] as const)("%s at creation: no session is made", async (code) => {
    const chat = new AskingChat();
    chat.assistant = CHOICE;
    chat.model.terms = () => refuse(code);
    chat.world.assistant = chat.model;
    const answer = await chat.create({ ttl: 60, idle: null, empty: null, messages: null, burnBy: "host" });
    expect([refusalOf(answer), chat.world.writes, chat.world.disk.keys]).toEqual([code, 0, 0]);
  });

  it("what the operator changed counts at once: no offer, no upload, and the welcome says null", async () => {
    const [chat, host] = await asking();
    const [first, late] = [await host.seal(), await host.seal({ recordBytes: 600 })];
    await host.send(late.frames.slice(0, 1));
    chat.model.terms = () => refuse("policy_unmet");
    await host.send(first.frames);
    await host.send(late.frames.slice(1));
    expect(host.refusals).toEqual(["policy_unmet", "policy_unmet"]);
    await chat.say(host.client, { type: "offer", nonce: newNonce() });
    expect(codes(host)).toEqual(["policy_unmet"]);
    expect((await host.again()).client.told("welcome")[0]?.["assistant"]).toBeNull();
    expect(chat.model.calls).toHaveLength(0);
  });

  it("terms other than those that the offer signed are not acted on", async () => {
    const [chat, host] = await asking();
    const turn = await host.seal();
    chat.model.terms = () => ({ ok: true, value: { ...TERMS, maxTokens: 9 } });
    await host.send(turn.frames);
    expect([host.refusals, chat.model.calls.length]).toEqual([["offer_unknown"], 0]);
  });

  it("a session without one answers `assistant_absent`, and so does one from before there were any", async () => {
    const chat = new AskingChat();
    await chat.create({ ttl: 600, idle: null, empty: null, messages: null, burnBy: "host" });
    const { assistant, ...older } = chat.stored;
    expect(assistant).toBeNull();
    chat.world.disk.put(older);
    chat.world.hibernate();
    const host = new Person(chat, await chat.connect());
    await chat.say(host.client, { type: "offer", nonce: newNonce() });
    const other = await asking();
    const { frames } = await other[1].seal();
    await host.send(frames);
    expect([codes(host), host.refusals]).toEqual([["assistant_absent"], ["assistant_absent"]]);
    expect([host.client.closed, host.client.told("welcome")[0]?.["assistant"]]).toEqual([null, null]);
  });
});

describe("[TURN2] offers", () => {
  it("the oldest goes where there are too many", async () => {
    const [chat, host] = await asking();
    const turns = [];
    for (let i = 0; i <= MAX_OFFERS; i++) turns.push(await host.seal());
    for (const turn of turns) await host.send(turn.frames);
    expect([host.refusals, chat.model.calls.length]).toEqual([["offer_unknown"], MAX_OFFERS]);
  });

  it("come at a bounded rate", async () => {
    const [chat, host] = await asking();
    for (let i = 0; i < OFFER_BURST; i++) await chat.say(host.client, { type: "offer", nonce: newNonce() });
    await chat.say(host.client, { type: "offer", nonce: newNonce() });
    expect(host.client.told("offer")).toHaveLength(OFFER_BURST);
    expect(host.client.told("error")).toMatchObject([{ code: "rate_limited", retryAfterMs: 2_000 }]);
    await chat.world.pass(2_000);
    await chat.say(host.client, { type: "offer", nonce: newNonce() });
    expect(host.client.told("offer")).toHaveLength(OFFER_BURST + 1);
  });

  it("the rate belongs to the participant: another connection brings no more, and others have their own", async () => {
    const [chat, host] = await asking();
    const guest = await chat.guest();
    for (let i = 0; i < OFFER_BURST; i++) await chat.say(host.client, { type: "offer", nonce: newNonce() });
    await chat.world.clientCloses(host.client);
    const again = await host.again();
    for (const { client } of [again, guest]) await chat.say(client, { type: "offer", nonce: newNonce() });
    expect([again.client.told("offer"), codes(again)]).toEqual([[], ["rate_limited"]]);
    expect([guest.client.told("offer").length, codes(guest)]).toEqual([1, []]);
  });

  it.each([
    [OFFER_LIFETIME_MS - 1, []],
    [OFFER_LIFETIME_MS, ["offer_unknown"]],
  ])("after %i ms: %j", async (ms, refusals) => {
    const [chat, host] = await asking();
    const turn = await host.seal();
    expect(chat.world.atRest).toBe(true);
    await chat.world.pass(ms);
    await host.send(turn.frames);
    expect(host.refusals).toEqual(refusals);
  });

  it("belong to one connection and go with it", async () => {
    const [chat, host] = await asking();
    const turn = await host.seal();
    const again = await host.again();
    await again.send(turn.frames);
    await chat.world.clientCloses(host.client);
    await again.send(turn.frames);
    expect([again.refusals, chat.model.calls.length]).toEqual([["offer_unknown", "offer_unknown"], 0]);
  });

  it("one that is asked for by a connection that goes meanwhile, or that cannot be signed, is none", async () => {
    const [chat, host] = await asking();
    const message = JSON.stringify({ type: "offer", nonce: newNonce() });
    await chat.world.run(({ session, platform }) => {
      session.sockets.text(platform.socketOf(host.client), message);
      host.client.lose();
      session.sockets.closed(platform.socketOf(host.client));
    });
    expect([host.client.told("offer"), chat.world.escaped]).toEqual([[], []]);
    const again = await host.again();
    await chat.text(again.client, message, { rejectAt: 1 });
    expect([again.client.told("offer"), codes(again), again.client.closed?.code]).toEqual([
      [],
      ["internal"],
      4500,
    ]);
  });
});
