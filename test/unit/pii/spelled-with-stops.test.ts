// Names of numbers with stops, numbers that end in a letter, lists of seed words, streets that hold a number or stand in small letters.
import { describe, expect, it } from "vitest";
import { found } from "./engine-under-test.ts";

describe("names of numbers with stops", () => {
  it.each([
    ["S.S.N.: 509148837", "US_SSN:509148837"],
    ["D.O.B.: 12/03/1984", "DATE_OF_BIRTH:12/03/1984"],
    ["N.P.I. 1234567893", "US_NPI:1234567893"],
    ["M.R.N. 00482913", "MEDICAL_RECORD:00482913"],
    ["p.l.z. für hier 80331", "POSTCODE:80331"],
  ])("[PII18] %s", (text, span) => {
    expect(found(text)).toEqual([span]);
  });

  it.each(["e.g. 509148837 bytes", "a.b.c 12", "i.e. 00482913", "J.R.R. 1234567893"])(
    "[PII18] %s holds none",
    (text) => {
      expect(found(text)).toEqual([]);
    },
  );
});

describe("national numbers behind their own words", () => {
  it.each([
    ["RUT: 20.347.878-K", "NATIONAL_ID:20.347.878-K"],
    ["mi rut es 20347878-k", "NATIONAL_ID:20347878-k"],
    ["Teudat Zehut 039337423", "NATIONAL_ID:039337423"],
    ["mispar zehut: 3933742-3", "NATIONAL_ID:3933742-3"],
  ])("[PII18] %s", (text, span) => {
    expect(found(text)).toEqual([span]);
  });

  it.each(["20.347.879-K", "part 20347878-K", "20.347.878-KX", "zehut 039337424"])(
    "[PII18] %s is none: check, name or end do not fit",
    (text) => {
      expect(found(text).filter((span) => span.startsWith("NATIONAL_ID"))).toEqual([]);
    },
  );
});

describe("seed phrases as lists", () => {
  const words = "legal winner thank year wave sausage worth useful legal winner thank yellow".split(" ");
  it.each([
    ["numbered, one a line", words.map((word, k) => `${String(k + 1)}. ${word}`).join("\n")],
    ["numbered, in a row", words.map((word, k) => `${String(k + 1)}) ${word}`).join(" ")],
    ["one word a line", words.join("\n")],
    ["with bullets", words.map((word) => `• ${word}`).join("\n")],
    ["with hyphens between", words.join("-")],
  ])("[PII18] %s", (_what, phrase) => {
    expect(found(`My words:\n${phrase}\nThat is all.`)).toEqual([`SEED_PHRASE:${phrase.replace(/^• /, "")}`]);
  });

  it("[PII18] a numbered list of plain words whose checksum does not hold is none", () => {
    const list = [...words.slice(0, 11), "zoo"].map((word, k) => `${String(k + 1)}. ${word}`).join("\n");
    expect(found(list)).toEqual([]);
  });
});

describe("streets that hold a number, and streets in small letters", () => {
  it.each([
    "Straße des 17. Juni 135, 10623 Berlin",
    "Rue du 11 Novembre 14, 1060 Bruxelles",
    "calle 2 de Mayo 5, 28004 Madrid",
    "Via XX Settembre 12, 16121 Genova",
    "10 Avenue du 8 Mai 1945",
    "Plein 1944 12, Nijmegen",
    "8 bis rue des Lilas, 69003 Lyon",
    "12 rue de la paix, 75002 paris",
    "via garibaldi 9, 20121 milano",
    "calle alcalá 50, madrid",
    "kerkstraat 8, 3511 ax utrecht",
    "Suite 210-B, 77 King Street",
  ])("[PII18] %s is one address", (address) => {
    expect(found(`Ship to ${address}.`)).toEqual([`ADDRESS:${address}`]);
  });

  it("[PII18] a street with figures glued before it, as in texts that were copied from a table", () => {
    expect(found("Im Feld 48Straße des 17. Juni 135")).toEqual(["ADDRESS:48Straße des 17. Juni 135"]);
  });

  it.each([
    ["my address is main street 5", "ADDRESS:main street 5"],
    ["address: 14 oak road", "ADDRESS:14 oak road"],
  ])("[PII18] %s, behind an address word", (text, span) => {
    expect(found(text)).toEqual([span]);
  });

  it.each([
    "the main street 5 times",
    "via email 3 times",
    "sent via garibaldi 9 times",
    "14 oak road signs",
  ])("[PII18] %s holds none", (text) => {
    expect(found(text)).toEqual([]);
  });
});
