// What cannot be drawn takes nothing else off the page, least of all the burn.
import { JSDOM } from "jsdom";
import { act, createElement } from "react";
import type { Root } from "react-dom/client";
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { TranscriptItem } from "../../../src/web/state/transcript.ts";
import { openChat, placed, type Page } from "./page.ts";

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

  it("the whole chat, it can be burned by a button and by the panic key", async () => {
    await act(async () => {
      page.chat.store.dispatch({ type: "facts", facts: { people: BROKEN } });
      await Promise.resolve();
    });
    expect(document.querySelector("h1")?.textContent).toBe("This chat cannot be shown");
    expect(document.querySelector("button")?.textContent).toBe("Burn it and empty this page");
    await act(async () => {
      for (let press = 0; press < 3; press += 1) {
        window.dispatchEvent(new window.KeyboardEvent("keydown", { key: "Escape" }));
      }
      page.world.socket.say({ type: "burned", cause: "asked", statement: null });
      page.world.socket.drop(4410, "burned");
      await placed(page, "over");
    });
    expect(document.querySelector("h1")?.textContent).toBe("Burned");
  });
});
