// What went wrong with a provider, as one of our own codes. No status, header or text of a provider goes along:
// an error message may quote the prompt.
import { ServiceError, type ErrorCode } from "../protocol/errors.ts";
import { MAX_PROVIDER_RETRY_MS, PROVIDER_RETRY_MS } from "../protocol/limits.ts";

export class ProviderFailure extends ServiceError {
  /** Whether another attempt may help, as long as no token was seen. */
  readonly mayRetry: boolean;
  /** milliseconds; what the provider asks to wait, or null */
  readonly retryAfterMs: number | null;

  constructor(code: ErrorCode, mayRetry = false, retryAfterMs: number | null = null) {
    super(code);
    this.mayRetry = mayRetry;
    this.retryAfterMs = retryAfterMs;
  }
}

export const broken = (): ProviderFailure => new ProviderFailure("provider_broken");

/** What an HTTP status means (RFC 9110 section 15; 529 is Anthropic's "overloaded"). Null: an answer may follow. */
export function failureOf(status: number, retryAfter: string | null, nowMs: number): ProviderFailure | null {
  if (status === 200) return null;
  const wait = parseRetryAfter(retryAfter, nowMs);
  if (status === 429) return new ProviderFailure("provider_limited", true, wait);
  if (status >= 500) return new ProviderFailure("provider_unavailable", true, wait);
  if (status === 408 || status === 425) return new ProviderFailure("provider_unavailable", true, wait);
  // A redirect would carry the prompt, and maybe the key, to an address that no operator chose.
  if (status >= 300) return new ProviderFailure("provider_refused");
  return broken();
}

/** What a code inside a stream means: some servers answer 200 and fail later. */
export function failureOfCode(code: unknown): ProviderFailure {
  if (typeof code !== "number") return broken();
  const failure = code >= 400 && code <= 599 ? failureOf(code, null, 0) : null;
  return failure ?? broken();
}

/**
 * Seconds or a date (RFC 9110 section 10.2.3), as milliseconds from now. Anything else counts as not said.
 * More than {@link MAX_PROVIDER_RETRY_MS} is returned as it is: the caller gives up.
 */
function parseRetryAfter(text: string | null, nowMs: number): number | null {
  const value = text?.trim() ?? "";
  if (value === "" || value.length > 40) return null;
  const seconds = Number(value);
  const wait = Number.isNaN(seconds) ? Date.parse(value) - nowMs : seconds * 1_000;
  return Number.isNaN(wait) ? null : Math.max(0, wait);
}

/**
 * milliseconds to wait before the next attempt, or null to give up. `attempt` counts from 1; `random` is from
 * 0 to below 1 and keeps many turns that failed together from coming back together.
 */
export function waitBefore(failure: ProviderFailure, attempt: number, random: number): number | null {
  const own = PROVIDER_RETRY_MS * 2 ** (attempt - 1) * (1 - random / 2);
  const wait = Math.max(own, failure.retryAfterMs ?? 0);
  return wait > MAX_PROVIDER_RETRY_MS ? null : wait;
}
