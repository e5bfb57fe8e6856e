// Marks between two looks of the detector: on the letters that they stood on, and never on others.
import { expect, it } from "vitest";
import type { PiiSpan } from "../../../src/client/index.ts";
import { carriedOver } from "../../../src/web/state/live-findings.ts";

const span = (start: number, end: number): PiiSpan => ({ start, end, type: "EMAIL", score: 90 });
const BEFORE = "mail a@b.org or c@d.org now";
const SPANS = [span(5, 12), span(16, 23)];
const values = (text: string): string[] =>
  carriedOver(BEFORE, SPANS, text).map(({ start, end }) => text.slice(start, end));

it.each([
  ["nothing changed", BEFORE, ["a@b.org", "c@d.org"]],
  ["at the end", `${BEFORE}!`, ["a@b.org", "c@d.org"]],
  ["at the beginning", `e${BEFORE}`, ["a@b.org", "c@d.org"]],
  ["between them", "mail a@b.org, or c@d.org now", ["a@b.org", "c@d.org"]],
  ["in the first", "mail a@bb.org or c@d.org now", ["a@bb.org", "c@d.org"]],
  ["out of the first", "mail a@b.rg or c@d.org now", ["a@b.rg", "c@d.org"]],
  ["over its end", "mail a@b. or c@d.org now", ["c@d.org"]],
  ["over both", "mail a now", []],
  ["everything", "", []],
  ["another text", "another text of its own", []],
])("a text is changed: %s", (_, text, expected) => {
  expect(values(text)).toEqual(expected);
});

it("the same list is given back where nothing changed", () => {
  expect(carriedOver(BEFORE, SPANS, BEFORE)).toBe(SPANS);
});
