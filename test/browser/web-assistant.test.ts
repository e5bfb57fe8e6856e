// The assistant in the chat page: the mirror that every deployment has, and a provider that says what a test wants it
// to say. What the page shows is held against what the provider received, byte for byte.
import type { Socket } from "node:net";
import { beforeEach, describe, expect, it } from "vitest";
import { FRAME } from "../../src/protocol/frames.ts";
import { PATIENCE_MS } from "../support/client.ts";
import { eventually } from "../support/processes.ts";
import { delta, events, finish, say, STREAM_HEAD, type ReceivedRequest } from "../support/upstream.ts";
import { MODEL, startParrot } from "./support/parrot.ts";
import type { WebPage } from "./support/web-page.ts";
import { webWorld } from "./support/web-world.ts";

const { provider, environment } = await startParrot();
const world = webWorld(environment);
beforeEach(() => {
  provider.script(say(STREAM_HEAD, answer("Fine.")));
});

const EMAIL = "anna.canary@example.org";
const CARD = "4111 1111 1111 1111";

const answer = (...pieces: readonly string[]) => events(...pieces.map(delta), finish("stop"), "[DONE]");
const lastPrompt = ({ body }: ReceivedRequest) => {
  const { messages } = JSON.parse(body.toString()) as { messages: { content: string }[] };
  return messages.at(-1)?.content ?? "";
};
const promptsOf = ({ body }: ReceivedRequest) =>
  (JSON.parse(body.toString()) as { messages: { content: string }[] }).messages.map(({ content }) => content);

async function startWith(model: "Mirror" | typeof MODEL): Promise<WebPage> {
  const page = await world.open();
  await page.start("Ada", async () => {
    await page.page.getByLabel(model, { exact: true }).check();
    if (model === MODEL) await page.page.getByText("A parrot in this test").waitFor();
  });
  return page;
}

