// The scan for personal data before a model is asked: without one nothing is sent, and who asked learns all of what it
// replaced.
import { describe, expect, it } from "vitest";
import { ok } from "../../../src/protocol/errors.ts";
import { MAX_SUMMARY_BYTES } from "../../../src/protocol/limits.ts";
import type { PersonalDataScan, Scanned } from "../../../src/session/scan-port.ts";
import { AskingChat, modelDoes } from "./support/asking.ts";
import { TERMS } from "./support/scripted-assistant.ts";

const MODES = ["required", "offered"] as const;
const throwing: PersonalDataScan = {
  scan: () => {
    throw new Error("pii_engine_memory");
  },
};

/** One that replaces nothing and says that it did. */
function telling(replaced: Scanned["replaced"]): PersonalDataScan {
  return { scan: (messages) => ({ messages, replaced }) };
}

async function asked(pii: (typeof MODES)[number], scan: PersonalDataScan | null) {
  const chat = await AskingChat.begin({}, { pii });
  chat.model.terms = () => ok({ ...TERMS, pii });
  chat.world.scan = scan;
  const host = await chat.enter();
  return { chat, host, turn: await host.ask({ messages: ["Mail anna@example.org."] }) };
}

describe("[TURN15] the scan before a model is asked", () => {
  it.each(MODES.flatMap((mode) => [[mode, "fails", throwing] as const, [mode, "is missing", null] as const]))(
    "%s, and it %s: refused, and nothing is sent",
    async (mode, _, scan) => {
      const { chat, host } = await asked(mode, scan);
      expect([host.refusals, host.accepted, chat.model.calls.length]).toEqual([["pii_failed"], 0, 0]);
    },
  );

  const few = [{ type: "EMAIL", token: "[EMAIL_1]", value: "anna@example.org", places: [[0, 5]] }] as const;
  const places = Array.from({ length: 20_000 }, (_, at) => [0, at] as const);
  it.each([
    ["all of them", few, few],
    ["none where there is no room for all", [{ ...few[0], places }], [{ ...few[0], places: null }]],
  ])("tells the places of what was replaced: %s", async (_, replaced, told) => {
    const { chat, host, turn } = await asked("required", telling(replaced));
    await modelDoes(chat, (call) => {
      call.end();
    });
    expect((await host.read(turn)).summary?.redactions).toEqual(told);
  });

  it("refuses where there is no room for the values themselves", async () => {
    const value = "x".repeat(MAX_SUMMARY_BYTES);
    const { chat, host } = await asked("required", telling([{ ...few[0], value }]));
    expect([host.refusals, chat.model.calls.length]).toEqual([["pii_failed"], 0]);
  });
});
