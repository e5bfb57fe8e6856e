// The page's chat without a page: the SDK's own client against a service in memory, and a tab's storage that can refuse.
import { vi } from "vitest";
import { Chat } from "../../../src/web/state/chat.ts";
import { FIRST_CHOICES, type Choices } from "../../../src/web/state/choices.ts";
import { createStore, type Place } from "../../../src/web/state/state.ts";
import { FakeService, SERVICE, worldOf } from "../client/fake-service.ts";
import { until, type World } from "../client/world.ts";

export interface Page {
  readonly chat: Chat;
  readonly service: FakeService;
  readonly world: World;
}

/** What Ada chooses. */
export const ADA: Choices = { ...FIRST_CHOICES, model: null, name: "Ada" };

/** A page that has just loaded. */
export function openPage(service = new FakeService()): Page {
  const world = worldOf(service);
  return { chat: new Chat(createStore(), SERVICE, { environment: world.environment }), service, world };
}

/** A page with a chat in it. */
export async function openChat(service?: FakeService): Promise<Page> {
  const page = openPage(service);
  await page.chat.start(ADA, null);
  return page;
}

export function placed({ chat }: Page, place: Place): Promise<void> {
  return until(() => chat.store.get().place === place, place);
}

/** A tab's storage of its own, for one test. */
export function stubStorage(): Map<string, string> {
  const kept = new Map<string, string>();
  vi.stubGlobal("sessionStorage", {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
    removeItem: (key: string) => kept.delete(key),
  });
  return kept;
}

/** What browsers do where a person blocked the data of sites: the very name throws. */
export function blockStorage(): void {
  vi.unstubAllGlobals();
  Object.defineProperty(globalThis, "sessionStorage", {
    configurable: true,
    get() {
      throw new DOMException("The operation is insecure.", "SecurityError");
    },
  });
}

export function unblockStorage(): void {
  vi.unstubAllGlobals();
  Reflect.deleteProperty(globalThis, "sessionStorage");
}
