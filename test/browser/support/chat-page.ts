// A page with the SDK in it, held from the test's side. One browser context each unless a page is opened beside
// another: contexts share nothing, as browsers of two people.
import type { Browser, BrowserContext, Page } from "playwright-core";
import type { ChatLook } from "../pages/sdk-chat.ts";
import type { CreateOptions, JoinOptions } from "../../../src/client/index.ts";
import { PATIENCE_MS } from "../../support/client.ts";
import { eventually } from "../../support/processes.ts";
import { freeze } from "./freeze.ts";
import { watchPage, type PageWatch } from "./page-watch.ts";

export class ChatPage {
  readonly page: Page;
  readonly watch: PageWatch;

  private constructor(page: Page) {
    this.page = page;
    this.watch = watchPage(page);
  }

  /** In a context of its own, or as one more tab of `beside`. */
  static async open(browser: Browser, address: string, beside?: ChatPage): Promise<ChatPage> {
    const context: BrowserContext = beside?.page.context() ?? (await browser.newContext());
    context.setDefaultTimeout(PATIENCE_MS);
    const chat = new ChatPage(await context.newPage());
    await chat.page.goto(address);
    await eventually(() => chat.page.evaluate(() => "chat" in globalThis));
    return chat;
  }

  async create(options: CreateOptions): Promise<void> {
    valueOf(await this.page.evaluate((given) => globalThis.chat.create(given), options));
  }

  /** Null, or the code of the error. */
  async join(link: string, options: JoinOptions = {}): Promise<string | null> {
    const answer = await this.page.evaluate(([to, given]) => globalThis.chat.join(to, given), [
      link,
      options,
    ] as const);
    return "error" in answer ? answer.error : null;
  }

  async invite(uses = 1): Promise<string> {
    return valueOf(await this.page.evaluate((given) => globalThis.chat.invite(given), uses));
  }

  /** Resolves with the message's id once it was relayed. */
  async send(text: string): Promise<string> {
    return valueOf(await this.page.evaluate((given) => globalThis.chat.send(given), text));
  }

  async setName(name: string): Promise<void> {
    await this.page.evaluate((given) => {
      globalThis.chat.setName(given);
    }, name);
  }

  async remove(participant: string): Promise<void> {
    valueOf(await this.page.evaluate((given) => globalThis.chat.remove(given), participant));
  }

  async burn(): Promise<unknown> {
    return valueOf(await this.page.evaluate(() => globalThis.chat.burn()));
  }

  async look(): Promise<ChatLook> {
    return this.page.evaluate(() => globalThis.chat.look());
  }

  async heard(type: ChatLook["events"][number]["type"]): Promise<ChatLook["events"]> {
    return (await this.look()).events.filter((event) => event.type === type);
  }

  /** The texts that came, in order. */
  async texts(): Promise<string[]> {
    return (await this.look()).events.flatMap((event) => (event.type === "message" ? [event.text] : []));
  }

  async until(holds: (look: ChatLook) => boolean): Promise<ChatLook> {
    return eventually(async () => {
      const look = await this.look();
      return holds(look) && look;
    });
  }

  /**
   * Says from now on that somebody types, so that the session is never quiet: one that is quiet for ten seconds loses its
   * memory, and on a busy machine whoever lost a connection may be away for that long.
   */
  async keepAwake(): Promise<void> {
    await this.page.evaluate(() => {
      setInterval(() => {
        globalThis.chat.typing();
      }, 1_000);
    });
  }

  /** See {@link freeze}. */
  freeze(): Promise<{ wake(): Promise<void> }> {
    return freeze(this.page);
  }

  /** Closes the page, and the context with its last page. */
  async end(): Promise<void> {
    const context = this.page.context();
    await this.page.close();
    if (context.pages().length === 0) await context.close();
  }
}

function valueOf<T>(answer: { readonly value: T } | { readonly error: string }): T {
  if ("error" in answer) throw new Error(answer.error);
  return answer.value;
}
