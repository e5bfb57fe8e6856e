// Who came and who went, told in groups. The first change leaves at once; while more follow, those of one tick
// leave together: n people who join at the same time would otherwise cost n * n messages. A newcomer hears
// only what its welcome did not say.
import type { Participant, ServerControl } from "../protocol/control.ts";

type Presence = Extract<ServerControl, { type: "presence" }>;

/** Somebody came (with a role), or went. */
export type Change = { readonly joined: Participant } | { readonly left: string };

export interface PresencePorts {
  /** Calls back once, after a short while: only while people come and go. */
  afterTick(callback: () => void): void;
  /** Called with the changes that are to be told now, in order. */
  tell(changes: readonly Change[]): void;
}

export class PresenceFeed {
  readonly #ports: PresencePorts;
  #changes: Change[] = [];
  #waiting = false;

  constructor(ports: PresencePorts) {
    this.#ports = ports;
  }

  /** How many changes wait: a newcomer's welcome covers these. */
  get pending(): number {
    return this.#changes.length;
  }

  push(...changes: readonly Change[]): void {
    this.#changes.push(...changes);
    if (this.#waiting) return;
    this.flush();
    this.#wait();
  }

  /** Tells what waits, so that what is sent next comes after it. */
  flush(): void {
    if (this.#changes.length === 0) return;
    const changes = this.#changes;
    this.#changes = [];
    this.#ports.tell(changes);
  }

  clear(): void {
    this.#changes = [];
  }

  #wait(): void {
    this.#waiting = true;
    this.#ports.afterTick(() => {
      this.#waiting = false;
      if (this.#changes.length === 0) return;
      this.flush();
      this.#wait();
    });
  }
}

/** The net effect of some changes; null where they cancel out. */
export function presenceOf(changes: readonly Change[]): Presence | null {
  const joined = new Map<string, Participant>();
  const left = new Set<string>();
  for (const change of changes) {
    if ("joined" in change) {
      if (!left.delete(change.joined.id)) joined.set(change.joined.id, change.joined);
    } else if (!joined.delete(change.left)) left.add(change.left);
  }
  if (joined.size === 0 && left.size === 0) return null;
  return { type: "presence", joined: [...joined.values()], left: [...left] };
}
