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

const message = (content: string): SanitisedMessage => ({ role: "user", content, kept: [] });

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
    const redactions = [{ type: "EMAIL", token: "[EMAIL_1]", value: "a@b.example", places: null }];
    const item = turn({ finish: "error", complete: false, redactions });
    expect(scanOf(item)).toEqual({ kind: "caught", redactions });
  });

  it("what the model received is put together in one pass, from the places that were told", () => {
    const [asked, later] = ["I am 34 years old, room 34, mail bob34@example.org", "$& [EMAIL_1] 34"];
    const place = (message: number, start: number, value: string) => ({
      message,
      start,
      end: start + value.length,
    });
    const redactions = [
      {
        type: "EMAIL",
        token: "[EMAIL_34]",
        value: "bob34@example.org",
        places: [place(0, 33, "bob34@example.org")],
      },
      { type: "AGE", token: "[AGE_34]", value: "34", places: [place(0, 5, "34"), place(1, 13, "34")] },
    ];
    expect(receivedOf(turn({ redactions }, "required", [message(asked), message(later)]))).toEqual({
      kind: "rebuilt",
      messages: ["I am [AGE_34] years old, room 34, mail [EMAIL_34]", "$& [EMAIL_1] [AGE_34]"],
    });
  });

  it("and is not shown where a place is not known", () => {
    const redactions = [{ type: "AGE", token: "[AGE_1]", value: "34", places: null }];
    expect(receivedOf(turn({ redactions }, "required", [message("34")]))).toEqual({ kind: "unplaced" });
  });
});
