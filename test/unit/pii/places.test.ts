// Places of the gazetteer, one by one: each phrase must come back whole, in whatever sentence it stands.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { found, newDetector } from "./engine-under-test.ts";

const lines = (name: string): string[] =>
  readFileSync(new URL(`../../../src/pii/engine/lexicon/${name}`, import.meta.url), "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));
const SMALL = "de da do del della di du la las le les el of am and und e et y en der die dos das au al".split(
  " ",
);
/** The place as people write it: a capital on each word but the small ones inside. */
const written = (place: string): string =>
  place
    .split(" ")
    .map((word, i) => (i > 0 && SMALL.includes(word) ? word : word.charAt(0).toUpperCase() + word.slice(1)))
    .join(" ");
const phrases = [...lines("places.txt"), ...lines("countries.txt")].filter((place) => place.includes(" "));
const detector = newDetector();
const places = (text: string): string[] =>
  detector
    .detect(text)
    .filter((span) => span.type === "LOCATION")
    .map((span) => text.slice(span.start, span.end));

describe("places of several words", () => {
  it("are in the gazetteer", () => {
    expect(phrases.length).toBeGreaterThan(300);
  });
  it.each([
    ["behind a word such as lives in", (p: string) => `Anna lives in ${p}.`],
    ["behind a preposition", (p: string) => `They said that in ${p} it rains.`],
    ["in the middle of a sentence", (p: string) => `They showed us ${p} again.`],
    ["at the beginning of a sentence", (p: string) => `It rains. ${p} has changed.`],
  ])("every one is found whole %s", (_where, sentence) => {
    const lost = phrases.map(written).filter((place) => !places(sentence(place)).includes(place));
    expect(lost).toEqual([]);
  });
  it.each([
    "new york",
    "los angeles",
    "las vegas",
    "north carolina",
    "tel aviv",
    "new zealand",
    "south korea",
    "costa rica",
    "hong kong",
    "san francisco",
    "new orleans",
  ])("%s is found in small letters behind lives in", (place) => {
    expect(places(`my sister lives in ${place} now`)).toEqual([place]);
  });

  it.each([
    ["a hyphen between the words", "She moved to Port-au-Prince.", ["LOCATION:Port-au-Prince"]],
    ["a stop after St", "He lives in St. Louis.", ["LOCATION:St. Louis"]],
    ["a greeting before it", "Hello New York!", ["LOCATION:New York"]],
    ["more words behind it", "The Los Angeles office", ["LOCATION:Los Angeles"]],
    ["a name behind it", "In New York Anna Berg met us.", ["LOCATION:New York", "PERSON:Anna Berg"]],
    ["one word behind a plain one", "Beautiful Paris", ["LOCATION:Paris"]],
  ])("%s", (_what, text, expected) => {
    expect(found(text)).toEqual(expected);
  });

  it.each([
    ["a garment", "i bought a new jersey for the team"],
    ["a plain word that places begin with", "The system is new. New users see the long list."],
    ["a title before a family name", "Mr. San Juan called"],
  ])("%s is no place", (_what, text) => {
    expect(places(text)).toEqual([]);
  });
});
