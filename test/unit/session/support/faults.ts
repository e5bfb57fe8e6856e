// Faults at the ports, for tests only: the process dies at the k-th port call of an event, or the k-th call
// that may reject does.
import type { Fate } from "./fake-storage.ts";

/** Thrown through the session's code where the process dies. Nobody is left to catch it. */
export class Crash extends Error {
  override readonly name = "Crash";
}

/** What a rejecting port rejects with. */
export class PortFailure extends Error {
  override readonly name = "PortFailure";
}

export interface FaultPlan {
  /** Dies instead of making the k-th port call (from 1) of the event. */
  readonly crashAt?: number;
  readonly fate?: Fate;
  /** Rejects the k-th call (from 1) of the event that may reject. */
  readonly rejectAt?: number;
  /** Rejects every call that may reject, and throws at every write. */
  readonly rejectAll?: boolean;
}

export class Faults {
  #plan: FaultPlan = {};
  /** port calls since the event began */
  calls = 0;
  /** those that may reject */
  fallible = 0;
  /** names of the ports that were called, in order */
  trace: string[] = [];

  begin(plan: FaultPlan): void {
    this.#plan = plan;
    this.calls = 0;
    this.fallible = 0;
    this.trace = [];
  }

  /** Counts a call. True where the process dies here. */
  crashes(name: string): boolean {
    this.trace.push(name);
    this.calls += 1;
    return this.calls === this.#plan.crashAt;
  }

  /** Counts a call that may reject. True where it does. */
  rejects(): boolean {
    this.fallible += 1;
    return this.#plan.rejectAll === true || this.fallible === this.#plan.rejectAt;
  }

  get writesFail(): boolean {
    return this.#plan.rejectAll === true;
  }

  get fate(): Fate {
    return this.#plan.fate ?? "lost";
  }
}
