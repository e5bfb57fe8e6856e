// The page's state where no browser is needed: what an end leaves, and how shared turns are put together.
import { expect, it } from "vitest";
import type { SharedTurn } from "../../../src/client/index.ts";
import { note } from "../../../src/web/state/listen.ts";
import { SharedTurns } from "../../../src/web/state/shared-turns.ts";
import { createStore, EMPTY } from "../../../src/web/state/state.ts";

it("[PAGE2] an end leaves nothing of the chat in the state", () => {
  const store = createStore();
  store.dispatch({ type: "live", facts: { host: true, stays: true } });
  store.dispatch({ type: "add", item: note("quiet", "canary") });
  store.dispatch({ type: "typing", participant: "a", name: "canary", untilMs: 1 });
  const end = { state: "left", problem: null, report: null, session: "s", identity: "i" } as const;
  const ending = { ...end, unburned: false };
  store.dispatch({ type: "over", ending });
  expect(store.get()).toEqual({ ...EMPTY, place: "over", ending });
});

const part = (index: number, text: string, end: SharedTurn["end"] = null, attempt = 1): SharedTurn => ({
  of: "answer",
  turn: "t",
  attempt,
  index,
  end,
  text,
  stream: "s",
  participant: "p",
  name: "Ada",
  self: false,
});

it("[PAGE7] a shared answer with a part missing is cut, however it ends; a later attempt starts anew", () => {
  const turns = new SharedTurns();
  turns.take(part(0, "one "), null, 0);
  expect(turns.take(part(2, "three", "stop"), null, 0).answer.ending).toMatchObject({
    finish: "cut",
    complete: false,
  });
  turns.take(part(0, "whole ", null, 2), null, 0);
  const { answer } = turns.take(part(1, "answer", "stop", 2), null, 0);
  expect(answer).toMatchObject({ text: "whole answer", ending: { complete: true } });
});

it("[PAGE7] what somebody left unfinished is cut once they are gone", () => {
  const turns = new SharedTurns();
  turns.take(part(0, "half"), null, 0);
  expect(turns.cutAll((name) => name === "Bob")).toEqual([]);
  expect(turns.cutAll((name) => name === "Ada")[0]?.answer.ending).toMatchObject({ finish: "cut" });
  expect(turns.cutAll((name) => name === "Ada")).toEqual([]);
});
