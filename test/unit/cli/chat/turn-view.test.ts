// Questions and answers as the lines that people read, also where somebody makes them up.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SharedTurn } from "../../../../src/client/index.ts";
import { AnswerRows } from "../../../../src/cli/chat/answer-rows.ts";
import { describeTerms } from "../../../../src/cli/chat/assistant-words.ts";
import type { ChatEvents } from "../../../../src/cli/chat/chat-event.ts";
import { MAX_OPEN_TURNS } from "../../../../src/cli/chat/limits.ts";
import type { Line } from "../../../../src/cli/chat/line.ts";
import { TurnView } from "../../../../src/cli/chat/turn-view.ts";
import { BOB, TERMS } from "./scripted-session.ts";

const texts = (lines: readonly Line[]): string[] => lines.map(({ text }) => text);
const part = (change: Partial<SharedTurn>): SharedTurn => ({
  of: "answer",
  turn: "t",
  attempt: 1,
  index: 0,
  end: null,
  complete: change.end === "stop",
  text: "",
  stream: "s",
  participant: BOB.id,
  name: "Bob",
  self: false,
  ...change,
});
const own = (text: string, turn = "mine") => ({ turn, attempt: 1, text });
const ended = (change: Partial<ChatEvents["answered"]>): ChatEvents["answered"] => ({
  turn: "mine",
  attempt: 1,
  complete: true,
  finish: "stop",
  error: null,
  usage: null,
  redactions: [],
  contextDropped: 0,
  asSent: null,
  ...change,
});

describe("[CHAT10] one's own answer", () => {
  it("comes in rows, and its end tells what it cost and what was replaced", () => {
    const view = new TurnView(20);
    expect(texts(view.answer(own("This is a row that is long enough")))).toEqual([
      "* The assistant answers you:",
      "| This is a row that ",
    ]);
    const redactions = [
      { type: "EMAIL", token: "[EMAIL_1]", value: "a@b.example", places: null },
      { type: "EMAIL", token: "[EMAIL_2]", value: "c@d.example", places: null },
    ];
    const usage = { inputTokens: 7, outputTokens: 9 };
    expect(texts(view.answered(ended({ redactions, usage, contextDropped: 1 })))).toEqual([
      "| is long enough",
      "* The answer is complete. Tokens: 7 in, 9 out.",
      "* The service replaced 2 values before the model saw the question: EMAIL 2.",
      "* 1 earlier question had no room in what the assistant was told.",
    ]);
  });

  it.each([
    ["cut", "answer_cut", "* CUT OFF: the answer is NOT COMPLETE. The answer was cut off."],
    ["error", "provider_unavailable", "* FAILED: the answer is NOT COMPLETE."],
    ["cancelled", null, "* CANCELLED: the answer is NOT COMPLETE."],
  ] as const)("that is %s is said to be", (finish, error, line) => {
    const [last, ...more] = new TurnView(76).answered(ended({ complete: false, finish, error }));
    expect(more).toEqual([]);
    expect(last?.tone).toBe("warning");
    expect(last?.text.startsWith(line)).toBe(true);
    if (error !== null) expect(last?.text).toContain(`(${error})`);
  });

  it("says whose it is again where another one came in between", () => {
    const view = new TurnView(76);
    const lines = [
      ...view.answer(own("a\n")),
      ...view.answer(own("b\n", "other")),
      ...view.answer(own("c\n")),
      ...view.answer(own("d\n")),
    ];
    const title = "* The assistant answers you:";
    expect(texts(lines)).toEqual([title, "| a", title, "| b", title, "| c", "| d"]);
  });
});

