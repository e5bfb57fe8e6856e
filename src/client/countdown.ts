// When the session burns, by the client's own clock. The service's clock is read once per announcement, and only
// differences count from there, so that a wrong clock on the device does not matter.
import type { BurnPolicy, Deadlines } from "../protocol/burn-policy.ts";

export class Countdown {
  readonly #clock: () => number;
  #burn: BurnPolicy | null = null;
  #toldBurn: BurnPolicy | null = null;
  #deadlines: Deadlines | null = null;
  /** monotonic ms when the service's `now` came here */
  #takenAtMs = 0;
  #sleptMs = 0;

  /** `clock`: monotonic milliseconds. */
  constructor(clock: () => number) {
    this.#clock = clock;
  }

  /** The burn policy in force; null before the first `welcome`. */
  get burn(): BurnPolicy | null {
    return this.#burn;
  }

  /**
   * Whether the policy is another one than when this was last asked; the first one is no change. Whoever changes it knows
   * it before the service announces it, and hears of it like everybody.
   */
  takePolicyChange(): boolean {
    const [told, burn] = [this.#toldBurn, this.#burn];
    this.#toldBurn = burn;
    return told !== null && burn !== null && !samePolicy(told, burn);
  }

  /** Whether each content frame brings the burn closer or moves it away. */
  get countsContent(): boolean {
    return this.#burn !== null && (this.#burn.idle !== null || this.#burn.messages !== null);
  }

  /** The service's last word. */
  set(burn: BurnPolicy, deadlines: Deadlines): void {
    this.#burn = burn;
    this.replace(deadlines);
  }

  /** The service told the instants anew, under the same policy. */
  replace(deadlines: Deadlines): void {
    this.#deadlines = deadlines;
    this.#takenAtMs = this.#clock();
    this.#sleptMs = 0;
  }

  /** A content frame was relayed: the service moves `idle` and counts, and announces neither. */
  noteContent(): void {
    const { idle } = this.#burn ?? { idle: null };
    if (this.#deadlines === null) return;
    const { idleAt, messagesLeft } = this.#deadlines;
    this.#deadlines = {
      ...this.#deadlines,
      idleAt: idle === null || idleAt === null ? idleAt : this.#serviceNow() + idle * 1_000,
      messagesLeft: messagesLeft === null ? null : Math.max(0, messagesLeft - 1),
    };
  }

  /** The monotonic clock stood still for so long, it seems: a clock that was set ahead looks the same. */
  noteSlept(sleptMs: number): void {
    this.#sleptMs += sleptMs;
  }

  /** milliseconds until the burn, never below 0; null before the first `welcome` */
  get msLeft(): number | null {
    if (this.#deadlines === null) return null;
    const { ttlAt, hardCapAt, idleAt, emptyAt } = this.#deadlines;
    const burnsAt = Math.min(ttlAt, hardCapAt, idleAt ?? Infinity, emptyAt ?? Infinity);
    return Math.max(0, burnsAt - this.#serviceNow());
  }

  /**
   * milliseconds until the hard cap, at the most; below 0 once it has passed for certain; null before the first
   * `welcome`. A clock that only seems to have slept must not make a live session look burned.
   */
  get msToHardCap(): number | null {
    if (this.#deadlines === null) return null;
    return this.#deadlines.hardCapAt - this.#serviceNow() + this.#sleptMs;
  }

  /** milliseconds until an instant of the service's clock, below 0 once it has passed; null before the first `welcome` */
  msUntil(instantMs: number): number | null {
    return this.#deadlines === null ? null : instantMs - this.#serviceNow();
  }

  /** content messages until the burn; null where they are not counted */
  get messagesLeft(): number | null {
    return this.#deadlines?.messagesLeft ?? null;
  }

  #serviceNow(): number {
    return (this.#deadlines?.now ?? 0) + this.#clock() - this.#takenAtMs + this.#sleptMs;
  }
}

function samePolicy(one: BurnPolicy, other: BurnPolicy): boolean {
  return (Object.keys(one) as (keyof BurnPolicy)[]).every((field) => one[field] === other[field]);
}
