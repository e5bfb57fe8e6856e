// Offers that are fetched while a question gets ready, or ahead of it.
import { describe, expect, it } from "vitest";
import type { Privacy } from "../../../../src/client/assistant/privacy.ts";
import { settle, until } from "../world.ts";
import { connected, TERMS, type ScriptedObject } from "./scripted-object.ts";

const typesOf = ({ heard }: ScriptedObject): string[] => heard.map(({ type }) => type);

/** Until so many offers were made and came. */
async function offersMade(object: ScriptedObject, count: number): Promise<void> {
  await until(() => object.offers === count);
  await settle();
}

/** One whose privacy takes until it is told. */
function slow(): { object: ScriptedObject; prepared: () => void } {
  let prepared: () => void = () => undefined;
  const ready = new Promise<void>((resolve) => {
    prepared = resolve;
  });
  const privacy = {
    tokensOf: () => ({ names: new Set(), first: 1 }),
    sanitise: async (messages: readonly object[]) => {
      await ready;
      return messages.map((message) => ({ ...message, kept: [] }));
    },
    restorer: () => null,
    restore: (text: string) => text,
    learn: () => undefined,
  };
  return {
    object: connected(privacy as unknown as Privacy),
    prepared: () => {
      prepared();
    },
  };
}

describe("[ASK11] an offer", () => {
  it("is asked for while the request is still being prepared, and used once it is ready", async () => {
    const { object, prepared } = slow();
    const answer = object.client.ask("Why?", {});
    await offersMade(object, 1);
    expect([typesOf(object), object.uploads]).toEqual([["offer"], 0]);
    prepared();
    await object.finish(await object.asked());
    expect(await answer.result).toMatchObject({ complete: true });
    expect(typesOf(object)).toEqual(["offer", "turn_done"]);
  });

  it("that got too old meanwhile is not used: another is asked for", async () => {
    const { object, prepared } = slow();
    object.client.ask("Why?", {});
    await offersMade(object, 1);
    await object.world.advance(9_000);
    prepared();
    await object.asked();
    expect([typesOf(object), object.uploads]).toEqual([["offer", "offer"], 1]);
  });

  it("whose keys were forgotten while the request was prepared is not used", async () => {
    const { object, prepared } = slow();
    object.client.ask("Why?", {});
    await offersMade(object, 1);
    object.forget();
    await offersMade(object, 2);
    prepared();
    expect((await object.asked()).attempt).toBe(1);
    expect([typesOf(object), object.uploads]).toEqual([["offer", "offer"], 1]);
  });

  it("fetched ahead lets the next question leave at once", async () => {
    const object = connected();
    await object.client.warmUp();
    await offersMade(object, 1);
    object.withholdsOffers = true;
    const answer = object.client.ask("Why?", {});
    await object.finish(await object.asked());
    expect(await answer.result).toMatchObject({ complete: true });
    expect(typesOf(object)).toEqual(["offer", "turn_done"]);
  });

  it("on its way for nobody is the next question's", async () => {
    const object = connected();
    void object.client.warmUp();
    const answer = object.client.ask("Why?", {});
    await object.finish(await object.asked());
    expect(await answer.result).toMatchObject({ complete: true });
    expect(typesOf(object)).toEqual(["offer", "turn_done"]);
  });

  it("of a question that was cancelled is left to the next one", async () => {
    const object = connected();
    object.client.ask("Why?", {}).cancel();
    await offersMade(object, 1);
    object.client.ask("Why not?", {});
    await object.asked();
    expect(typesOf(object)).toEqual(["offer"]);
  });

  it("is never held twice, never asked for by itself, and never kept for long", async () => {
    const object = connected();
    await Promise.all([object.client.warmUp(), object.client.warmUp()]);
    await offersMade(object, 1);
    await object.client.warmUp();
    expect(typesOf(object)).toEqual(["offer"]);
    await object.world.advance(60_000);
    expect([typesOf(object), object.world.timers]).toEqual([["offer"], 0]);
    object.client.ask("Why?", {});
    await object.asked();
    expect([typesOf(object), object.uploads]).toEqual([["offer", "offer"], 1]);
  });

  it.each<[string, (object: ScriptedObject) => void]>([
    [
      "the connection",
      (object) => {
        object.disconnect();
        object.connect();
      },
    ],
    [
      "the object's memory",
      (object) => {
        object.forget();
      },
    ],
  ])("goes with %s", async (_, lose) => {
    const object = connected();
    await object.client.warmUp();
    await offersMade(object, 1);
    lose(object);
    object.client.ask("Why?", {});
    expect((await object.asked()).attempt).toBe(1);
    expect([typesOf(object), object.uploads]).toEqual([["offer", "offer"], 1]);
  });

  it("is not fetched ahead beside a question that gets ready, and a refusal of it is nobody's", async () => {
    const object = connected();
    object.withholdsOffers = true;
    await object.client.warmUp();
    object.client.refused("rate_limited", 500);
    await object.world.advance(5_000);
    expect(typesOf(object)).toEqual(["offer"]);
    object.client.ask("Why?", {});
    await object.client.warmUp();
    expect(typesOf(object)).toEqual(["offer", "offer"]);
  });

  it("needs an assistant", async () => {
    const object = connected();
    object.connect(null);
    await expect(object.client.warmUp()).rejects.toMatchObject({ code: "assistant_absent" });
    object.connect(TERMS);
    await object.client.warmUp();
  });
});
