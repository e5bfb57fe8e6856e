// What somebody wrote or got is not lost by a slip, and the page does not claim more than it knows.
import { describe, expect, it } from "vitest";
import { delta, events, finish, say, STREAM_HEAD } from "../support/upstream.ts";
import { MODEL, startParrot } from "./support/parrot.ts";
import type { WebPage } from "./support/web-page.ts";
import { webWorld } from "./support/web-world.ts";

const { provider, environment } = await startParrot();
const world = webWorld(environment);

const answer = (text: string) => say(STREAM_HEAD, events(delta(text), finish("stop"), "[DONE]"));

async function startWithModel(): Promise<WebPage> {
  const ada = await world.open();
  await ada.start("Ada", () => ada.page.getByLabel(MODEL, { exact: true }).check());
  return ada;
}

/** Where the keyboard is. */
const focused = ({ page }: WebPage) =>
  page.evaluate(() => document.activeElement?.getAttribute("class") ?? document.activeElement?.tagName);

describe("[PAGE5] a message that nobody received", () => {
  it("is shown as such, and who comes later is not told that nothing was said", async () => {
    const ada = await world.open();
    await ada.start("Ada");
    const link = await ada.invite();
    await ada.say("the code is 4711");
    await ada.page.getByText("Relayed while nobody else was here").waitFor();
    const bob = await world.open(link);
    await bob.join("Bob");
    await bob.page.getByText("What was said before you came is not shown").waitFor();
    await ada.page.getByText("You and Bob").waitFor();
    await ada.say("and now you");
    await bob.hears("and now you");
    await ada.page.getByText("Sealed and relayed").waitFor();
    expect(await ada.page.getByText("Relayed while nobody else was here").count()).toBe(1);
  });
});

describe("[PAGE1] who began a chat", () => {
  it("is not told of what was said before they came", async () => {
    const { ada, bob } = await world.pair();
    await ada.page.getByRole("heading", { name: "Nobody said anything yet" }).waitFor();
    expect(await ada.page.getByText("before you came").count()).toBe(0);
    await bob.page.getByText("What was said before you came is not shown").waitFor();
  });
});

describe("[PAGE6] the inspector", () => {
  it("says that the people here get the words themselves", async () => {
    provider.script(answer("Fine."));
    const ada = await startWithModel();
    const bob = await world.open(await ada.invite());
    await bob.join("Bob");
    await ada.ask("I am at anna@example.org");
    await ada.button("Regenerate").waitFor();
    await bob.page.getByText("I am at anna@example.org").waitFor();
    await ada.button("Inspect").click();
    const panel = ada.page.getByRole("dialog");
    await panel.getByText("with the values in them, for the people in this chat").waitFor();
    expect(await panel.getByText(/memory/).allTextContents()).toEqual([
      expect.stringContaining("decrypts it in memory"),
    ]);
  });

  it("marks what the service caught the first time as found when it is asked again", async () => {
    const far = `${"x".repeat(50)}@example.org`;
    provider.script(answer("Fine."));
    const ada = await startWithModel();
    await ada.ask(`account number ${far} ${far} 12345678`);
    await ada.button("Regenerate").click();
    await ada.page.locator(".answer[aria-busy=false]").waitFor();
    await ada.button("Inspect").click();
    await ada.page.getByRole("dialog").locator(".sample mark", { hasText: "12345678" }).waitFor();
  });
});

describe("[PAGE7] a complete answer", () => {
  it("stays where asking again comes to no end, here and in what the model is told later", async () => {
    provider.script(answer("The good answer."));
    const ada = await startWithModel();
    await ada.ask("What is good?");
    await ada.button("Regenerate").waitFor();
    provider.script((socket) => void socket.write(STREAM_HEAD + events(delta("Something wor"))));
    await ada.button("Regenerate").click();
    await ada.page.locator(".answer").getByText("Something wor").waitFor();
    // A second press of the key that asked stops nothing.
    await ada.page.keyboard.press("Enter");
    expect(await focused(ada)).toBe("answer");
    await ada.button("Stop").click();
    await ada.page.locator(".answer").getByText("The good answer.").waitFor();
    await ada.page.getByText("The answer from before stands above").waitFor();
    await ada.page.getByText("What came of it").click();
    await ada.page.getByText("Something wor").waitFor();
    provider.script(answer("More."));
    await ada.ask("And then?");
    await ada.page.locator(".answer").getByText("More.").waitFor();
    const body = provider.received.at(-1)?.body.toString() ?? "{}";
    const { messages } = JSON.parse(body) as { messages: { content: string }[] };
    expect(messages.map(({ content }) => content)).toEqual([
      "What is good?",
      "The good answer.",
      "And then?",
    ]);
  });
});

