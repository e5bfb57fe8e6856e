import { env } from "cloudflare:workers";
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { afterEach, describe, expect, it, vi } from "vitest";
import { sha256 } from "../../src/crypto/bytes.ts";
import { publicKeys } from "../../src/crypto/identity.ts";
import type { Created } from "../../src/protocol/api.ts";
import type { ServerControl } from "../../src/protocol/control.ts";
import {
  checkOffer,
  newNonce,
  sealAttempt,
  type AskingSide,
  type Question,
  type SealedAttempt,
} from "../support/turn-client.ts";
import {
  call,
  codeOf,
  connect,
  createSession,
  joinByInvite,
  stateOf,
  type Client,
} from "./support/client.ts";
import { storedBy, stubOf, until, wait } from "./support/objects.ts";

const MIRROR = { model: "mirror", pii: "offered" };
const SLOW = { model: "ollama/slow", pii: "offered" };
const CANARY = "canary of a question";

interface Asking {
  readonly created: Created;
  readonly client: Client;
  readonly side: AskingSide;
}

type Welcome = Extract<ServerControl, { type: "welcome" }>;

async function sideOf(created: Created, welcome: Welcome): Promise<AskingSide> {
  const { id: session } = created;
  const keys = await publicKeys(env.IDENTITY_KEY, "");
  return { session, participant: welcome.participant, connection: await sha256(welcome.resume), keys };
}

async function begin(assistant: object = MIRROR, more: object = {}): Promise<Asking> {
  const created = await createSession({ burn: { ttl: 600, idle: 300 }, assistant, ...more });
  const client = await connect(created.id, created.hostToken);
  return { created, client, side: await sideOf(created, await client.control("welcome")) };
}

async function ask({ client, side }: Asking, question: Question = {}): Promise<SealedAttempt> {
  const nonce = newNonce();
  client.say({ type: "offer", nonce });
  const { offer } = await client.control("offer");
  const turn = await sealAttempt(side, await checkOffer(side, offer, nonce), question);
  for (const frame of turn.frames) client.socket.send(frame);
  return turn;
}

async function readAll(client: Client, turn: SealedAttempt): Promise<SealedAttempt["answer"]> {
  while (turn.answer.summary === null && turn.answer.refused === null)
    await turn.answer.push(await client.record());
  return turn.answer;
}

const WORD = "word ";

/** Plays the server of `ollama/slow`: one word every 20 ms, until it is told to stop. */
function playSlowModel(): { readonly state: "unasked" | "streaming" | "aborted" } {
  const model = { state: "unasked" as "unasked" | "streaming" | "aborted" };
  vi.spyOn(globalThis, "fetch").mockImplementation(async (_url, options) => {
    model.state = "streaming";
    const signal = (options as RequestInit | undefined)?.signal;
    signal?.addEventListener("abort", () => {
      model.state = "aborted";
    });
    const chunk = { choices: [{ index: 0, delta: { content: WORD }, finish_reason: null }] };
    const event = new TextEncoder().encode(`data: ${JSON.stringify(chunk)}\n\n`);
    const body = new ReadableStream({
      async pull(controller) {
        await scheduler.wait(20);
        controller.enqueue(event.slice());
      },
      cancel() {
        model.state = "aborted";
      },
    });
    return new Response(body, { headers: { "content-type": "text/event-stream" } });
  });
  return model;
}

afterEach(() => {
  vi.restoreAllMocks();
});

const nameOf = ({ turn, attempt }: SealedAttempt) => ({ turn, attempt });

