// The picture of the client's states and the type that callers switch over are two accounts of one machine.
import { expect, it } from "vitest";
import { read } from "./markdown.ts";

/** Arrows of the picture, from state to state; `[*]` is the beginning and the end. */
const [, picture = ""] = /```mermaid\nstateDiagram-v2\n(.*?)```/s.exec(read("docs/sdk.md")) ?? [];
const arrows = [...picture.matchAll(/^ *(\S+) --> (\w+|\[\*\])/gm)].map(([, from = "", to = ""]) => [
  from,
  to,
]);
const reachedFrom = (state: string) => arrows.filter(([from]) => from === state).map(([, to]) => to);

it("the states that are drawn are those of the type", () => {
  const [, union = ""] = /^export type SessionState = (.*?);/ms.exec(read("src/client/events.ts")) ?? [];
  const declared = [...union.matchAll(/"(\w+)"/g)].map(([, state]) => state);
  const drawn = new Set(arrows.flat().filter((state) => state !== "[*]"));
  expect(declared.length).toBeGreaterThan(3);
  expect([...drawn].sort()).toEqual(declared.sort());
});

it("every state leads to every end, and an end leads nowhere", () => {
  const ends = arrows.filter(([, to]) => to === "[*]").map(([from]) => from);
  expect(ends.sort()).toEqual(["burned", "left", "refused"]);
  for (const end of ends) expect(reachedFrom(end ?? "")).toEqual(["[*]"]);
  for (const state of ["connecting", "live", "reconnecting"]) {
    expect(reachedFrom(state)).toEqual(expect.arrayContaining(ends));
  }
});
