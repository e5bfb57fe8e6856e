// The state machine as docs/sdk.md draws it, held against what happens: every change of state of every session of a test has
// to be an arrow of the picture.
import { readFileSync } from "node:fs";
import { afterEach, expect, vi } from "vitest";
import { EventHub } from "../../../src/client/events.ts";

const guide = readFileSync(new URL("../../../docs/sdk.md", import.meta.url), "utf8");
const [, picture = ""] = /```mermaid\nstateDiagram-v2\n(.*?)```/s.exec(guide) ?? [];
const ARROWS = new Set(
  [...picture.matchAll(/^ *(\w+) --> (\w+)/gm)].map(([, from = "", to = ""]) => `${from} --> ${to}`),
);

const emitted = vi.spyOn(EventHub.prototype, "emit");
const states = new WeakMap<EventHub, string>();

/** Changes of state since this was last asked, in their order. */
export function takeTransitions(): string[] {
  const taken = emitted.mock.calls.flatMap(([type, detail], at) => {
    const hub = emitted.mock.contexts[at];
    if (type !== "state" || !(hub instanceof EventHub)) return [];
    const { state } = detail as { state: string };
    const from = states.get(hub) ?? "connecting";
    states.set(hub, state);
    return [`${from} --> ${state}`];
  });
  emitted.mockClear();
  return taken;
}

/** Changes that the picture does not have. */
export function undrawn(transitions: readonly string[]): string[] {
  return transitions.filter((each) => !ARROWS.has(each));
}

afterEach(() => {
  expect(undrawn(takeTransitions()), "every change of state is drawn in docs/sdk.md").toEqual([]);
});
