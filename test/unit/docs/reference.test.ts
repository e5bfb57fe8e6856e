// The reference describes the package as it is built from these sources, and leaves out nothing that callers meet.
import { expect, it } from "vitest";
import { packageEntries } from "../../../scripts/package-entries.ts";
import { makeReference, readReference } from "../../../scripts/reference.ts";

const reference = await makeReference();

it("the pages of docs/reference are those of the code (npm run docs)", async () => {
  expect(reference.pages.size).toBe(packageEntries().length);
  expect(Object.fromEntries(await readReference())).toEqual(Object.fromEntries(reference.pages));
});

it("every public name has a comment, and every type of ours that one names can be imported", () => {
  expect(reference.problems).toEqual([]);
});

it("nothing in the pages depends on the machine or the day", () => {
  expect(reference.pages.size).toBeGreaterThan(1);
  for (const page of reference.pages.values()) {
    expect(page).not.toMatch(/file:|\/(home|tmp|work|Users)\/|\b20\d\d-\d\d-\d\d\b|node_modules/);
    expect(page).not.toMatch(/@internal|#private|import\(/);
  }
});
