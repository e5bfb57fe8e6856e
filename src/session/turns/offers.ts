// One-time keys that wait for a request, per connection and in memory only. A key is handed out once and is gone
// from here before anything is done with it. No timer runs: an offer that is too old is refused when it is used.
import type { OfferKeys } from "../../crypto/channel/offer.ts";
import type { AssistantTerms } from "../../protocol/assistant.ts";
import { errorMessage } from "../../protocol/control.ts";
import { MAX_OFFERS, OFFER_BURST, OFFER_LIFETIME_MS, OFFERS_PER_SECOND } from "../../protocol/limits.ts";
import type { Connection } from "../connection.ts";
import type { Platform } from "../ports.ts";
import { ParticipantBuckets } from "./participant-buckets.ts";
import { termsInForce } from "./terms.ts";
import type { TurnsHost } from "./turns-host.ts";

export interface HeldOffer {
  readonly keys: OfferKeys;
  /** What was signed with the key. */
  readonly terms: AssistantTerms;
  /** ms since the epoch */
  readonly madeAt: number;
}

export class Offers {
  readonly #platform: Platform;
  readonly #host: TurnsHost;
  /** the oldest first */
  readonly #held = new Map<Connection, readonly HeldOffer[]>();
  readonly #rates = new ParticipantBuckets(OFFERS_PER_SECOND, OFFER_BURST);

  constructor(platform: Platform, host: TurnsHost) {
    this.#platform = platform;
    this.#host = host;
  }

  /** A connection asks for an offer: it gets one a little later, or hears at once why not. */
  ask(connection: Connection, nonce: string, now: number): void {
    const { connections } = this.#host.room();
    const terms = termsInForce(this.#platform.assistant, this.#host.life().record);
    const retryAfterMs = terms.ok ? this.#rates.take(connection.participant, now) : 0;
    if (!terms.ok) connections.tell(connection, errorMessage(terms.code));
    else if (retryAfterMs > 0) connections.tell(connection, errorMessage("rate_limited", { retryAfterMs }));
    else this.#platform.keepAlive(this.#make(connection, nonce, terms.value));
  }

  /** Hands out an offer of this very connection and forgets it; null where there is none that is still good. */
  take(connection: Connection, keyId: string, now: number): HeldOffer | null {
    const held = this.#held.get(connection) ?? [];
    const offer = held.find(({ keys }) => keys.keyId === keyId);
    if (offer === undefined) return null;
    this.#held.set(
      connection,
      held.filter((each) => each !== offer),
    );
    // A clock set back makes no offer older.
    if (now - offer.madeAt < OFFER_LIFETIME_MS) return offer;
    offer.keys.close();
    return null;
  }

  /** The connection is gone, and its offers with it. */
  forget(connection: Connection): void {
    for (const { keys } of this.#held.get(connection) ?? []) keys.close();
    this.#held.delete(connection);
  }

  /** The participant is gone for good. The connections are told of by themselves. */
  forgetParticipant(participant: string): void {
    this.#rates.forget(participant);
  }

  clear(): void {
    for (const connection of [...this.#held.keys()]) this.forget(connection);
    this.#rates.clear();
  }

  // Never rejects. What was asked before the burn, or by a connection that has gone since, makes no offer.
  async #make(connection: Connection, nonce: string, terms: AssistantTerms): Promise<void> {
    const { session } = this.#host.life().record;
    const { resumeHash } = connection.socket.attachment;
    const facts = { session, connection: resumeHash, terms, build: this.#platform.build, nonce };
    const made = await this.#platform.signer.offer(facts).catch(() => null);
    const now = this.#platform.clock();
    // Sending what is queued can end connections, and with the last one the session.
    if (this.#isThere(connection, now)) this.#host.room().flush();
    if (!this.#isThere(connection, now)) made?.keys.close();
    else if (made === null) this.#host.room().connections.drop(connection, "internal");
    else {
      this.#keep(connection, { keys: made.keys, terms, madeAt: now });
      this.#host.room().connections.tell(connection, { type: "offer", offer: made.jws });
    }
  }

  #isThere(connection: Connection, now: number): boolean {
    const isLive = this.#host.life().isLive(now);
    return isLive && this.#host.room().connections.find(connection.socket) === connection;
  }

  /** The oldest goes where there are too many. */
  #keep(connection: Connection, offer: HeldOffer): void {
    const held = [...(this.#held.get(connection) ?? []), offer];
    for (const { keys } of held.splice(0, held.length - MAX_OFFERS)) keys.close();
    this.#held.set(connection, held);
  }
}
