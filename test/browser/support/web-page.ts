// The chat page in a browser context of its own, driven as a person drives it: by what it says and shows.
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { PATIENCE_MS } from "../../support/client.ts";
import { watchPage, type PageWatch } from "./page-watch.ts";

export class WebPage {
  readonly page: Page;
  readonly watch: PageWatch;

  private constructor(page: Page) {
    this.page = page;
    this.watch = watchPage(page);
  }

  static async open(
    browser: Browser,
    address: string,
    options: BrowserContextOptions = {},
  ): Promise<WebPage> {
    const context = await browser.newContext(options);
    // Of the context, so that it holds for its first navigation and for tabs that a page opens, too.
    context.setDefaultTimeout(PATIENCE_MS);
    const web = new WebPage(await context.newPage());
    await web.page.goto(address);
    return web;
  }

  button(name: string | RegExp) {
    return this.page.getByRole("button", { name, exact: typeof name === "string" });
  }

  /** Starts a session from the first screen. */
  async start(name: string, choose: () => Promise<void> = async () => undefined): Promise<void> {
    await this.page.getByLabel("Your name in this chat").fill(name);
    await choose();
    await this.button("Start a chat").click();
    await this.page.getByRole("log").waitFor();
  }

  async invite(): Promise<string> {
    await this.button("Invite").click();
    await this.button("Make a link").click();
    const link = await this.page.getByLabel("Invite link", { exact: true }).inputValue();
    await this.button("Close").click();
    return link;
  }

  async join(name: string): Promise<void> {
    await this.page.getByLabel("Your name in this chat").fill(name);
    await this.button("Join the chat").click();
    await this.page.getByRole("log").waitFor();
  }

  /** To the people in the chat. */
  async say(text: string): Promise<void> {
    await this.address("People");
    await this.page.getByLabel("Message to the people here").fill(text);
    await this.button("Send").click();
  }

  async ask(text: string): Promise<void> {
    await this.draft(text);
    await this.button("Ask").click();
  }

  /** Writes to the assistant and sends nothing. */
  async draft(text: string): Promise<void> {
    await this.address("Assistant");
    await this.page.getByLabel("Question to the assistant").fill(text);
  }

  async hears(text: string): Promise<void> {
    await this.page.getByRole("log").getByText(text, { exact: true }).first().waitFor();
  }

  async burn(): Promise<void> {
    await this.button("Burn").click();
    await this.button("Burn it now").click();
    await this.isBurned();
  }

  async isBurned(): Promise<void> {
    await this.page.getByRole("heading", { name: "Burned" }).waitFor();
  }

  /**
   * Notes from now on whether a text was ever there in such an element: for what may be gone before anybody looks. The
   * result waits until it was.
   */
  async watchFor(selector: string, text: string): Promise<() => Promise<void>> {
    await this.page.evaluate(
      ([where, what]) => {
        const look = (): void => {
          const shown = [...document.querySelectorAll(where)].some((each) => each.textContent.includes(what));
          if (!shown) return;
          observer.disconnect();
          Object.assign(globalThis, { wasShown: true });
        };
        const observer = new MutationObserver(look);
        observer.observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
        Object.assign(globalThis, { wasShown: false });
        look();
      },
      [selector, text] as const,
    );
    return async () => {
      await this.page.waitForFunction(() => (globalThis as unknown as { wasShown: boolean }).wasShown);
    };
  }

  async end(): Promise<void> {
    const context = this.page.context();
    await this.page.close();
    if (context.pages().length === 0) await context.close();
  }

  private async address(audience: "People" | "Assistant"): Promise<void> {
    const choice = this.button(audience);
    if ((await choice.count()) > 0) await choice.click();
  }
}