describe("[TURN1] creating a session with an assistant", () => {
  it("the terms are told in the answer, in the state and in the welcome", async () => {
    const policy = { maxRetentionDays: 0, regions: ["eu"] };
    const created = await createSession({ assistant: { model: "mirror", policy } });
    expect(created.assistant).toMatchObject({
      model: "mirror",
      pii: "required",
      policy: { maxRetentionDays: 0, allowTraining: false, regions: ["eu"] },
      card: { region: "local", retentionDays: 0 },
    });
    const state = await call("GET", `/v1/sessions/${created.id}`, { token: created.hostToken });
    expect(stateOf(state).assistant).toEqual(created.assistant);
    const guest = await joinByInvite(created);
    expect((await guest.control("welcome")).assistant).toEqual(created.assistant);
  });

  it.each([
    [{ model: "nobody/nothing" }, 422, "model_unknown"],
    [{ model: "mirror", policy: { regions: ["mars"] } }, 400, "bad_request"],
    [{ model: "mirror", policy: [] }, 400, "bad_request"],
    [{ model: "mirror", pii: "never" }, 400, "bad_request"],
    [{ model: "" }, 400, "bad_request"],
  ])("%j: %i %s", async (assistant, status, code) => {
    const answer = await call("POST", "/v1/sessions", { body: { assistant } });
    expect([answer.status, codeOf(answer)]).toEqual([status, code]);
  });
});

describe("[TURN4] a turn over real sockets", () => {
  it.each(["647a", "0020"] as const)(
    "suite %s: the mirror shows what it got, verified to the end",
    async (suite) => {
      const asking = await begin();
      const turn = await ask(asking, {
        suite,
        messages: ["before", "said", "what is left of me?"],
        recordBytes: 400,
      });
      expect(await asking.client.control("turn_accepted")).toMatchObject(nameOf(turn));
      const answer = await readAll(asking.client, turn);
      expect([answer.complete, answer.summary?.model, answer.refused]).toEqual([true, "mirror", null]);
      expect(answer.text).toContain("what is left of me?");
      for (const secret of [env.TOKEN_SECRET, env.IDENTITY_KEY, asking.created.id, asking.side.participant]) {
        expect(answer.text).not.toContain(secret);
      }
      asking.client.say({ type: "turn_done", ...nameOf(turn) });
      asking.client.say({ type: "turn_resume", ...nameOf(turn), index: 0 });
      expect((await asking.client.control("turn_refused")).code).toBe("turn_unknown");
    },
  );

  it("[TURN8] goes on over another connection after the first one is lost", async () => {
    const model = playSlowModel();
    const asking = await begin(SLOW);
    const turn = await ask(asking);
    await turn.answer.push(await asking.client.record());
    await turn.answer.push(await asking.client.record());
    asking.client.socket.close(1000, "");
    await asking.client.closed();
    const { created } = asking;
    const client = await connect(created.id, created.hostToken);
    await client.control("welcome");
    client.say({ type: "turn_resume", ...nameOf(turn), index: turn.answer.next });
    // Some records may be dummies, and some hold many words: that depends on how slow the model is.
    const here = turn.answer.text;
    while (turn.answer.text.length < `${here}${WORD.repeat(3)}`.length && turn.answer.refused === null)
      await turn.answer.push(await client.record());
    expect([turn.answer.refused, model.state]).toEqual([null, "streaming"]);
    client.say({ type: "turn_cancel", ...nameOf(turn) });
    const { text } = await readAll(client, turn);
    expect(text).toBe(WORD.repeat(text.length / WORD.length));
    expect(text.length).toBeGreaterThan(here.length);
  });

  it("[TURN9] a cancel ends it at once", async () => {
    const model = playSlowModel();
    const asking = await begin(SLOW);
    const turn = await ask(asking);
    await turn.answer.push(await asking.client.record());
    asking.client.say({ type: "turn_cancel", ...nameOf(turn) });
    const answer = await readAll(asking.client, turn);
    expect([answer.complete, answer.summary?.finish]).toEqual([false, "cancelled"]);
    expect(model.state).toBe("aborted");
  });

  it("[TURN15] personal data is replaced before the model is asked, and only the asker learns it", async () => {
    const asking = await begin({ model: "mirror" });
    const guest = await joinByInvite(asking.created);
    await guest.control("welcome");
    const said = "write to jane.doe@example.com, not to [EMAIL_1]";
    const turn = await ask(asking, { messages: [said] });
    const answer = await readAll(asking.client, turn);
    expect(answer.complete).toBe(true);
    expect(answer.text).not.toContain("jane.doe@example.com");
    expect(answer.text).toContain("write to [EMAIL_2], not to [EMAIL_1]");
    expect(answer.summary?.redactions).toEqual([
      { type: "EMAIL", token: "[EMAIL_2]", value: "jane.doe@example.com", places: [[0, 9]] },
    ]);
    expect(guest.heard().filter((event) => "record" in event)).toEqual([]);
  });
});

