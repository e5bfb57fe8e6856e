// Rates that belong to participants, not to their connections: who connects again finds them as they were left.
import { TokenBucket } from "../token-bucket.ts";

export class ParticipantBuckets {
  readonly #ratePerSecond: number;
  readonly #burst: number;
  readonly #buckets = new Map<string, TokenBucket>();

  constructor(ratePerSecond: number, burst: number) {
    this.#ratePerSecond = ratePerSecond;
    this.#burst = burst;
  }

  /** 0 where so much may pass now, else the milliseconds to wait. */
  take(participant: string, now: number, cost = 1): number {
    const bucket = this.#buckets.get(participant) ?? new TokenBucket(this.#ratePerSecond, this.#burst, now);
    this.#buckets.set(participant, bucket);
    return bucket.take(now, cost);
  }

  /** The participant is gone for good. */
  forget(participant: string): void {
    this.#buckets.delete(participant);
  }

  clear(): void {
    this.#buckets.clear();
  }
}