describe("[PAGE6] privacy that one can see", () => {
  it("with the mirror, one message shows what a model would have received", async () => {
    const ada = await startWith("Mirror");
    await ada.draft(`Write to ${EMAIL} about card ${CARD}.`);
    // While it is being written: underlined, named, and listed.
    await expect
      .poll(() => ada.page.locator(".draft-marks mark.replaced").allTextContents(), { timeout: PATIENCE_MS })
      .toEqual([EMAIL, CARD]);
    expect(await ada.page.locator(".draft-marks mark").first().getAttribute("data-type")).toBe(
      "E-mail address",
    );
    await ada.button("Ask").click();
    await ada.button("Regenerate").waitFor();
    const reflection = ada.page.locator(".reflection");
    expect(await reflection.textContent()).toContain("Write to [EMAIL_1] about card [CARD_1].");
    expect(await reflection.textContent()).not.toContain(EMAIL);
    await ada.button("With your data").click();
    expect(await reflection.textContent()).toContain(`Write to ${EMAIL} about card ${CARD}.`);
    await ada.button("What left").click();
    expect(await ada.page.locator(".question").textContent()).toBe("Write to [EMAIL_1] about card [CARD_1].");
    await ada.button("Inspect").click();
    const panel = ada.page.getByRole("dialog");
    await panel.getByText("1 KiB, padded").waitFor();
    await panel.getByText(/^MLKEM768-X25519/).waitFor();
    expect(await panel.locator(".messages .sample").allTextContents()).toEqual([
      "Write to [EMAIL_1] about card [CARD_1].",
    ]);
    await panel.getByText("2 items replaced, 0 revealed on purpose.", { exact: false }).waitFor();
  });

  it("the service's key for a question is fetched while it is written, and nothing of the question", async () => {
    const ada = await world.open();
    const sent: (string | Buffer)[] = [];
    ada.page.on("websocket", (socket) => {
      socket.on("framesent", ({ payload }) => sent.push(payload));
    });
    await ada.start("Ada", () => ada.page.getByLabel("Mirror", { exact: true }).check());
    const offers = (): number => sent.filter((message) => message.includes('"type":"offer"')).length;
    const records = (): number => sent.filter((message) => message[0] === FRAME.channel).length;
    await ada.draft("Will");
    await eventually(() => offers() > 0);
    await ada.page.getByLabel("Question to the assistant").fill("Will it rain?");
    expect(records()).toBe(0);
    await ada.button("Ask").click();
    await ada.button("Regenerate").waitFor();
    // More than one where the key was too old by then, or the session had lost its memory.
    expect(records()).toBeGreaterThan(0);
  });

  it("tokens go out, values come back; what the provider received is what the page said", async () => {
    provider.script((socket, request) => {
      void say(STREAM_HEAD, answer("I wrote to ", ...lastPrompt(request).split(/(?=[_1\]])/)))(
        socket,
        request,
      );
    });
    const ada = await startWith(MODEL);
    const before = provider.received.length;
    await ada.ask(`Mail ${EMAIL}`);
    await ada.button("Regenerate").waitFor();
    await ada.page.locator(".answer").getByText(`I wrote to Mail ${EMAIL}`).waitFor();
    await ada.button("As the model wrote it").click();
    await ada.page.locator(".answer").getByText("I wrote to Mail [EMAIL_1]").waitFor();
    const received = provider.received.slice(before).map((request) => request.body.toString());
    expect(received).toHaveLength(1);
    expect(received[0]).not.toContain("anna.canary");
    await ada.button("Inspect").click();
    const shown = await ada.page.getByRole("dialog").locator(".messages .sample").allTextContents();
    expect(promptsOf(provider.received.at(-1) as ReceivedRequest)).toEqual(shown);
  });

  it("one click reveals an item and one click takes that back", async () => {
    const ada = await startWith(MODEL);
    await ada.draft(`Mail ${EMAIL}, card ${CARD}`);
    const finding = ada.button(new RegExp(EMAIL));
    await finding.click();
    await ada.page.locator(".draft-marks mark.kept").getByText(EMAIL).waitFor({ state: "attached" });
    await finding.click();
    await ada.page.locator(".draft-marks mark.kept").waitFor({ state: "detached" });
    await finding.click();
    await ada.button("Ask").click();
    await ada.button("Regenerate").waitFor();
    expect(lastPrompt(provider.received.at(-1) as ReceivedRequest)).toBe(`Mail ${EMAIL}, card [CARD_1]`);
    await ada.button("Inspect").click();
    await ada.page.getByText("1 item replaced, 1 revealed on purpose.", { exact: false }).waitFor();
  });

  it("where the detector cannot be had, nothing is sent to the assistant", async () => {
    const ada = await world.open();
    ada.watch.foresee(/Failed to load resource/);
    await ada.page.route("**/*.wasm", (route) => route.abort());
    await ada.start("Ada", () => ada.page.getByLabel(MODEL, { exact: true }).check());
    const before = provider.received.length;
    await ada.ask(`Mail ${EMAIL}`);
    await ada.page.getByText("so nothing was sent", { exact: false }).waitFor();
    expect(provider.received.length).toBe(before);
    expect(await ada.page.getByLabel("Question to the assistant").inputValue()).toBe(`Mail ${EMAIL}`);
  });
});

