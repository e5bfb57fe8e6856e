// What the page may say that the service did: only what the sealed last record of a complete answer told it.
import { describe, expect, it } from "vitest";
import type { AnswerResult, AssistantTerms, SanitisedMessage } from "../../../src/client/index.ts";
import { receivedOf, scanOf } from "../../../src/web/state/service-account.ts";
import { NO_ANSWER_YET, type TurnItem } from "../../../src/web/state/transcript.ts";

const RESULT: AnswerResult = {
  text: "",
  complete: true,
  finish: "stop",
  error: null,
  usage: null,
  redactions: [],
  contextDropped: 0,
};
const CARD = {
  operator: "x",
  retentionDays: 0,
  trains: false,
  region: "local",
  source: null,
  asOf: "2026-11-21",
} as const;

function turn(
  result: Partial<AnswerResult> | null,
  pii: AssistantTerms["pii"] = "offered",
  messages: readonly SanitisedMessage[] = [],
): Pick<TurnItem, "answer" | "terms"> {
  const whole = { ...RESULT, ...result };
  const { finish, complete } = whole;
  const policy = { maxRetentionDays: 30, allowTraining: false, regions: null };
  return {
    terms: { model: "test/x", pii, policy, card: CARD, maxTokens: 100 },
    answer: {
      ...NO_ANSWER_YET,
      sent: { messages, bytes: 1_024, suite: "x25519" },
      ending: result === null ? null : { finish, complete, problem: null, result: whole },
    },
  };
}

const message = (content: string, ...kept: { start: number; end: number }[]): SanitisedMessage => ({
  role: "user",
  content,
  kept,
});

describe("[PAGE6] what the page says of the service's scan", () => {
  it("a complete answer without redactions: the scan agreed, and the model received what left", () => {
    for (const finish of ["stop", "length", "filtered"] as const) {
      expect(scanOf(turn({ finish }))).toEqual({ kind: "agreed" });
      expect(receivedOf(turn({ finish }))).toEqual({ kind: "unchanged" });
    }
  });

  it.each(["cut", "cancelled", "error"] as const)("%s: nothing is claimed", (finish) => {
    const item = turn({ finish, complete: false, error: finish === "error" ? "pii_failed" : null });
    expect(scanOf(item)).toEqual({ kind: "unknown" });
    expect(receivedOf(item)).toEqual({ kind: "unknown" });
  });

  it("an answer that is coming says nothing yet", () => {
    expect(scanOf(turn(null))).toEqual({ kind: "coming" });
    expect(receivedOf(turn(null))).toEqual({ kind: "coming" });
  });

  it("a session that does without a scan had none, however its answer ended", () => {
    expect(scanOf(turn({}, "off"))).toEqual({ kind: "none" });
    expect(scanOf(turn({ finish: "cut", complete: false }, "off"))).toEqual({ kind: "none" });
    expect(receivedOf(turn({}, "off"))).toEqual({ kind: "unchanged" });
    expect(receivedOf(turn({ finish: "cut", complete: false }, "off"))).toEqual({ kind: "unknown" });
  });

  it("what was caught is told also where the answer is not complete", () => {
    const redactions = [{ type: "EMAIL", token: "[EMAIL_1]", value: "a@b.example" }];
    const item = turn({ finish: "error", complete: false, redactions });
    expect(scanOf(item)).toEqual({ kind: "caught", redactions });
  });

  it("what the model received is put together: longer values first, and not where something was kept", () => {
    const redactions = [
      { type: "PERSON", token: "[PERSON_1]", value: "Anna" },
      { type: "PERSON", token: "[PERSON_2]", value: "Anna Berg" },
    ];
    const text = "Anna Berg, Anna, Anna";
    const kept = { start: text.length - 4, end: text.length };
    const rebuilt = (mode: AssistantTerms["pii"]) =>
      receivedOf(turn({ redactions }, mode, [message(text, kept), message("$& [EMAIL_1]")]));
    expect(rebuilt("offered")).toEqual({
      kind: "rebuilt",
      messages: ["[PERSON_2], [PERSON_1], Anna", "$& [EMAIL_1]"],
    });
    expect(rebuilt("required")).toMatchObject({
      messages: ["[PERSON_2], [PERSON_1], [PERSON_1]", "$& [EMAIL_1]"],
    });
  });
});
