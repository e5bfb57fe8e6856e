// Every order of events within the bounds of each scenario; docs/spec.md, all rules of life and end.
import { describe, expect, it } from "vitest";
import { BOUNDS } from "./support/exploration/actions.ts";
import { CONTROLS } from "./support/exploration/controls.ts";
import { explore } from "./support/exploration/explore.ts";
import { SCENARIOS } from "./support/exploration/scenarios.ts";

describe("[END5] every order of events, memory losses, crashes and rejections", () => {
  const total = { states: 0, transitions: 0 };

  it.each(SCENARIOS)("$name", async (scenario) => {
    const { states, transitions, found } = await explore(scenario);
    total.states += states;
    total.transitions += transitions;
    report(
      `${scenario.name}: ${String(states)} states, ${String(transitions)} transitions, ${boundsOf(scenario)}`,
    );
    expect(found).toEqual([]);
  });

  it("is not empty", () => {
    report(`together: ${String(total.states)} states, ${String(total.transitions)} transitions`);
    report(`per path at most: ${JSON.stringify(BOUNDS)}`);
    expect(total.states).toBeGreaterThan(10_000);
  });
});

describe("[SPEC1] the exploration finds what is broken", () => {
  it.each(CONTROLS)("$name", async ({ scenario, wrap, finds }) => {
    const { found } = await explore(scenario, wrap, true);
    expect(found.map(({ rule }) => rule).join()).toMatch(finds);
  });
});

function boundsOf({ depth, actions, crashed }: (typeof SCENARIOS)[number]): string {
  return `up to ${String(depth)} of ${String(actions.length + 1)} kinds of events, ${String(crashed.length)} of them cut off at every call`;
}

function report(line: string): void {
  process.stdout.write(`${line}\n`);
}
