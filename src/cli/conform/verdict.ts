// What a check is and how it ends. Three ends must never be mixed up: the deployment breaks a rule, this
// deployment is set up so that the rule cannot be seen, and the check could not do its work.
import type { Context } from "./context.ts";

/** One check: what an outsider can see of one rule or more. Returns where they hold. */
export interface Check {
  /** rule ids of docs/spec.md; all of them fail where the check does */
  readonly rules: readonly [string, ...string[]];
  /** What is tried and what is expected, in one line. */
  readonly tries: string;
  /** It judges the scene of memory-loss.ts, which takes long: the scene starts first and the check comes last. */
  readonly judgesMemoryLoss?: true;
  run(context: Context): Promise<void>;
}

/** The deployment breaks the rule. */
export class Violation extends Error {
  constructor(line: string) {
    super(line);
    this.name = "Violation";
  }
}

/** How this deployment is configured leaves nothing to see. Nothing is wrong. */
export class NotVisible extends Error {
  constructor(line: string) {
    super(line);
    this.name = "NotVisible";
  }
}

/**
 * The check could not be made: a step before it failed. Says nothing of its own rule; the rule that the step
 * belongs to has a check of its own.
 */
export class Unmade extends Error {
  constructor(line: string) {
    super(line);
    this.name = "Unmade";
  }
}

/** A bound of the run is reached: whatever would go beyond it is not done. */
export class BoundReached extends Unmade {
  readonly what: string;

  constructor(what: string, bound: number) {
    super(`the bound of ${String(bound)} ${what} a run is reached`);
    this.name = "BoundReached";
    this.what = what;
  }
}

/** Throws a {@link Violation} unless `holds`. */
export function expectThat(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new Violation(otherwise);
}

/** Throws a {@link Violation} unless both have the same JSON. */
export function expectSame(seen: unknown, wanted: unknown, what: string): void {
  const [left, right] = [JSON.stringify(seen), JSON.stringify(wanted)];
  expectThat(left === right, `${what}: ${brief(left)} in place of ${brief(right)}`);
}

/** A step that a check needs and does not judge: whatever goes wrong in it leaves the check unmade. */
export async function premise<T>(what: string, step: Promise<T>): Promise<T> {
  try {
    return await step;
  } catch (error) {
    if (error instanceof Unmade || error instanceof NotVisible) throw error;
    throw new Unmade(`${what} did not work: ${lineOf(error)}`);
  }
}

/** One line about an error, without anything that a stranger could have put in to rewrite the terminal. */
export function lineOf(error: unknown): string {
  const text = error instanceof Error ? error.message : "unknown error";
  return printable(text.split("\n")[0] ?? "");
}

/** A deployment's words are a stranger's: control characters could rewrite the terminal around the verdict. */
export function printable(text: string): string {
  return text.replace(/\p{C}/gu, "?").slice(0, 300);
}

function brief(json: string | undefined): string {
  const text = json ?? "nothing";
  return text.length > 120 ? `${text.slice(0, 117)}…` : text;
}
