// Everything that others and models say, taken as if they meant harm: by way of messages, names, questions, and the
// Markdown of answers. None of it may run, fetch, or become an element.
import { afterAll, describe, expect, it } from "vitest";
import { joinSession } from "../../src/client/index.ts";
import { sleep } from "../support/client.ts";
import { eventually } from "../support/processes.ts";
import { delta, events, finish, say, ScriptedUpstream, STREAM_HEAD } from "../support/upstream.ts";
import { HOSTILE_MARKDOWN, HOSTILE_NAMES, HOSTILE_TEXTS } from "./support/hostile-texts.ts";
import type { WebPage } from "./support/web-page.ts";
import { webWorld } from "./support/web-world.ts";

const provider = await ScriptedUpstream.start();
const world = webWorld(async () => ({
  PROVIDERS: JSON.stringify([
    {
      preset: "compatible",
      name: "test",
      baseUrl: provider.baseUrl,
      models: ["evil"],
      card: {
        operator: "x",
        retentionDays: 0,
        trains: false,
        region: "local",
        source: "x",
        asOf: "2026-11-21",
      },
    },
  ]),
}));
afterAll(() => provider.stop());

/** What there must be nothing of. */
const harmIn = ({ page }: WebPage) =>
  page.evaluate(() => {
    const elements = [...document.querySelectorAll("#root *")];
    return [
      ...("pwned" in globalThis ? ["something ran"] : []),
      ...elements
        .filter((element) =>
          /^(script|iframe|object|embed|video|audio|form|base|meta|link|style|math)$/i.test(element.tagName),
        )
        .filter((element) => !element.matches("form.composer, .dialog form"))
        .map((element) => element.tagName),
      ...elements.flatMap((element) =>
        [...element.attributes].filter(({ name }) => /^on/i.test(name)).map(({ name }) => name),
      ),
      ...[...document.querySelectorAll("img")]
        .filter((image) => !image.matches(".mark"))
        .map(({ src }) => src),
      ...[...document.querySelectorAll<HTMLAnchorElement>("a[href]")]
        .filter(
          (link) =>
            !/^(https?|mailto):/.test(link.href) ||
            link.rel !== "noopener noreferrer nofollow" ||
            link.target !== "_blank",
        )
        .map(({ href }) => href),
      // Links of answers have no address of their own: what opens when one is clicked stands in their title.
      ...[...document.querySelectorAll<HTMLElement>('.answer [role="link"]')]
        .filter(({ title }) => !/^(https?|mailto):/.test(title))
        .map((link) => link.outerHTML),
    ];
  });

async function expectHarmless(page: WebPage): Promise<void> {
  await sleep(300);
  expect(await harmIn(page)).toEqual([]);
  expect(page.watch.origins()).toEqual([world.origin]);
}

describe("[PAGE8] no text becomes markup", () => {
  it("messages and names", async () => {
    const ada = await world.open();
    await ada.start("Ada", () => ada.page.getByLabel("People only").check());
    const mallory = await joinSession(await ada.invite(), { name: HOSTILE_NAMES[0] ?? "" });
    for (const name of HOSTILE_NAMES) {
      mallory.setName(name);
      for (const text of HOSTILE_TEXTS.slice(0, 6)) await mallory.send(text);
      await ada.page.locator(".who", { hasText: name }).first().waitFor();
    }
    for (const text of HOSTILE_TEXTS) await mallory.send(text);
    await eventually(
      async () =>
        (await ada.page.locator(".bubble").allTextContents()).length >= 6 * 6 + HOSTILE_TEXTS.length,
    );
    expect((await ada.page.locator(".bubble").allTextContents()).slice(-HOSTILE_TEXTS.length)).toEqual(
      HOSTILE_TEXTS,
    );
    await ada.button("Session").click();
    await expectHarmless(ada);
    mallory.close();
  });

  it("answers of a model, for who asks and for who reads along; questions", async () => {
    const ada = await world.open();
    await ada.start("Ada", () => ada.page.getByLabel("test/evil").check());
    const bob = await world.open(await ada.invite());
    await bob.join("Bob");
    const markdown = HOSTILE_MARKDOWN.join("\n\n");
    provider.script(
      say(STREAM_HEAD, events(...(markdown.match(/[^]{1,700}/g) ?? []).map(delta), finish("stop"), "[DONE]")),
    );
    await ada.ask(HOSTILE_TEXTS.join("\n"));
    await ada.button("Regenerate").waitFor();
    await eventually(
      async () =>
        (await bob.page.locator(".answer").getByRole("button", { name: "Copy answer" }).count()) === 1,
    );
    for (const page of [ada, bob]) {
      await expectHarmless(page);
      // Whatever one of them leads to is shown first, and of a scheme that runs nothing.
      const links = page.page.locator('.answer [role="link"]');
      expect(await links.count()).toBeGreaterThan(0);
      for (const link of await links.all()) {
        await link.click();
        const dialog = page.page.getByRole("dialog", { name: "Open this link?" });
        const out = dialog.getByRole("link", { name: /^Open / });
        expect(await out.getAttribute("href")).toMatch(/^(https?|mailto):/);
        await dialog.getByRole("button", { name: "Close" }).click();
        await dialog.waitFor({ state: "detached" });
      }
      // It is all there, as the text that it is.
      const shown = (await page.page.locator(".answer").textContent()) ?? "";
      for (const text of ["<script>globalThis.pwned=1</script>", "<base href=", "not loaded", "click"]) {
        expect(shown).toContain(text);
      }
    }
    await ada.button("Inspect").click();
    await expectHarmless(ada);
  });

  it("a look that finds harm exists: it sees what a careless page would have let in", async () => {
    const page = await world.open(world.origin, { bypassCSP: true });
    await page.page.evaluate(() => {
      const image = document.createElement("img");
      image.setAttribute("onerror", "1");
      const link = document.createElement("a");
      link.setAttribute("href", "javascript:1");
      const answer = document.createElement("div");
      answer.className = "answer";
      const outward = answer.appendChild(document.createElement("a"));
      outward.setAttribute("role", "link");
      outward.title = "data:1";
      document.getElementById("root")?.append(image, link, answer, document.createElement("iframe"));
      Object.assign(globalThis, { pwned: 1 });
    });
    expect(await harmIn(page)).toEqual(
      expect.arrayContaining([
        "something ran",
        "IFRAME",
        "onerror",
        "javascript:1",
        '<a role="link" title="data:1"></a>',
      ]),
    );
  });

  it("a policy stands behind all of it: what got in could neither run nor fetch", async () => {
    const page = await world.open();
    // Each refusal is noted, and the notes may come late.
    page.watch.foresee(/Content Security Policy|TrustedHTML|TrustedScript|Trusted/);
    const outcome = await page.page.evaluate(async () => {
      const attempts: Record<string, string> = {};
      const attempt = (name: string, run: () => unknown): void => {
        try {
          run();
          attempts[name] = "let through";
        } catch {
          attempts[name] = "refused";
        }
      };
      attempt("innerHTML", () => (document.createElement("div").innerHTML = "<b>x</b>"));
      attempts["fetch"] = await fetch("https://evil.invalid/").then(
        () => "let through",
        () => "refused",
      );
      const script = document.createElement("script");
      attempt("script", () => (script.text = "globalThis.pwned = 1"));
      attempts["ran"] = "pwned" in globalThis ? "let through" : "refused";
      return attempts;
    });
    expect(outcome).toEqual({
      innerHTML: "refused",
      fetch: "refused",
      script: "refused",
      ran: "refused",
    });
    await eventually(() => page.watch.foreseen.length >= 4);
  });
});
