// Takes the pictures of docs/images anew, from the real page over the real service: `node scripts/screenshots.ts`.
import { mkdirSync } from "node:fs";
import { startService } from "../src/local/service.ts";
import { launchChromium } from "../test/browser/support/chromium.ts";
import { WebPage } from "../test/browser/support/web-page.ts";

const QUESTION =
  "Draft a note to Anna Berg, anna.berg@example.org: her card 4111 1111 1111 1111 was charged twice.";
const DESK = { width: 1180, height: 800 };
const PHONE = { width: 390, height: 780 };

mkdirSync("docs/images", { recursive: true });
const service = await startService();
const browser = await launchChromium();
try {
  const ada = await WebPage.open(browser, service.url.href, { viewport: DESK });
  await ada.page.getByText("The mirror is not a language model").waitFor();
  await shoot(ada, "start");
  await ada.start("Ada");
  const bob = await WebPage.open(browser, await ada.invite(), { viewport: PHONE, colorScheme: "dark" });
  await bob.join("Bob");
  await ada.page.getByText("You and Bob").waitFor();
  await bob.say("They billed Anna twice. Can you write to her?");
  await ada.hears("They billed Anna twice. Can you write to her?");
  await ada.say("On it.");
  await bob.hears("On it.");
  await ada.draft(QUESTION);
  await ada.page.locator(".finding").first().waitFor();
  await shoot(ada, "writing");
  await ada.button("Ask").click();
  await ada.button("Regenerate").waitFor();
  await shoot(ada, "mirror");
  await ada.button("Inspect").click();
  await shoot(ada, "inspector");
  await ada.button("Close").click();
  await bob.page.getByRole("button", { name: "Copy answer" }).waitFor();
  await bob.page.locator(".transcript").evaluate((element) => {
    element.scrollTop = 0;
  });
  await shoot(bob, "phone");
  await ada.burn();
  await ada.page.waitForTimeout(1_500);
  await shoot(ada, "burned");
} finally {
  await browser.close();
  await service.stop();
}

async function shoot({ page }: WebPage, name: string): Promise<void> {
  await page.mouse.move(0, 0);
  await page.waitForTimeout(300);
  await page.screenshot({ path: `docs/images/${name}.png`, animations: "disabled" });
}