describe("[PAGE7] an answer is shown as what it is", () => {
  it("streams Markdown; code can be copied; regenerating replaces it; the context goes along", async () => {
    const ada = await startWith(MODEL);
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    provider.script(async (socket) => {
      socket.write(STREAM_HEAD + events(delta("# Plan\n\nFirst **bold**")));
      await released;
      socket.end(answer(" end.\n\n```js\nlet a = 1;\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n"));
    });
    await ada.ask("Give me a plan");
    // On the screen while the model still writes.
    await ada.page.locator(".answer strong").getByText("bold").waitFor();
    await ada.button("Stop").waitFor();
    release();
    await ada.button("Regenerate").waitFor();
    await ada.page.getByRole("heading", { name: "Plan", level: 3 }).waitFor();
    expect(await ada.page.locator(".answer pre code").textContent()).toBe("let a = 1;");
    expect(await ada.page.locator(".answer td").allTextContents()).toEqual(["1", "2"]);
    await ada.page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await ada.button("Copy code").click();
    await eventually(
      async () => (await ada.page.evaluate(() => navigator.clipboard.readText())) === "let a = 1;",
    );
    provider.script(say(STREAM_HEAD, answer("Another plan.")));
    await ada.button("Regenerate").click();
    await ada.page.locator(".answer").getByText("Another plan.").waitFor();
    expect(await ada.page.locator(".answer").count()).toBe(1);
    await ada.ask("And then?");
    await eventually(async () => (await ada.button("Regenerate").count()) === 2);
    expect(promptsOf(provider.received.at(-1) as ReceivedRequest)).toEqual([
      "Give me a plan",
      "Another plan.",
      "And then?",
    ]);
  });

  it("a table keeps its words whole and its columns on their side, on a phone too; a formula keeps its signs", async () => {
    const ada = await startWith(MODEL);
    await ada.page.setViewportSize({ width: 360, height: 640 });
    const rows =
      "| Step | What is to be done in it | Amount |\n|:--|:-:|--:|\n| 1 | Write a letter to everybody | 1,300.00 |";
    provider.script(say(STREAM_HEAD, answer(`${rows}\n\nso \\(a\\,*b*\\)`)));
    await ada.ask("A table, please");
    await ada.button("Regenerate").waitFor();
    const heads = ada.page.locator("th");
    const [first, second, third] = await heads.evaluateAll((cells) =>
      cells.map((cell) => {
        const range = document.createRange();
        range.selectNodeContents(cell);
        return { lines: range.getClientRects().length, side: getComputedStyle(cell).textAlign };
      }),
    );
    expect([first, second?.side, third]).toEqual([
      { lines: 1, side: "start" },
      "center",
      { lines: 1, side: "right" },
    ]);
    expect(await ada.page.locator(".answer p code").textContent()).toBe("\\(a\\,*b*\\)");
    expect(await ada.page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
  });

  it("a cut answer is shown as cut, to those who read along as well; trying again makes it whole", async () => {
    const ada = await startWith(MODEL);
    const bob = await world.open(await ada.invite());
    await bob.join("Bob");
    let upstream: Socket | null = null;
    provider.script((socket) => {
      upstream = socket;
      socket.write(STREAM_HEAD + events(delta("Half of ")));
    });
    await ada.ask("Tell me all");
    await ada.page.locator(".answer").getByText("Half of").waitFor();
    await bob.page.locator(".answer").getByText("Half of").waitFor();
    (upstream as Socket | null)?.destroy();
    for (const page of [ada, bob])
      await page.page.getByText("Cut off: this is not the whole answer.").waitFor();
    provider.script(say(STREAM_HEAD, answer("Half and half is whole.")));
    await ada.button("Try again").click();
    for (const page of [ada, bob]) {
      await page.page.locator(".answer").getByText("Half and half is whole.").waitFor();
      await eventually(async () => (await page.page.getByText("Cut off").count()) === 0);
    }
  });

  it("stopping ends the call to the provider and says so", async () => {
    const ada = await startWith(MODEL);
    provider.script((socket) => void socket.write(STREAM_HEAD + events(delta("On and on"))));
    await ada.ask("Talk");
    await ada.page.locator(".answer").getByText("On and on").waitFor();
    await ada.button("Stop").click();
    await ada.page.getByText("Stopped. What came until then is shown.").waitFor();
    await provider.closed();
  });

  it("a question can be edited: the model hears the new one and nothing of what followed the old", async () => {
    const ada = await startWith(MODEL);
    for (const question of ["first", "secnd", "third"]) {
      await ada.ask(question);
      const turn = ada.page.locator(".turn", { hasText: question });
      await turn.getByText("Fine.").waitFor();
      // It counts as said once it is whole.
      await turn.getByRole("button", { name: "Edit" }).waitFor();
    }
    await ada.page.locator(".turn", { hasText: "secnd" }).getByRole("button", { name: "Edit" }).click();
    const field = ada.page.getByLabel("Question to the assistant");
    await ada.page.waitForFunction(() => {
      return [...document.querySelectorAll("textarea")].some(({ value }) => value === "secnd");
    });
    await field.fill("second");
    await ada.button("Ask").click();
    await ada.page.locator(".turn", { hasText: "second" }).getByText("Fine.").waitFor();
    expect(promptsOf(provider.received.at(-1) as ReceivedRequest)).toEqual(["first", "Fine.", "second"]);
    expect(await ada.page.locator(".set-aside .question").allTextContents()).toEqual(["secnd", "third"]);
  });
});
