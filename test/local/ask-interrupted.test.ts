// Questions to the real service while the connection is lost, and after its object has forgotten what it knew. Long texts
// are compared without printing them.
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Environment } from "../../src/client/index.ts";
import { FRAME } from "../../src/protocol/frames.ts";
import { HIBERNATED_MS, sleep } from "../support/client.ts";
import { environmentThatHears } from "../support/hearing.ts";
import { eventually } from "../support/processes.ts";
import { ScriptedService } from "../support/scripted-service.ts";

let scripted: ScriptedService;
beforeAll(async () => {
  scripted = await ScriptedService.start();
});
afterEach(() => {
  scripted.closeSessions();
});
afterAll(() => scripted.stop());

/** Fails without the texts, which may be long. */
function expectSame(given: string, wanted: string): void {
  expect(given.length).toBe(wanted.length);
  expect(given === wanted).toBe(true);
}

describe("[ASK4] over a network that fails", () => {
  it("an answer goes on where it stopped, and nothing of it is twice", async () => {
    const ada = await scripted.create();
    const { link } = await ada.invite();
    const bob = await scripted.join(link, { service: scripted.proxy.origin });
    const answer = bob.ask("Go on whatever happens");
    const call = await scripted.model.next();
    let said = "";
    for (let piece = 0; piece < 3; piece++) {
      const before = Array.from({ length: 500 }, (_, n) => `word${String(piece)}.${String(n)} `).join("");
      const meanwhile = `in the dark ${String(piece)} `;
      call.say(before);
      await eventually(() => answer.text.length === said.length + before.length);
      scripted.proxy.drop();
      call.say(meanwhile);
      said += before + meanwhile;
      await eventually(() => answer.text.length === said.length);
    }
    call.end();
    const result = await answer.result;
    expect(result).toMatchObject({ complete: true, finish: "stop" });
    expectSame(result.text, said);
    expect(answer.attempt).toBe(1);
  });

  it("whoever stays away loses the answer, and no model goes on for nobody", async () => {
    const ada = await scripted.create();
    const { link } = await ada.invite();
    const bob = await scripted.join(link, { service: scripted.proxy.origin });
    const answer = bob.ask("I shall be gone");
    const call = await scripted.begin(answer, "Half of ");
    scripted.proxy.refuse(true);
    const droppedAt = Date.now();
    scripted.proxy.drop();
    await call.aborted();
    expect(Date.now() - droppedAt).toBeGreaterThan(8_000);
    scripted.proxy.refuse(false);
    expect(await answer.result).toMatchObject({
      complete: false,
      finish: "cut",
      error: "answer_cut",
      text: "Half of ",
    });
  });
});

it("[ASK3] whoever thinks for longer than the object remembers uploads once, under a fresh offer", async () => {
  const { environment, sent, came } = watchingUploads();
  const session = await scripted.create({ environment });
  await scripted.exchange(session, "one", "eins");
  expect(sent).toEqual({ offers: 1, uploads: 1 });
  await sleep(HIBERNATED_MS);
  expect(sent).toEqual({ offers: 1, uploads: 1 });
  const answer = await scripted.exchange(session, "two", "zwei");
  expect(sent).toEqual({ offers: 2, uploads: 2 });
  expect(answer.attempt).toBe(1);
  // The same where an offer was fetched ahead, and nobody asked until it was too old.
  await session.warmUp();
  await eventually(() => came.offers === 3);
  await sleep(HIBERNATED_MS);
  await scripted.exchange(session, "three", "drei");
  expect(sent).toEqual({ offers: 4, uploads: 3 });
  expect(session.turns.map(({ question }) => question)).toEqual(["one", "two", "three"]);
});

it("[ASK11] an offer that was fetched ahead is the next question's", async () => {
  const { environment, sent } = watchingUploads();
  const session = await scripted.create({ environment });
  await session.warmUp();
  await scripted.exchange(session, "one", "eins");
  expect(sent).toEqual({ offers: 1, uploads: 1 });
});

/** Surroundings that count what leaves for the assistant, and the offers that come back. One request of these tests is one frame. */
function watchingUploads() {
  const sent = { offers: 0, uploads: 0 };
  const came = { offers: 0 };
  const platform = environmentThatHears((text) => {
    if (text.includes('"type":"offer"')) came.offers += 1;
  });
  const connect: Environment["connect"] = (...args) => {
    const socket = platform.connect(...args);
    return {
      ...socket,
      send: (data) => {
        if (typeof data === "string") sent.offers += data.includes('"offer"') ? 1 : 0;
        else if (data[0] === FRAME.channel) sent.uploads += 1;
        socket.send(data);
      },
    };
  };
  return { environment: { ...platform, connect }, sent, came };
}
