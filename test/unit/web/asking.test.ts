// What can be asked again, and from where: only what this very tab has asked.
import { expect, it, vi } from "vitest";
import type { Session } from "../../../src/client/index.ts";
import { Asking } from "../../../src/web/state/asking.ts";
import { createStore } from "../../../src/web/state/state.ts";
import { NOT_EDITABLE } from "../../../src/web/state/words.ts";
import { SharedTurns } from "../../../src/web/state/shared-turns.ts";
import { part } from "./shared-part.ts";

function stage() {
  let asked = 0;
  const turns: { turn: string }[] = [];
  const ask = vi.fn(() => {
    asked += 1;
    const turn = `turn ${String(asked)}`;
    turns.push({ turn });
    return {
      turn,
      state: "asking",
      attempt: 1,
      text: "",
      received: "",
      sent: null,
      result: new Promise(() => null),
    };
  });
  const session = { turns, ask, assistant: null } as unknown as Session;
  const store = createStore();
  const asking = new Asking(session, store);
  const question = (text: string, edits: string | null = null) => {
    return asking.ask({ text, spans: [], keep: [], edits });
  };
  return { ask, store, asking, question };
}

it("[PAGE7] a turn that was asked elsewhere cannot be edited, and nothing is asked", () => {
  const { ask, question, asking } = stage();
  expect(question("first")).toBeNull();
  expect(question("second", "s/t")).toBe(NOT_EDITABLE);
  expect(ask).toHaveBeenCalledTimes(1);
  expect(question("third", "turn 1")).toBeNull();
  expect(ask).toHaveBeenLastCalledWith("third", { keep: [], after: null });
  asking.close();
});

it("[PAGE7] asking goes on past the turns of one's other tab, and sets none of them aside", () => {
  const { store, question, asking } = stage();
  const item = new SharedTurns().take({ ...part(0, "theirs"), self: true }, null, 0);
  store.dispatch({ type: "turn", item });
  question("mine");
  question("mine too");
  expect(store.get().items).toMatchObject([
    { own: false, self: true, replaced: false },
    { own: true, self: true, replaced: false },
    { own: true, self: true, replaced: false },
  ]);
  asking.close();
});
