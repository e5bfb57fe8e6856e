// Plain numbers behind words that announce a telephone number, and behind words that are verbs or mean something else as well.
import { describe, expect, it } from "vitest";
import { found } from "./engine-under-test.ts";

describe("numbers behind telephone words", () => {
  it.each([
    ["phone @@", "20011225"],
    ["phone @@", "4930000000"],
    ["tel @@", "12300000"],
    ["mobile @@", "20240105"],
    ["Tel. Nr. @@", "20011225"],
    ["cell phone @@", "20240105"],
    ["call my phone @@", "20011225"],
    ["my phone number is @@ thanks", "12345678"],
    ["my number is @@", "20011225"],
    ["cell: @@", "20240105"],
    ["contact: @@", "20240105"],
    ['{"phone": "@@"}', "20011225"],
  ])("[PII18] finds a round number or one like a date behind its label: %s", (text, value) => {
    expect(found(text.replace("@@", value))).toEqual([`PHONE:${value}`]);
  });

  it.each([
    "call 10000000 times",
    "contact 12345678 users",
    "cell 20240105",
    "The mobile app has 10000000 users",
    "my number of 10000000 users",
  ])("[PII18] takes what is counted, or a day behind a verb, for no telephone number: %s", (text) => {
    expect(found(text).filter((s) => s.startsWith("PHONE"))).toEqual([]);
  });
});
