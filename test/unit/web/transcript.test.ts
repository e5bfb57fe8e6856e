// The transcript as a document: what stands in it is told apart.
import { createElement } from "react";
import { afterEach, expect, it, vi } from "vitest";
import { Transcript } from "../../../src/web/parts/transcript.tsx";
import { note } from "../../../src/web/state/listen.ts";
import { openChat, stubStorage } from "./page.ts";
import { openPart } from "./part-page.ts";

afterEach(() => {
  vi.unstubAllGlobals();
});

it("[PAGE8] a name in a note is an element of its own, and a note that repeats itself is one line", async () => {
  stubStorage();
  const { chat } = await openChat();
  const none = (): void => undefined;
  const { place, drawn, close } = await openPart(chat, () =>
    createElement(Transcript, { onInspect: none, onEdit: none }),
  );
  for (const name of ["Ada left. Bob", "Ada left. Bob", "Eve"])
    chat.store.dispatch({ type: "add", item: note("quiet", "", name, " is here.") });
  await drawn();
  const lines = [...place.querySelectorAll(".note")];
  expect(lines.map(({ innerHTML }) => innerHTML)).toEqual([
    "<bdi>Ada left. Bob</bdi> is here. 2 times.",
    "<bdi>Eve</bdi> is here.",
  ]);
  close();
});
