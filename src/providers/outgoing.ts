// What may leave for a provider, whole: one address, a handful of constant headers, one body. Built from
// nothing but the operator's settings and the turn, so that no header of a visitor's request can slip along.
import { zero } from "../crypto/bytes.ts";

/** A request as it goes out. Header names are lower case; there are no others. */
export interface OutgoingRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Holds content. Whoever built it calls {@link discard} once the exchange has settled. */
  readonly body: Uint8Array<ArrayBuffer>;
}

/**
 * Sent in place of whatever the runtime would put there by itself (Node: `node`; a proxy in between might add
 * its own), so that every deployment of this service looks the same to a provider.
 */
export const USER_AGENT = "ghost-session";

/** Headers that every request to a provider has. */
export const COMMON_HEADERS = {
  accept: "text/event-stream",
  // Compressed answers would be inflated by the runtime before our bounds see them.
  "accept-encoding": "identity",
  "content-type": "application/json",
  "user-agent": USER_AGENT,
} as const;

/** Zeroes the body. After this its content is gone from this process's own memory. */
export function discard(request: OutgoingRequest): void {
  zero(request.body);
}
