// The timers of a session while it goes on: a host sees each with its value, sets it, and takes it back.
import { describe, expect, it } from "vitest";
import { PATIENCE_MS } from "../support/client.ts";
import type { WebPage } from "./support/web-page.ts";
import { webWorld } from "./support/web-world.ts";

const world = webWorld();

const TIMERS = [
  ["After silence of", "30 minutes", "Burns after 30 minutes of silence."],
  ["After everyone left", "5 minutes later", "Burns 5 minutes after everyone left."],
  ["After messages", "50 more", "Burns after 50 messages."],
] as const;

const valueOf = (web: WebPage, label: string) =>
  web.page
    .getByLabel(label)
    .evaluate((select: HTMLSelectElement) => select.selectedOptions[0]?.textContent ?? null);

describe("[PAGE1] the host's timers", () => {
  it.each(TIMERS)("%s: its value is shown, changed and taken back, and said", async (label, value, rule) => {
    const ada = await world.open();
    await ada.start("Ada");
    await ada.button("Session").click();
    const dialog = ada.page.getByRole("dialog");
    const said = dialog.getByRole("status");
    expect(await valueOf(ada, label)).toBe("Off");
    const select = ada.page.getByLabel(label);
    await select.selectOption({ label: value });
    await said.getByText(`${label}: ${value}.`).waitFor();
    await dialog.getByText(rule).waitFor();
    expect(await valueOf(ada, label)).toBe(
      label === "After messages" ? "50 messages from when it was set" : value,
    );
    await select.selectOption("Off");
    await said.getByText(`${label}: off.`).waitFor();
    await dialog.getByText(rule).waitFor({ state: "detached" });
    expect(await valueOf(ada, label)).toBe("Off");
  });

  it("a choice that the service refuses is said, and the timer shows what is in force", async () => {
    const ada = await world.open();
    ada.watch.foresee(/Failed to load resource/);
    await ada.start("Ada");
    await ada.page.route("**/burn", (route) => route.abort());
    await ada.button("Session").click();
    await ada.page.getByLabel("After everyone left").selectOption({ label: "1 hour later" });
    const said = ada.page.getByRole("dialog").getByRole("status");
    await said.getByText("The service could not be reached.").waitFor();
    await expect.poll(() => valueOf(ada, "After everyone left"), { timeout: PATIENCE_MS }).toBe("Off");
  });

  it("what was chosen at the start is shown, also where it is not among what is offered", async () => {
    const ada = await world.open();
    await ada.start("Ada", async () => {
      await ada.page.getByLabel("Exact values").check();
      await ada.page.getByLabel("Burns after silence of (minutes)").fill("7");
      await ada.page.getByLabel("Burns when empty for (minutes)").fill("0");
    });
    await ada.button("Session").click();
    expect(await valueOf(ada, "After silence of")).toBe("7 minutes");
    expect(await valueOf(ada, "After everyone left")).toBe("at once");
  });
});
