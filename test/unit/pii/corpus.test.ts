// Scores the project's own corpus; long texts without personal data are in plain-texts.test.ts.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { newDetector } from "./engine-under-test.ts";

interface Case {
  readonly set: string;
  readonly lang: string;
  readonly text: string;
  readonly only?: readonly string[];
}
const { cases } = JSON.parse(
  readFileSync(new URL("../../vectors/pii/corpus.json", import.meta.url), "utf8"),
) as { cases: Case[] };
const detector = newDetector();

/** The plain text and the marked spans of a case. */
function unmark(marked: string): { text: string; spans: { start: number; end: number; type: string }[] } {
  let text = "";
  const spans: { start: number; end: number; type: string }[] = [];
  for (let at = 0; at < marked.length;) {
    const open = marked.indexOf("⟦", at);
    if (open < 0) return { text: text + marked.slice(at), spans };
    const bar = marked.indexOf("|", open),
      close = marked.indexOf("⟧", bar);
    text += marked.slice(at, open);
    spans.push({ start: text.length, end: text.length + close - bar - 1, type: marked.slice(open + 1, bar) });
    text += marked.slice(bar + 1, close);
    at = close + 1;
  }
  return { text, spans };
}

describe("own corpus", () => {
  const judged = cases.map((c) => {
    const { text, spans } = unmark(c.text);
    const got = detector.detect(text).filter((s) => c.only === undefined || c.only.includes(s.type));
    return { ...c, text, spans, got };
  });
  const describeSpan = (text: string, s: { start: number; end: number; type: string }): string =>
    `${s.type}:${text.slice(s.start, s.end)}`;

  it.each(judged.map((c) => [`${c.set}/${c.lang} ${c.text.slice(0, 40)}`, c] as const))(
    "[PII18] %s",
    (_, c) => {
      expect(c.got.map((s) => describeSpan(c.text, s))).toEqual(c.spans.map((s) => describeSpan(c.text, s)));
    },
  );

  it("[PII18] finds nothing in the cases without personal data, one behind the other", () => {
    const quiet = judged
      .filter((c) => c.spans.length === 0)
      .map((c) => c.text)
      .join("\n\n");
    expect(detector.detect(quiet).map((s) => describeSpan(quiet, s))).toEqual([]);
  });
});
