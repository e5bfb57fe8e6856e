// A part of the page with a chat behind it, in a document without a browser.
import { JSDOM } from "jsdom";
import { act, createElement, type ReactElement } from "react";
import { vi } from "vitest";
import { ChatContext } from "../../../src/web/parts/context.ts";
import type { Chat } from "../../../src/web/state/chat.ts";
import { settle } from "../client/world.ts";

export interface PartPage {
  readonly place: Element;
  /** Lets everything happen that can, and draws what came of it. */
  readonly drawn: () => Promise<void>;
  /** Chooses an option of a list by its words. */
  readonly choose: (label: string, words: string) => Promise<void>;
  readonly close: () => void;
}

/** Globals are stubbed until `vi.unstubAllGlobals`. `part` is made anew with each drawing, as its parent would. */
export async function openPart(chat: Chat, part: () => ReactElement): Promise<PartPage> {
  const { window } = new JSDOM("<!doctype html><div id=root></div>");
  vi.stubGlobal("window", window);
  vi.stubGlobal("document", window.document);
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  const { createRoot } = await import("react-dom/client");
  const place = window.document.getElementById("root");
  if (place === null) throw new Error("no place");
  const root = createRoot(place);
  const drawn = (): Promise<void> =>
    act(async () => {
      await settle();
      root.render(createElement(ChatContext, { value: chat }, part()));
    });
  await drawn();
  return {
    place,
    drawn,
    choose: async (label, words) => {
      const fields = [...place.querySelectorAll("label")];
      const select = fields.find((each) => each.textContent.startsWith(label))?.querySelector("select");
      const option = [...(select?.options ?? [])].find(({ textContent }) => textContent === words);
      if (select === undefined || select === null || option === undefined) throw new Error("no such option");
      await act(async () => {
        select.value = option.value;
        select.dispatchEvent(new window.Event("change", { bubbles: true }));
        await settle();
      });
    },
    close: () => {
      act(() => {
        root.unmount();
      });
      vi.unstubAllGlobals();
    },
  };
}