describe("[TURN13] [RULE1] nothing of a turn is at rest", () => {
  it("no question, answer, key or id of a turn in storage or attachments, at any time", async () => {
    const asking = await begin();
    const { created, client } = asking;
    const turn = await ask(asking, { messages: [CANARY] });
    const kept: string[] = [];
    const look = async () => {
      const attachments = await runInDurableObject(stubOf(created.id), (_instance, state) =>
        state.getWebSockets().map((ws) => ws.deserializeAttachment() as object),
      );
      kept.push(JSON.stringify([(await storedBy(created.id)).entries, attachments]));
    };
    await look();
    await turn.answer.push(await client.record());
    await look();
    await readAll(client, turn);
    await look();
    expect(kept).toHaveLength(3);
    for (const text of ["canary", "mirror is not", turn.turn]) {
      for (const each of kept) expect(each).not.toContain(text);
    }
    expect(kept[0]).toContain('"model":"mirror"');
  });
});

it("[TURN11] an instance that ends in the middle of an answer: the turn is unknown, its next attempt is answered", async () => {
  playSlowModel();
  const asking = await begin(SLOW);
  const { created } = asking;
  const turn = await ask(asking);
  await turn.answer.push(await asking.client.record());
  // As at a deploy. An eviction would wait for the turn, which keeps the object in memory.
  await runInDurableObject(stubOf(created.id), (_instance, state) => {
    state.abort("a deploy");
  }).catch(() => undefined);
  await asking.client.closed();
  const client = await connect(created.id, created.hostToken);
  const again: Asking = { created, client, side: await sideOf(created, await client.control("welcome")) };
  client.say({ type: "turn_resume", ...nameOf(turn), index: turn.answer.next });
  expect(await client.control("turn_refused")).toMatchObject({ code: "turn_unknown", retryable: true });
  const next = await ask(again, { turn: turn.turn, attempt: 2 });
  while (next.answer.text === "" && next.answer.refused === null)
    await next.answer.push(await client.record());
  expect([next.answer.text.startsWith(WORD), turn.answer.complete]).toEqual([true, false]);
  client.say({ type: "turn_cancel", ...nameOf(next) });
});

it("[TURN11] an eviction between offer and request: the offer is unknown", async () => {
  const asking = await begin();
  const { client, side } = asking;
  const nonce = newNonce();
  client.say({ type: "offer", nonce });
  const turn = await sealAttempt(side, await checkOffer(side, (await client.control("offer")).offer, nonce));
  await evictDurableObject(stubOf(asking.created.id));
  for (const frame of turn.frames) client.socket.send(frame);
  expect(await client.control("turn_refused")).toMatchObject({ code: "offer_unknown", retryable: true });
});

it("[TURN10] a burn in the middle of an answer: no record follows, storage is empty, the instance ends", async () => {
  const model = playSlowModel();
  const asking = await begin(SLOW);
  const { created, client } = asking;
  const turn = await ask(asking);
  await turn.answer.push(await client.record());
  const burned = await call("DELETE", `/v1/sessions/${created.id}`, { token: created.hostToken });
  expect([burned.status, model.state]).toEqual([200, "aborted"]);
  await client.control("burned");
  await wait(200);
  expect(client.heard().filter((event) => "record" in event)).toEqual([]);
  expect(turn.answer.complete).toBe(false);
  await until(async () => (await storedBy(created.id).catch(() => null))?.entries.length === 0);
});

it("[TURN14] two people ask at the same time", async () => {
  const asking = await begin();
  const guest = await joinByInvite(asking.created);
  const other: Asking = {
    ...asking,
    client: guest,
    side: await sideOf(asking.created, await guest.control("welcome")),
  };
  const [one, two] = await Promise.all([
    ask(asking, { messages: ["the host's question"] }),
    ask(other, { messages: ["the guest's question"] }),
  ]);
  const [mine, theirs] = await Promise.all([readAll(asking.client, one), readAll(guest, two)]);
  expect([mine.complete, theirs.complete]).toEqual([true, true]);
  expect(mine.text).toContain("the host's question");
  expect(theirs.text).toContain("the guest's question");
});
