// Every attempt that holds memory: uploads, turns that are answered, answers that wait to be fetched. Counts them
// against the bounds; only finished ones ever make place for others.
import { MAX_KEPT_BYTES, MAX_TURNS, MAX_TURNS_PER_PARTICIPANT } from "../../protocol/limits.ts";
import { keyOf, type AttemptName } from "./attempt-name.ts";
import { RunningTurn } from "./running-turn.ts";
import type { Upload } from "./upload.ts";

export type Attempt = Upload | RunningTurn;

export class Attempts {
  /** the oldest first */
  readonly #all = new Map<string, Attempt>();

  get all(): readonly Attempt[] {
    return [...this.#all.values()];
  }

  /** bytes that all of them hold */
  get bytes(): number {
    let sum = 0;
    for (const { bytes } of this.#all.values()) sum += bytes;
    return sum;
  }

  find(name: AttemptName): Attempt | undefined {
    return this.#all.get(keyOf(name));
  }

  set(attempt: Attempt): void {
    this.#all.set(keyOf(attempt.name), attempt);
  }

  /** Forgets an attempt that was stopped, unless another one has taken its name. */
  delete(attempt: Attempt): void {
    if (this.find(attempt.name) === attempt) this.#all.delete(keyOf(attempt.name));
  }

  /** Stops and forgets. Goes on whatever fails, since a burn waits behind this. */
  drop(attempts: readonly Attempt[] = this.all): void {
    for (const attempt of attempts) {
      this.#all.delete(keyOf(attempt.name));
      try {
        attempt.stop();
      } catch {
        // What it held is out of reach all the same.
      }
    }
  }

  /** Holds the bound on what all answers keep: the oldest record of the longest goes. */
  holdKept(): void {
    const turns = this.all.filter((attempt) => attempt instanceof RunningTurn);
    let excess = turns.reduce((sum, { keptBytes }) => sum + keptBytes, 0) - MAX_KEPT_BYTES;
    while (excess > 0) {
      const longest = turns.reduce((one, other) => (other.keptBytes > one.keptBytes ? other : one));
      const before = longest.keptBytes;
      longest.dropOldest();
      excess -= before - longest.keptBytes;
    }
  }

  /** Makes place for one more of this participant. False where too many are at work. */
  makePlace(participant: string): boolean {
    const isOwn = ({ name }: Attempt) => name.participant === participant;
    const working = this.all.filter((attempt) => !isFinished(attempt));
    if (working.length >= MAX_TURNS || working.filter(isOwn).length >= MAX_TURNS_PER_PARTICIPANT)
      return false;
    const finished = this.all.filter(isFinished);
    const own = finished.filter(isOwn);
    this.drop(own.slice(0, Math.max(0, own.length - MAX_TURNS_PER_PARTICIPANT + 1)));
    const left = this.all.filter(isFinished);
    this.drop(left.slice(0, Math.max(0, this.#all.size - MAX_TURNS + 1)));
    return true;
  }
}

function isFinished(attempt: Attempt): boolean {
  return attempt instanceof RunningTurn && attempt.finished;
}
