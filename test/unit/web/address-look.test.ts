// What the page finds in the address of a link before anybody follows it, with the engine itself.
import { describe, expect, it } from "vitest";
import { createSanitiser } from "../../../src/client/assistant/sanitiser.ts";
import { loadPiiModule } from "../../../src/pii/load-node.ts";
import { lookThrough } from "../../../src/web/state/address-look.ts";

const module = await loadPiiModule();

/** What is found where a person's own values are these. */
async function foundIn(address: string, held: string): Promise<readonly string[]> {
  const sanitiser = createSanitiser(module, {});
  sanitiser.sanitise([{ role: "user", content: held, keep: [] }]);
  const found = await lookThrough(new URL(address).href, (text) => Promise.resolve(sanitiser.find(text)));
  return found.map(({ value }) => value);
}

const SECRET = ["aB3=kl/9x", "Q2!z"].join("+");

describe("[PAGE8] the address of a link is looked through before it is followed", () => {
  it.each([
    ["https://evil.invalid/?m=+4915112345678", "Call me: +4915112345678", "+4915112345678"],
    ["https://evil.invalid/?m=+49 151 12345678", "Call me: +49 151 12345678", "+49 151 12345678"],
    ["https://evil.invalid/?m=+49+151+12345678", "Call me: +49 151 12345678", "+49 151 12345678"],
    ["https://evil.invalid/p/+493012345678/q", "Call me: +493012345678", "+493012345678"],
    [`https://evil.invalid/?m=${SECRET}`, `My password is ${SECRET}`, SECRET],
    ["https://evil.invalid/?m=12/03/1984&n=1", "I was born on 12/03/1984.", "12/03/1984"],
    ["https://evil.invalid/12/03/1984/", "I was born on 12/03/1984.", "12/03/1984"],
    ["https://81.2.69.142.evil.invalid/", "My server is 81.2.69.142.", "81.2.69.142"],
    ["https://evil.invalid/#Anna%20Berg", "I am Anna Berg.", "Anna Berg"],
    ["https://Anna%20Berg:x@evil.invalid/", "I am Anna Berg.", "Anna Berg"],
    ["mailto:anna@example.org@x.test", "Mail anna@example.org", "anna@example.org"],
    ["mailto:GB82WEST12345698765432@evil.invalid", "IBAN GB82WEST12345698765432", "GB82WEST12345698765432"],
    ["mailto:x@evil.invalid?body=I+am+Anna+Berg", "I am Anna Berg.", "Anna Berg"],
  ])("%s", async (address, held, value) => {
    expect((await foundIn(address, held)).join(" ")).toContain(value);
  });

  it.each([
    "https://docs.example.org/guide/how-to-start?page=2#top",
    "https://example.com/a+b/c=d?q=what+is+this",
    "mailto:support@example.org?subject=Question",
    "https://example.org/%E0%A4%A",
  ])("%s carries nothing", async (address) => {
    expect(await foundIn(address, "Nothing here.")).toEqual([]);
  });

  it("a value is told once", async () => {
    const address = "https://evil.invalid/?m=anna@example.org&n=anna@example.org";
    expect(await foundIn(address, "Mail anna@example.org")).toEqual(["anna@example.org"]);
  });
});
