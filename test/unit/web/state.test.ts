// The page's state where no browser is needed: what an end leaves of it.
import { expect, it } from "vitest";
import { note } from "../../../src/web/state/listen.ts";
import { createStore, EMPTY } from "../../../src/web/state/state.ts";

it("[PAGE2] an end leaves nothing of the chat in the state", () => {
  const store = createStore();
  store.dispatch({ type: "live", facts: { host: true, stays: true } });
  store.dispatch({ type: "add", item: note("quiet", "canary") });
  store.dispatch({ type: "typing", participant: "a", name: "canary", untilMs: 1 });
  const end = { state: "left", problem: null, report: null, session: "s", identity: "i" } as const;
  const ending = { ...end, unburned: false, untold: false, undelivered: 0, saved: false };
  store.dispatch({ type: "over", ending });
  expect(store.get()).toEqual({ ...EMPTY, place: "over", ending });
});
