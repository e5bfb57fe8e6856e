// Whom a draft is for, whatever happens around it.
import fc from "fast-check";
import { expect, it } from "vitest";
import { addresseeAtFirst, addresseeNow, type Addressee } from "../../../src/web/state/addressee.ts";

const somewhen = fc.record({ draft: fc.constantFrom("", "a"), chosen: fc.boolean(), alone: fc.boolean() });

it("[PAGE6] only somebody who is alone with an assistant begins by writing to it", () => {
  expect(addresseeAtFirst(true, true)).toBe("assistant");
  for (const [assistant, alone] of [
    [true, false],
    [false, true],
    [false, false],
  ] as const) {
    expect(addresseeAtFirst(assistant, alone)).toBe("people");
  }
});

it("[PAGE6] whoever comes and goes: never to the assistant, never under a draft, never against a click", () => {
  const before = fc.constantFrom<Addressee>("people", "assistant");
  fc.assert(
    fc.property(before, fc.array(somewhen), (first, course) => {
      let addressee = first;
      for (const moment of course) {
        const now = addresseeNow(addressee, moment);
        if (now !== addressee)
          expect({ now, ...moment }).toMatchObject({ now: "people", draft: "", chosen: false });
        addressee = now;
      }
    }),
  );
  expect(addresseeNow("assistant", { draft: "", chosen: false, alone: false })).toBe("people");
});
