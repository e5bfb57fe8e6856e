// Texts that run from right to left, and those that do both: each line, name, value and token in its own direction, and
// the lines under a draft under the letters that they belong to.
import type { Locator } from "playwright-core";
import { describe, expect, it } from "vitest";
import { PATIENCE_MS } from "../support/client.ts";
import type { WebPage } from "./support/web-page.ts";
import { webWorld } from "./support/web-world.ts";

const world = webWorld();
const ARABIC = "مرحبا";
const NAME = "أمينة";

/** Whether a part lies in the right half of another. */
async function liesRight(part: Locator, whole: Locator): Promise<boolean> {
  const [inner, outer] = [await part.boundingBox(), await whole.boundingBox()];
  if (inner === null || outer === null) throw new Error("not drawn");
  return inner.x + inner.width / 2 > outer.x + outer.width / 2;
}

/** Left edges of two pieces of an element's text. */
function lefts(element: Locator, pieces: readonly string[]): Promise<number[]> {
  return element.evaluate((node, wanted) => {
    const text = node.textContent;
    return wanted.map((piece) => {
      const walker = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
      for (let next = walker.nextNode(); next !== null; next = walker.nextNode()) {
        const at = next.nodeValue?.indexOf(piece) ?? -1;
        if (at < 0) continue;
        const range = document.createRange();
        range.setStart(next, at);
        range.setEnd(next, at + piece.length);
        return range.getBoundingClientRect().left;
      }
      throw new Error(`${piece} is not in ${text}`);
    });
  }, pieces);
}

async function asking(text: string): Promise<WebPage> {
  const ada = await world.open();
  await ada.start("Ada");
  await ada.draft(text);
  return ada;
}

describe("[PAGE9] from right to left", () => {
  it("each line of a message by itself; a name does not turn the page's words around", async () => {
    const { ada, bob } = await world.pair();
    await bob.button("Session").click();
    await bob.page.getByLabel("Your name in this chat").fill(NAME);
    await bob.button("Change").click();
    await bob.button("Close").click();
    await ada.page.locator(".room-people bdi", { hasText: NAME }).waitFor();
    const [you, name] = await lefts(ada.page.locator(".room-people"), ["You", NAME]);
    expect(you).toBeLessThan(name ?? 0);
    await bob.page.getByLabel("Message to the people here").fill(`${"long ".repeat(8)}\n${ARABIC}\nend`);
    await bob.button("Send").click();
    const bubble = ada.page.locator(".bubble").last();
    await bubble.getByText(ARABIC).waitFor();
    const [long, arabic, end] = await lefts(bubble, ["long", ARABIC, "end"]);
    expect(arabic).toBeGreaterThan((long ?? 0) + 50);
    expect(end).toBeCloseTo(long ?? 0, 0);
    // As it is written in the browser's language: here with what follows the hour on its right.
    const [colon, half] = await lefts(ada.page.locator(".message .at").last(), [":", "M"]);
    expect(colon).toBeLessThan(half ?? 0);
  });

  it("what is underlined in a draft lies under its letters, line by line", async () => {
    const ada = await asking(`${ARABIC} anna@example.org\nMail bob@example.org`);
    const marks = ada.page.locator(".draft-marks mark");
    await expect
      .poll(() => marks.allTextContents(), { timeout: PATIENCE_MS })
      .toEqual(["anna@example.org", "bob@example.org"]);
    const field = ada.page.getByLabel("Question to the assistant");
    expect(await liesRight(marks.nth(0), field)).toBe(true);
    expect(await liesRight(marks.nth(1), field)).toBe(false);
    // The field and what lies under it go by the same rule.
    const bidi = (element: Locator) => element.evaluate((node) => getComputedStyle(node).unicodeBidi);
    expect(await bidi(ada.page.locator(".draft-marks"))).toBe(await bidi(field));
  });

  it("tokens and values keep their own order in a question, in what left, and in the list of findings", async () => {
    const ada = await asking(`${ARABIC} +1 415 555 0132 ${ARABIC}`);
    await ada.page.locator(".finding bdi", { hasText: "+1 415 555 0132" }).waitFor();
    await ada.button("Ask").click();
    await ada.button("Regenerate").waitFor();
    const question = ada.page.locator(".question");
    const [plus, last] = await lefts(question, ["+1", "0132"]);
    expect(plus).toBeLessThan(last ?? 0);
    await ada.button("What left").click();
    const [open, close] = await lefts(question.locator(".token"), ["[", "]"]);
    expect(open).toBeLessThan(close ?? 0);
  });
});
