// What can be asked again, and from where: only what this very tab has asked.
import { expect, it, vi } from "vitest";
import type { AnswerResult, AskOptions, Session } from "../../../src/client/index.ts";
import { Asking } from "../../../src/web/state/asking.ts";
import { createStore } from "../../../src/web/state/state.ts";
import { NOT_EDITABLE } from "../../../src/web/state/words.ts";
import { SharedTurns } from "../../../src/web/state/shared-turns.ts";
import { settle } from "../client/world.ts";
import { part } from "./shared-part.ts";

/** How an answer ends. */
type Result = Pick<AnswerResult, "finish" | "complete" | "error" | "text">;

function stage() {
  let asked = 0;
  const ends: ((result: Result) => void)[] = [];
  const turns: { turn: string }[] = [];
  const ask = vi.fn((_: string, { regenerate, after }: AskOptions = {}) => {
    asked += 1;
    const turn = regenerate ?? `turn ${String(asked)}`;
    if (after !== undefined) turns.length = turns.findIndex((each) => each.turn === after) + 1;
    if (regenerate === undefined) turns.push({ turn });
    return {
      turn,
      state: "asking",
      attempt: 1,
      text: "",
      received: "",
      sent: null,
      result: new Promise<Result>((resolve) => ends.push(resolve)),
    };
  });
  const preview = () => Promise.resolve([]);
  const session = { turns, ask, preview, assistant: null } as unknown as Session;
  const store = createStore();
  const asking = new Asking(session, store);
  const question = (text: string, edits: string | null = null) => {
    return asking.ask({ text, spans: [], keep: [], edits });
  };
  return { ask, store, asking, question, ends };
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

it("[PAGE7] a turn that was set aside while it was asked again stays so, also where that came to no end", async () => {
  const { store, question, asking, ends } = stage();
  const whole = { finish: "stop", complete: true, error: null, text: "whole" } as const;
  const turns = () => store.get().items.filter((item) => item.kind === "turn");
  question("one");
  ends[0]?.(whole);
  question("two");
  ends[1]?.(whole);
  await settle();
  expect(asking.again("turn 2")).toBeNull();
  question("another one", "turn 1");
  expect(turns()[1]).toMatchObject({ turn: "turn 2", replaced: true });
  ends[2]?.({ finish: "cut", complete: false, error: null, text: "ha" });
  await settle();
  const again = { text: "ha" };
  expect(turns()[1]).toMatchObject({ turn: "turn 2", replaced: true, answer: { text: "whole", again } });
  asking.close();
});
