// What cannot be drawn takes nothing else off the page, least of all the burn.
import { JSDOM } from "jsdom";
import { act, createElement } from "react";
import type { Root } from "react-dom/client";
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { TranscriptItem } from "../../../src/web/state/transcript.ts";
import { until } from "../client/world.ts";
import { openChat, type Page } from "./page.ts";

// React asks for the document when it is loaded.
const { window } = new JSDOM("");
const { document } = window;
for (const [name, value] of Object.entries({
  window,
  document,
  addEventListener: window.addEventListener.bind(window),
  removeEventListener: window.removeEventListener.bind(window),
  CSS: { supports: () => true },
  IS_REACT_ACT_ENVIRONMENT: true,
})) {
  vi.stubGlobal(name, value);
}
const { createRoot } = await import("react-dom/client");
const { App } = await import("../../../src/web/parts/app.tsx");
const { Boundary } = await import("../../../src/web/parts/boundary.tsx");
const { UndrawnDialog } = await import("../../../src/web/parts/undrawn.tsx");
// What jsdom does not have of dialogs.
Object.assign(window.HTMLDialogElement.prototype, { showModal: () => undefined, close: () => undefined });

let root: Root;
let page: Page;

afterAll(() => {
  vi.unstubAllGlobals();
});

beforeEach(async () => {
  page = await openChat();
  root = createRoot(document.body.appendChild(document.createElement("div")), {
    onCaughtError: () => undefined,
  });
  act(() => {
    root.render(createElement(App, { chat: page.chat }));
  });
});

afterEach(() => {
  act(() => {
    root.unmount();
  });
  document.body.replaceChildren();
});

const MESSAGE = {
  kind: "message",
  key: "whole",
  own: false,
  name: "Eve",
  text: "still here",
  atMs: 0,
  delivery: "relayed",
  problem: null,
} as const;

/** Throws wherever it is looked into. */
const BROKEN = new Proxy([], {
  get() {
    throw new RangeError("Invalid string length");
  },
});

function add(item: TranscriptItem): Promise<void> {
  return act(async () => {
    page.chat.store.dispatch({ type: "add", item });
    await Promise.resolve();
  });
}

describe("[PAGE12] where a part of the page cannot be drawn", () => {
  it("a message, the ones beside it and the burn button stay", async () => {
    await add(Object.defineProperty({ ...MESSAGE, key: "broken" }, "text", { get: () => BROKEN.length }));
    await add(MESSAGE);
    expect(document.body.textContent).toContain("Something stands here that cannot be shown.");
    expect(document.body.textContent).toContain("still here");
    expect([...document.querySelectorAll("button")].map((each) => each.textContent)).toContain("Burn");
  });

  it("a dialog, it can be closed and the chat goes on", () => {
    const close = vi.fn();
    const thrown = (): never => {
      throw new RangeError("Invalid string length");
    };
    const part = createElement(Boundary, {
      fallback: createElement(UndrawnDialog, { onClose: close }),
      children: createElement(thrown),
    });
    act(() => {
      root.render(part);
    });
    expect(document.querySelector("h2")?.textContent).toBe("This cannot be shown");
    act(() => {
      document.querySelector("button")?.click();
    });
    expect(close).toHaveBeenCalledTimes(1);
  });

  /** The header asks for the people. */
  async function breakRoom(): Promise<string[]> {
    const asked: string[] = [];
    page.world.http = (method) => {
      asked.push(method);
      return null;
    };
    await act(async () => {
      page.chat.store.dispatch({ type: "facts", facts: { people: BROKEN } });
      await Promise.resolve();
    });
    expect(document.querySelector("h1")?.textContent).toBe("This chat cannot be shown");
    return asked;
  }

  const buttonOf = (words: string): HTMLButtonElement | undefined =>
    [...document.querySelectorAll("button")].find(({ textContent }) => textContent === words);

  const ways: Record<string, () => void> = {
    "the panic key": () => {
      for (let press = 0; press < 3; press += 1) {
        window.dispatchEvent(new window.KeyboardEvent("keydown", { key: "Escape" }));
      }
    },
    "a button": () => buttonOf("Burn it now, for everyone")?.click(),
  };

  it.each(Object.keys(ways))("the whole chat, %s burns it", async (way) => {
    const asked = await breakRoom();
    await act(async () => {
      ways[way]?.();
      await until(() => asked.includes("DELETE"));
    });
    expect(page.chat.store.get().place).toBe("burning");
    expect(document.querySelector("h1")?.textContent).not.toBe("This chat cannot be shown");
  });

  it("the whole chat, it can be left, and the others keep it", async () => {
    const asked = await breakRoom();
    await act(async () => {
      buttonOf("Leave and empty this page")?.click();
      await until(() => page.world.socket.sent.some((data) => String(data).includes("leave")));
    });
    expect(page.chat.store.get().place).toBe("leaving");
    expect(asked).not.toContain("DELETE");
  });
});
