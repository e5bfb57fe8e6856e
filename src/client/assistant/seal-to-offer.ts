// From an offer to the frames of a request: verifies the offer, holds its terms against those that the application
// accepted, and encrypts.
import { sameTerms, type AssistantTerms } from "../../protocol/assistant.ts";
import type { Ok } from "../../protocol/errors.ts";
import type { GhostErrorCode } from "../error.ts";
import type { ChannelPort, SealableAttempt, SealedRequest } from "./channel-port.ts";

export interface OfferedAttempt extends SealableAttempt {
  readonly jws: string;
  /** resume secret of the connection that asked for the offer */
  readonly secret: string;
  /** what the offer was asked for with, 32 bytes */
  readonly nonce: Uint8Array;
  /** what the application saw and accepted */
  readonly terms: AssistantTerms;
}

/** The offer is not to be used. */
export interface Unusable {
  readonly ok: false;
  readonly code: GhostErrorCode;
}

/** Fails with `offer_invalid`, `terms_changed`, or `ask_failed` where the cryptography does not work here. */
export async function sealToOffer(
  channel: () => Promise<ChannelPort>,
  { jws, secret, nonce, terms, ...attempt }: OfferedAttempt,
): Promise<Ok<SealedRequest> | Unusable> {
  try {
    const port = await channel();
    const offer = await port.openOffer(jws, { secret, nonce });
    if (offer === null) return { ok: false, code: "offer_invalid" };
    if (!sameTerms(offer.terms, terms)) return { ok: false, code: "terms_changed" };
    return { ok: true, value: await port.sealRequest(offer, attempt) };
  } catch {
    return { ok: false, code: "ask_failed" };
  }
}
