// The hook `useChat` of the AI SDK in a real React tree, on a page of jsdom.
import { useChat } from "@ai-sdk/react";
import { JSDOM } from "jsdom";
import { act, createElement, type ReactElement } from "react";
import { createRoot } from "react-dom/client";
import type { createGhostTransport, GhostUIMessage } from "../../src/client/ai-sdk/index.ts";
import { PATIENCE_MS, sleep } from "./client.ts";

export type Chat = ReturnType<typeof useChat<GhostUIMessage>>;

const GLOBALS = ["window", "document", "IS_REACT_ACT_ENVIRONMENT"];
const mounted: (() => void)[] = [];

/** Makes this process one in which React can render. */
export function openPage(): void {
  const { window } = new JSDOM("<!doctype html><body></body>");
  Object.assign(globalThis, { window, document: window.document, IS_REACT_ACT_ENVIRONMENT: true });
}

export function closePage(): void {
  unmountAll();
  for (const name of GLOBALS) Reflect.deleteProperty(globalThis, name);
}

/** Takes away whatever a test rendered, the last first. */
export function unmountAll(): void {
  for (const unmount of mounted.splice(0).reverse()) unmount();
}

/** Renders a component, and says where and how it is taken away. */
export async function render(component: ReactElement): Promise<{ place: HTMLElement; unmount: () => void }> {
  const place = document.body.appendChild(document.createElement("main"));
  const root = createRoot(place);
  const unmount = (): void => {
    act(() => {
      root.unmount();
    });
  };
  mounted.push(unmount);
  await act(async () => {
    root.render(component);
  });
  return { place, unmount };
}

/** A component that chats. */
export interface Stage {
  chat(): Chat;
  /** Lets the hook do something, and React show it. */
  run(change: (chat: Chat) => void): Promise<void>;
  until(holds: (chat: Chat) => boolean): Promise<void>;
  unmount(): void;
}

export async function mount(
  transport: ReturnType<typeof createGhostTransport>,
  options: { id?: string; resume?: boolean } = {},
): Promise<Stage> {
  let current: Chat | null = null;
  function Probe(): null {
    current = useChat<GhostUIMessage>({ transport, ...options });
    return null;
  }
  const { unmount } = await render(createElement(Probe));
  const chat = (): Chat => {
    if (current === null) throw new Error("not rendered");
    return current;
  };
  return {
    chat,
    unmount,
    run: async (change) => {
      await act(async () => {
        change(chat());
      });
    },
    until: async (holds) => {
      const end = Date.now() + PATIENCE_MS;
      while (!holds(chat())) {
        if (Date.now() > end) throw new Error(`never; the hook is ${chat().status}`);
        await act(async () => sleep(20));
      }
    },
  };
}
