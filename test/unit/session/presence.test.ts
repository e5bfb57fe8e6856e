import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Participant } from "../../../src/protocol/control.ts";
import { PresenceFeed, presenceOf, type Change } from "../../../src/session/presence.ts";

const person = (id: string): Participant => ({ id, role: "member" });

describe("[SOCK3] presence", () => {
  it("the first change leaves at once, those that follow leave together, and at rest nothing waits", () => {
    const told: (readonly Change[])[] = [];
    const ticks: (() => void)[] = [];
    const feed = new PresenceFeed({
      afterTick: (callback) => ticks.push(callback),
      tell: (changes) => told.push(changes),
    });
    feed.push({ joined: person("a") });
    feed.push({ joined: person("b") });
    feed.push({ left: "a" });
    expect(told.map((changes) => changes.length)).toEqual([1]);
    ticks.shift()?.();
    expect(told.map((changes) => changes.length)).toEqual([1, 2]);
    ticks.shift()?.();
    expect(ticks).toEqual([]);
    feed.push({ joined: person("c") });
    expect(told.map((changes) => changes.length)).toEqual([1, 2, 1]);
  });

  it("a group of changes says who is there in the end, as one by one would", () => {
    const step = fc.record({ id: fc.constantFrom("a", "b", "c"), joins: fc.boolean() });
    fc.assert(
      fc.property(fc.uniqueArray(fc.constantFrom("a", "b", "c")), fc.array(step), (before, steps) => {
        const there = new Set(before);
        const changes: Change[] = [];
        for (const { id, joins } of steps) {
          if (joins === there.has(id)) continue;
          changes.push(joins ? { joined: person(id) } : { left: id });
          if (joins) there.add(id);
          else there.delete(id);
        }
        const seen = new Set<string>(before);
        const message = presenceOf(changes);
        for (const { id } of message?.joined ?? []) seen.add(id);
        for (const id of message?.left ?? []) seen.delete(id);
        expect(seen).toEqual(there);
      }),
    );
  });
});
