// Published formats of every family in seven languages, mangled spellings and look-alikes without personal data. What the rules miss is
// listed beside the cases; whoever makes them better takes it off the list.
import { describe, expect, it } from "vitest";
import { faultsOf, knownMisses, negativeCases, positiveCases } from "../../support/format-cases.ts";
import { newDetector } from "./engine-under-test.ts";

const detector = newDetector();
const known = knownMisses();

describe.each([
  ["values", positiveCases(), 300, 0.05],
  ["look-alikes", negativeCases(), 150, 0.05],
] as const)("[PII18] %s", (_kind, cases, fewest, mostFaulty) => {
  it("are many, and few of them are judged wrongly", () => {
    expect(cases.length).toBeGreaterThanOrEqual(fewest);
    expect(cases.filter(({ text }) => text in known).length / cases.length).toBeLessThanOrEqual(mostFaulty);
  });

  it.each(cases.map((c) => [`${c.set} ${JSON.stringify(c.text.slice(0, 40))}`, c] as const))(
    "%s",
    (_title, c) => {
      expect(faultsOf(c, detector)).toEqual(known[c.text] ?? []);
    },
  );
});

it("[PII18] each listed miss is a case", () => {
  const texts = new Set([...positiveCases(), ...negativeCases()].map(({ text }) => text));
  expect(Object.keys(known).filter((text) => !texts.has(text))).toEqual([]);
});