describe("[PAGE7] a complete answer, for those who read along", () => {
  it("stays where the next attempt is cut, stopped or left alone, and gives way to one that is whole", async () => {
    const half = events(delta("Something wor"));
    provider.script(answer("The good answer."));
    const ada = await startWithModel();
    const bob = await world.open(await ada.invite());
    await bob.join("Bob");
    await ada.page.getByText("You and Bob").waitFor();
    await ada.ask("What is good?");
    const shown = bob.page.locator(".answer .markdown");
    await bob.button("Copy answer").waitFor();
    for (const end of ["cut", "stopped", "left"] as const) {
      let cut = (): void => undefined;
      provider.script((socket) => {
        cut = () => socket.destroy();
        socket.write(STREAM_HEAD + half);
      });
      await ada.button("Regenerate").click();
      await shown.getByText("Something wor").waitFor();
      expect(await bob.page.getByText("The answer from before stands above").count()).toBe(0);
      if (end === "cut") cut();
      else if (end === "stopped") await ada.button("Stop").click();
      else break;
      await bob.page.getByText("The answer from before stands above").waitFor();
      expect(await shown.allTextContents()).toEqual(["The good answer."]);
      await ada.button("Regenerate").waitFor();
    }
    await ada.button("Session").click();
    await ada.button("Leave").click();
    await bob.page.getByText("The answer from before stands above").waitFor();
    expect(await shown.allTextContents()).toEqual(["The good answer."]);
    await bob.page.getByText("What came of it").click();
    await bob.page.getByText("Something wor").waitFor();
  });
});

describe("[PAGE6] a draft", () => {
  it("comes back after an earlier question was edited, with those whom it was for", async () => {
    const { ada } = await world.pair();
    await ada.ask("an erlier question");
    await ada.button("Edit").waitFor();
    await ada.button("People").click();
    const toPeople = ada.page.getByLabel("Message to the people here");
    await toPeople.fill("a long letter to Bob");
    await ada.button("Edit").click();
    const toAssistant = ada.page.getByLabel("Question to the assistant");
    await ada.page.waitForFunction(() => document.querySelector("textarea")?.value === "an erlier question");
    await ada.button("Leave it").click();
    await toPeople.waitFor();
    expect(await toPeople.inputValue()).toBe("a long letter to Bob");
    await ada.button("Edit").click();
    await toAssistant.fill("an earlier question");
    await toAssistant.press("Enter");
    await ada.page.locator(".turn .question", { hasText: "an earlier question" }).waitFor();
    await toPeople.waitFor();
    expect(await toPeople.inputValue()).toBe("a long letter to Bob");
  });

  it("that waits for the detector says so, and can be held back", async () => {
    const ada = await world.open();
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    await ada.page.route("**/*.wasm", async (route) => {
      await released;
      await route.continue();
    });
    await ada.start("Ada");
    await ada.draft("better not");
    await ada.button("Ask").click();
    await ada.page.getByText("Looking for personal data before it is sent").waitFor();
    await ada.button("Do not send it").click();
    release();
    const field = ada.page.getByLabel("Question to the assistant");
    expect(await field.inputValue()).toBe("better not");
    await field.fill("rather this");
    await field.press("Enter");
    await ada.button("Regenerate").waitFor();
    expect(await ada.page.locator(".turn .question").allTextContents()).toEqual(["rather this"]);
  });
});

describe("[PAGE9] the keyboard", () => {
  it("is where one writes when a chat begins and after each message, and at the words of the end", async () => {
    const ada = await world.open();
    await ada.start("Ada", () => ada.page.getByLabel("People only").check());
    expect(await focused(ada)).toBe("TEXTAREA");
    await ada.page.keyboard.type("by a click");
    await ada.button("Send").click();
    expect(await focused(ada)).toBe("TEXTAREA");
    await ada.burn();
    expect(await focused(ada)).toBe("H1");
  });

  it("takes back what a writing system composes with Escape, however often, and burns nothing", async () => {
    const ada = await world.open();
    await ada.start("Ada");
    const press = (isComposing: boolean) =>
      ada.page.evaluate((composing) => {
        const field = document.querySelector("textarea");
        for (let times = 0; times < 3; times += 1) {
          field?.dispatchEvent(
            new KeyboardEvent("keydown", { key: "Escape", bubbles: true, isComposing: composing }),
          );
        }
      }, isComposing);
    await press(true);
    await ada.say("still here");
    await ada.hears("still here");
    // Control: the same presses without a composition are the panic key.
    await press(false);
    await ada.isBurned();
  });
});
