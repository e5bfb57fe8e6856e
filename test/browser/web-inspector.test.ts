// The inspector says what happened to a question and nothing else: held against what the provider received, for
// answers that came to their end and for those that did not.
import type { Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { createSession } from "../../src/client/index.ts";
import { delta, events, finish, say, STREAM_HEAD } from "../support/upstream.ts";
import { MODEL, startParrot } from "./support/parrot.ts";
import type { WebPage } from "./support/web-page.ts";
import { webWorld } from "./support/web-world.ts";

const { provider, environment } = await startParrot();
const world = webWorld(environment);

const fine = () => say(STREAM_HEAD, events(delta("Fine."), finish("stop"), "[DONE]"));
const lastPrompt = (): unknown => {
  const body = provider.received.at(-1)?.body.toString() ?? "{}";
  return (JSON.parse(body) as { messages: { content: string }[] }).messages.at(-1)?.content;
};

async function start(): Promise<WebPage> {
  const page = await world.open();
  await page.start("Ada", () => page.page.getByLabel(MODEL, { exact: true }).check());
  return page;
}

async function inspect({ page, ...web }: WebPage) {
  await page.getByRole("button", { name: "Inspect", exact: true }).click();
  expect(web.watch.problems).toEqual([]);
  const panel = page.getByRole("dialog");
  await panel.waitFor();
  const step = (name: string) => panel.getByRole("listitem").filter({ hasText: name });
  return {
    caught: step("What the service caught in addition"),
    received: step("What the model received"),
  };
}

/** Far from its number for the device's scan, near to it for the service's, which sees tokens between the two. */
const ADDRESS = `${"x".repeat(50)}@example.org`;
const NUMBER = "12345678";
const QUESTION = `account number ${ADDRESS} ${ADDRESS} ${NUMBER}`;

describe("[PAGE6] the inspector", () => {
  it("shows what the service caught in addition, and what the model then received", async () => {
    provider.script(fine());
    const ada = await start();
    await ada.ask(QUESTION);
    await ada.button("Regenerate").waitFor();
    // It did catch something: otherwise there would be nothing to show.
    expect(lastPrompt()).not.toContain(NUMBER);
    const { caught, received } = await inspect(ada);
    await caught.getByText(`${NUMBER} became [BANK_ACCOUNT_2]`).waitFor();
    expect(await received.locator(".sample").allTextContents()).toEqual([lastPrompt()]);
    await received.getByText("Put together in this page").waitFor();
  });

  it("says that the scan agreed where it did", async () => {
    provider.script(fine());
    const ada = await start();
    await ada.ask("What is a plan?");
    await ada.button("Regenerate").waitFor();
    const { caught, received } = await inspect(ada);
    await caught.getByText("Nothing: its own scan of the same text agreed.").waitFor();
    await received.getByText("What left this device, unchanged: 15 bytes of text.").waitFor();
  });

  it("claims nothing for an answer that was cut, or that never came", async () => {
    const ada = await start();
    let upstream: Socket | null = null;
    provider.script((socket) => {
      upstream = socket;
      socket.write(STREAM_HEAD + events(delta("Half of ")));
    });
    await ada.ask("Tell me all");
    await ada.page.locator(".answer").getByText("Half of").waitFor();
    (upstream as Socket | null)?.destroy();
    await ada.page.getByText("Cut off: this is not the whole answer.").waitFor();
    const cut = await inspect(ada);
    await cut.caught.getByText("Not known").waitFor();
    await cut.received.getByText("Not known: a model answered").waitFor();
    await ada.button("Close").click();
    provider.script((socket) => {
      socket.end("HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
    });
    await ada.button("Try again").click();
    await ada.page.getByText("No answer.").waitFor();
    const never = await inspect(ada);
    await never.caught.getByText("Not known").waitFor();
    await never.received.getByText("Not known, and perhaps nothing").waitFor();
    expect(
      await ada.page
        .getByRole("dialog")
        .getByText(/agreed|unchanged/)
        .count(),
    ).toBe(0);
  });

  it("in a session that does without a scan it says that there was none", async () => {
    provider.script(fine());
    const host = await createSession({ service: world.origin, assistant: { model: MODEL, pii: "off" } });
    const { link } = await host.invite();
    const bob = await world.open(link);
    await bob.join("Bob");
    await bob.ask("What is a plan?");
    await bob.button("Regenerate").waitFor();
    const { caught } = await inspect(bob);
    await caught.getByText("Nothing: this session does without a scan on the service.").waitFor();
    host.close();
  });
});
