// A token bucket: `rate` per second sustained, `burst` at once. It reads the clock that it is handed and
// owns no timer.
export class TokenBucket {
  readonly #perMs: number;
  readonly #burst: number;
  #tokens: number;
  #at: number;

  constructor(ratePerSecond: number, burst: number, now: number) {
    this.#perMs = ratePerSecond / 1000;
    this.#burst = burst;
    this.#tokens = burst;
    this.#at = now;
  }

  /** Takes `cost` tokens. Returns 0, or the milliseconds until there will be enough. A clock set back adds nothing. */
  take(now: number, cost = 1): number {
    this.#tokens = Math.min(this.#burst, this.#tokens + Math.max(0, now - this.#at) * this.#perMs);
    this.#at = now;
    if (this.#tokens < cost) return Math.ceil((cost - this.#tokens) / this.#perMs);
    this.#tokens -= cost;
    return 0;
  }
}
