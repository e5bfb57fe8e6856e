// The examples of the guide are what people copy first: they run as they are written, in a foreign project, from the
// package as it would be published, against the real service.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ROOT } from "../../scripts/package-entries.ts";
import { startService, type Service } from "../../src/local/service.ts";
import { PATIENCE_MS } from "../support/client.ts";
import { launchChromium } from "../browser/support/chromium.ts";
import { consumer } from "./consumer.ts";

let service: Service;
let browser: Browser;
beforeAll(async () => {
  [service, browser] = await Promise.all([startService(), launchChromium()]);
});
afterAll(async () => {
  await browser.close();
  await service.stop();
});

const guide = readFileSync(join(ROOT, "docs/sdk.md"), "utf8");

/** The first example in this language below a heading. */
function example(heading: string, language: string): string {
  const [, section = ""] = guide.split(`\n## ${heading}\n`);
  const [, code = ""] = new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, "s").exec(section) ?? [];
  expect(code.trim().split("\n").length).toBeLessThanOrEqual(20);
  return code;
}

it("[SDK14] the guide's chat runs in Node as it is written", async () => {
  const file = consumer.file("chat.mjs", example("A chat", "js"));
  const out = await consumer.run(process.execPath, [file], { SERVICE: service.url.origin });
  const lines = out.trim().split("\n");
  // Names travel on their own: a message that is faster than the introduction has none yet.
  expect(lines).toContainEqual(expect.stringMatching(/^(Ada|somebody): This will be gone\.$/));
  // Rounded up; on a busy machine a minute may have passed.
  expect(lines).toContainEqual(expect.stringMatching(/^(10|[5-9]) minutes left$/));
  expect(lines).toContain("burned, 0 keys left in storage");
  expect(lines).toContain("Ada's session: burned");
});

it("[SDK14] the guide's loop over the events hears what is said and ends with the session", async () => {
  // What the loop stands in: a session that it listens to, and something that shows a line.
  const code = `import { createSession, joinSession } from "ghost-session/client";
    const ada = await createSession({ service: process.env.SERVICE, name: "Ada", burn: { ttl: 600 } });
    const session = await joinSession((await ada.invite()).link);
    const show = (name, text) => console.log((name ?? "somebody") + ": " + text);
    const over = ada.send("One by one.").then(() => ada.burn());
    ${example("Iterating", "js")}
    console.log("ended:", session.state);
    await over;`;
  const out = await consumer.run(process.execPath, [consumer.file("iterate.mjs", code)], {
    SERVICE: service.url.origin,
  });
  expect(out).toMatch(/^(Ada|somebody): One by one\.\nended: burned\n$/);
});

it("[SDK14] the guide's question is asked in Node as it is written", async () => {
  const file = consumer.file("ask.mjs", example("Ask the assistant", "js"));
  const out = await consumer.run(process.execPath, [file], { SERVICE: service.url.origin });
  expect(out).toMatch(/^mirror: .*, kept for 0 days\n\[ 'EMAIL' \]\n/);
  expect(out).toContain("Write to anna@example.org.");
  expect(out).toMatch(/verified to its end \{[^}]*\} \[\]\nleft this device: Write to \[EMAIL_1\]\.\n$/);
});

it("[CHAT12] the command of the package finds the engine beside it", async () => {
  const ask = "npx --no-install ghost-session chat --ttl 10m --model mirror --ask --burn 2>&1";
  const script = `echo 'Write to anna@example.org.' | ${ask}`;
  const out = await consumer.run("/bin/sh", ["-c", script], { GHOST_SERVICE: service.url.origin });
  expect(out).toContain('What left this device: "Write to [EMAIL_1]."');
});

it("[SDK14] the guide's chat runs in a browser as it is written", async () => {
  const page = example("In a page", "html");
  const script = await bundled(example("In a page", "js"));
  const [ada, bob] = await Promise.all([openTab(page, script), openTab(page, script)]);
  await ada.goto(service.url.origin);
  const link = await textOf(ada, /http\S+#\S+/);
  await bob.goto(link);
  await say(bob, "Hello from Bob");
  // The line that a message makes: the first may be faster than the name.
  await textOf(ada, /(Bob|somebody): Hello from Bob/);
  await say(ada, "Hello from Ada");
  await textOf(bob, /Ada: Hello from Ada/);
  expect(new URL(bob.url()).hash).toBe("");
  await bob.click("button");
  for (const tab of [ada, bob]) await textOf(tab, /burned: asked/);
});

async function bundled(code: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: consumer.path("."), loader: "js" },
    bundle: true,
    platform: "browser",
    format: "esm",
    write: false,
  });
  return outputFiles[0]?.text ?? "";
}

// A browser profile of its own for each person. The page stands at the root of the service, as a deployment serves it.
async function openTab(page: string, script: string): Promise<Page> {
  // What stands in for the deployment's page comes from no network, so that the browser would ask whether it may
  // reach this machine.
  const context: BrowserContext = await browser.newContext({ permissions: ["local-network-access"] });
  await context.route(`${service.url.origin}/`, (route) =>
    route.fulfill({ contentType: "text/html", body: page }),
  );
  await context.route(`${service.url.origin}/page.js`, (route) => {
    return route.fulfill({ contentType: "text/javascript", body: script });
  });
  context.setDefaultTimeout(PATIENCE_MS);
  return context.newPage();
}

async function say(tab: Page, text: string): Promise<void> {
  await tab.fill("input", text);
  await tab.press("input", "Enter");
}

async function textOf(tab: Page, pattern: RegExp): Promise<string> {
  await expect.poll(() => tab.innerText("body"), { timeout: PATIENCE_MS }).toMatch(pattern);
  return pattern.exec(await tab.innerText("body"))?.[0] ?? "";
}
