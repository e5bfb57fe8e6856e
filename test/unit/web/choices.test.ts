// What the service is asked for by what a person chose.
import { describe, expect, it } from "vitest";
import { burnOf, FIRST_CHOICES, type BurnDraft } from "../../../src/web/state/choices.ts";

const { burn: FIRST } = FIRST_CHOICES;
const asked = (change: Partial<BurnDraft>) => burnOf({ ...FIRST, ...change });

describe("[PAGE1] the burn timer that is asked for", () => {
  it("when everyone left: a lone host whose connection drops has time to come back", () => {
    expect(asked({ preset: "empty" })).toEqual({ ttl: 86_400, empty: 300, burnBy: "anyone" });
  });

  it("after some messages: never so few that nobody could speak, since whoever joins is counted", () => {
    expect(asked({ preset: "messages" })).toMatchObject({ messages: 50 });
    expect(asked({ preset: "messages", messages: "3" })).toMatchObject({ messages: 10 });
    expect(asked({ preset: "exact", exactMessages: "3" })).toMatchObject({ messages: 10 });
  });

  it("exact values: every timer by itself, and none that was not written there", () => {
    expect(asked({ preset: "exact" })).toEqual({ ttl: 3_600, burnBy: "anyone" });
    expect(asked({ preset: "exact", messages: "70" })).toEqual({ ttl: 3_600, burnBy: "anyone" });
    expect(asked({ preset: "messages", exactMessages: "70" })).toMatchObject({ messages: 50 });
    const each = { ttl: "2", idle: "1", empty: "0", exactMessages: "12" };
    expect(asked({ preset: "exact", ...each })).toEqual({
      ttl: 120,
      idle: 60,
      empty: 0,
      messages: 12,
      burnBy: "anyone",
    });
  });
});
