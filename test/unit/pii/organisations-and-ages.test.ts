// Organisations by their legal form or kind, ages by the words around them, and the plain words that are neither.
import { describe, expect, it } from "vitest";
import { newDetector } from "./engine-under-test.ts";

const texts = (text: string, type: string): string[] =>
  newDetector()
    .detect(text)
    .filter((span) => span.type === type)
    .map((span) => text.slice(span.start, span.end));

describe("organisations", () => {
  it.each([
    ["He works at Acme Corp in town.", "Acme Corp"],
    ["Hill Inc. is a bank", "Hill Inc."],
    ["Deutsche Bank AG", "Deutsche Bank AG"],
    ["General Electric Company", "General Electric Company"],
    ["Brendstrup Logistics", "Brendstrup Logistics"],
    ["Stanford University", "Stanford University"],
    ["Memorial Hospital", "Memorial Hospital"],
    ["Mayo Clinic", "Mayo Clinic"],
    ["Free Software Foundation", "Free Software Foundation"],
    ["Brendstrup, Inc", "Brendstrup, Inc"],
  ])("%s", (text, firm) => {
    expect(texts(text, "ORGANIZATION")).toEqual([firm]);
  });

  it.each([
    "Social Media",
    "Neural Networks",
    "Local University",
    "Operating Systems",
    "Health Insurance",
    "Information Technology",
    "Power Bank",
    "Working Capital",
    "Social Insurance",
    "The AG",
    "Write AG-UI events",
    "The Company and this Company",
    "0x41 is LATIN CAPITAL LETTER A",
    "BO, DZ, KE, UG",
    "PredicateAs<From, As>",
  ])("%s is none", (text) => {
    expect(texts(text, "ORGANIZATION")).toEqual([]);
  });
});

describe("ages", () => {
  it.each([
    ["She turned 64 last week.", "64"],
    ["She turned 64 this week.", "64"],
    ["He is aged 34.", "34"],
    ["When he was 14 he left.", "14"],
    ["a child aged 12 years", "12"],
    ["edad 34 años", "34"],
  ])("%s", (text, age) => {
    expect(texts(text, "AGE")).toEqual([age]);
  });

  it.each(["She turned 50 pages.", "when it was 14 degrees", "whisky aged 12 months"])(
    "%s is none",
    (text) => {
      expect(texts(text, "AGE")).toEqual([]);
    },
  );
});