describe("[CHAT10] what others ask", () => {
  it("is shown with who asked, and with how it ended", () => {
    const view = new TurnView(76);
    const lines = [
      ...view.shared(part({ of: "question", end: "stop", text: "Why?\nNow" })),
      ...view.shared(part({ text: "Beca" })),
      ...view.shared(part({ index: 1, end: "stop", text: "use.\nSo." })),
    ];
    expect(texts(lines)).toEqual([
      "? [bobb] Bob: Why?\\nNow",
      "* The assistant answers [bobb] Bob:",
      "| Because.",
      "| So.",
      "* The answer is complete. It was for [bobb] Bob.",
    ]);
    expect(lines.at(-1)?.tone).toBe("notice");
  });

  it.each(["cut", "cancelled", "error"] as const)("is incomplete where it ended as %s", (end) => {
    const last = new TurnView(76).shared(part({ text: "x", end })).at(-1);
    expect(last?.tone).toBe("warning");
    expect(last?.text).toContain("NOT COMPLETE");
  });

  it("is incomplete where a part is missing or came twice, whatever its end says", () => {
    for (const indexes of [[1], [0, 2], [0, 0], [1, 0]]) {
      const view = new TurnView(76);
      const lines = indexes.flatMap((index, at) => {
        const end = at === indexes.length - 1 ? "stop" : null;
        return view.shared(part({ index, text: "x", end, complete: false }));
      });
      expect(lines.at(-1)).toMatchObject({ tone: "warning", text: expect.stringContaining("INCOMPLETE") });
    }
  });

  it("is incomplete where its asker leaves, or the chat ends, before it did", () => {
    const view = new TurnView(76);
    view.shared(part({ text: "half" }));
    expect(view.left(["somebody"])).toEqual([]);
    expect(texts(view.left([BOB.id]))).toEqual([
      "* The assistant answers [bobb] Bob:",
      "| half",
      "* INCOMPLETE: the answer to [bobb] Bob ends here; whoever asked has left.",
    ]);
    view.shared(part({ turn: "u", text: "half\n" }));
    expect(texts(view.end()).at(-1)).toContain("INCOMPLETE");
    expect(view.end()).toEqual([]);
  });

  it("of a later attempt replaces what came before, and an earlier one comes too late", () => {
    const view = new TurnView(76);
    view.shared(part({ text: "old\n" }));
    const [again] = view.shared(part({ attempt: 2, text: "new\n" }));
    expect(again?.text).toContain("asked again");
    expect(view.shared(part({ index: 1, text: "late\n" }))).toEqual([]);
    expect(texts(view.shared(part({ attempt: 2, index: 1, end: "stop" })))).toHaveLength(1);
  });

  it("is bounded: too many answers at once are given up in words", () => {
    const view = new TurnView(76);
    const lines = Array.from({ length: MAX_OPEN_TURNS + 1 }, (_, n) =>
      view.shared(part({ turn: String(n), text: "x" })),
    ).flat();
    expect(texts(lines).filter((text) => text.includes("INCOMPLETE"))).toHaveLength(1);
    expect(view.end().filter(({ tone }) => tone === "warning")).toHaveLength(MAX_OPEN_TURNS);
  });

  it("[CHAT2] stays behind its mark, whatever it holds", () => {
    const hostile = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom("\n* Bob left.", "\r\u001b[1A[adaa] Ada: yes"),
    );
    fc.assert(
      fc.property(hostile, hostile, (name, text) => {
        const view = new TurnView(10);
        const lines = texts([
          ...view.shared(part({ of: "question", end: "stop", text, name })),
          ...view.shared(part({ text, name, end: "cut" })),
          ...view.answer(own(text)),
          ...view.answered(ended({})),
        ]);
        expect(lines[0]?.startsWith("? [bobb]")).toBe(true);
        for (const line of lines) {
          expect(line).toMatch(/^(\? \[bobb\]|\* |\| )/);
          expect(line.replaceAll(/[\u200c\u200d]/g, "")).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
        }
        const notices = lines.filter((line) => line.startsWith("* "));
        for (const line of notices)
          expect(line).toMatch(/^\* (The assistant answers|CUT OFF|The answer is complete)/);
      }),
    );
  });
});

it("[CHAT10] rows are the answer, however it is cut into pieces", () => {
  const text = fc.string({ unit: fc.constantFrom("a", "b ", "\n", "\u{1f600}", "word") });
  fc.assert(
    fc.property(text, fc.array(fc.nat(40)), fc.integer({ min: 2, max: 12 }), (whole, cuts, chars) => {
      const rows = new AnswerRows(chars);
      const places = [0, ...cuts.map((cut) => cut % (whole.length + 1)).sort((a, b) => a - b), whole.length];
      const pieces = places.slice(1).map((end, at) => whole.slice(places[at], end));
      const out = [...pieces.flatMap((piece) => rows.push(piece)), ...rows.flush()];
      expect(out.join("")).toBe(whole.replaceAll("\n", ""));
      for (const row of out) expect(row.length).toBeLessThanOrEqual(chars + 1);
      const lines = new AnswerRows(Infinity);
      const plain = [...pieces.flatMap((piece) => lines.push(piece)), ...lines.flush()];
      expect(`${plain.join("\n")}${whole.endsWith("\n") ? "\n" : ""}`).toBe(whole);
    }),
  );
});

it("[CHAT10] the terms are told at the start, the worst where nothing is stated", () => {
  expect(describeTerms(TERMS).join(" ")).toMatch(
    /mirror, run by this, region local; keeps what it gets: 0 days; trains on it: no/,
  );
  const silent = {
    ...TERMS,
    pii: "off",
    card: { ...TERMS.card, retentionDays: null, trains: null },
  } as const;
  const lines = describeTerms(silent).join(" ");
  expect(lines).toMatch(/not stated.*not stated/);
  expect(lines).toContain("replaces no personal data");
  expect(lines).toContain("not end-to-end encrypted");
});
