// How a question gets ready to leave: its request is prepared and an offer fetched at the same time, then one is
// encrypted to the other. Every attempt of a turn comes by here; the request is made once.
import type { ErrorCode } from "../../protocol/errors.ts";
import { GhostError, type GhostErrorCode } from "../error.ts";
import { MAX_PAUSE_MS, MAX_TURN_RETRIES, OFFER_TIMEOUT_MS, TURN_RETRY_MS } from "../limits.ts";
import type { SealedRequest } from "./channel-port.ts";
import type { HeldOffer, OfferTaker } from "./offer-desk.ts";
import type { PreparedRequest } from "./request.ts";
import { sealToOffer } from "./seal-to-offer.ts";
import { Timer } from "./timer.ts";
import type { Link, TurnParts } from "./turn-parts.ts";

export interface UploadPorts {
  /** The frames may leave. */
  ready(link: Link, request: PreparedRequest, sealed: SealedRequest): void;
  failed(code: GhostErrorCode): void;
  /** Too long ago was the question asked to try anew by itself. */
  isLate(): boolean;
}

/** An attempt on its way to a connection. */
interface Target {
  readonly link: Link;
  readonly attempt: number;
}

export class Upload implements OfferTaker {
  readonly #parts: TurnParts;
  readonly #ports: UploadPorts;
  readonly #timer: Timer;
  #target: Target | null = null;
  #request: PreparedRequest | null = null;
  /** one that waits for the request */
  #offer: HeldOffer | null = null;
  /** the one that is encrypted to; null once that is of no use any more */
  #sealing: HeldOffer | null = null;
  #retries = 0;
  #closed = false;

  constructor(parts: TurnParts, ports: UploadPorts) {
    this.#parts = parts;
    this.#ports = ports;
    this.#timer = new Timer(parts.environment);
    void this.#prepare();
  }

  /** Makes an attempt ready for a connection, with an offer of its own. */
  begin(link: Link, attempt: number): void {
    this.pause();
    this.#target = { link, attempt };
    const stocked = this.#parts.offers.take(this);
    if (stocked !== null) {
      this.offered(stocked);
      return;
    }
    this.#timer.set(OFFER_TIMEOUT_MS, () => {
      if (this.mayTryAgain()) this.begin(link, attempt);
      else this.#ports.failed("unreachable");
    });
  }

  /** The same a little later. */
  beginLater(link: Link | null, attempt: number, retryAfterMs: number | null): void {
    this.pause();
    if (link === null) return;
    this.#timer.set(Math.min(retryAfterMs ?? TURN_RETRY_MS, MAX_PAUSE_MS), () => {
      this.begin(link, attempt);
    });
  }

  /** The connection is gone, and its offers with it. */
  pause(): void {
    this.#timer.clear();
    this.#target = this.#offer = this.#sealing = null;
  }

  /** The keys of what is held are gone. An offer that is awaited still comes. */
  memoryLost(): void {
    const target = this.#target;
    if (target !== null && (this.#offer ?? this.#sealing) !== null) this.begin(target.link, target.attempt);
  }

  offered(offer: HeldOffer): void {
    if (this.#target === null || this.#sealing !== null) return;
    this.#timer.clear();
    this.#offer = offer;
    void this.#sealWhenReady();
  }

  /** The service does not give an offer: now, or at all. */
  refused(code: ErrorCode, retryAfterMs: number | null): void {
    const target = this.#target;
    if (target === null) return;
    if (code !== "rate_limited" || !this.mayTryAgain()) this.#ports.failed(code);
    else this.beginLater(target.link, target.attempt, retryAfterMs);
  }

  /** Counts a try. There are few, and none long after the question. */
  mayTryAgain(): boolean {
    this.#retries += 1;
    return this.#retries <= MAX_TURN_RETRIES && !this.#ports.isLate();
  }

  /** Zeroes the request. An offer that was not used is left to another question. */
  close(): void {
    this.#closed = true;
    this.#parts.offers.release(this, this.#offer);
    this.pause();
    this.#request?.bytes.fill(0);
    this.#request = null;
  }

  async #prepare(): Promise<void> {
    // Loaded meanwhile; where that fails it is said when it is used.
    void this.#parts.channel().catch(() => undefined);
    try {
      const request = await this.#parts.prepare();
      if (this.#closed) request.bytes.fill(0);
      else this.#request = request;
    } catch (error) {
      this.#ports.failed(error instanceof GhostError ? error.code : "ask_failed");
    }
    await this.#sealWhenReady();
  }

  // Never rejects.
  async #sealWhenReady(): Promise<void> {
    const [target, offer, request] = [this.#target, this.#offer, this.#request];
    if (target === null || offer === null || request === null) return;
    const { link, attempt } = target;
    if (!this.#parts.offers.isFresh(offer)) {
      this.begin(link, attempt);
      return;
    }
    this.#offer = null;
    this.#sealing = offer;
    const { channel, terms, turn } = this.#parts;
    const { secret } = link;
    const sealed = await sealToOffer(channel, {
      ...offer,
      secret,
      terms,
      turn,
      attempt,
      request: request.bytes,
      contents: request.messages.map(({ content }) => content),
    });
    // While that took its time the connection or the turn may have ended, or another offer been asked for.
    if (this.#sealing !== offer) {
      if (sealed.ok) sealed.value.answer.close();
      return;
    }
    this.pause();
    if (sealed.ok) this.#ports.ready(link, request, sealed.value);
    else this.#ports.failed(sealed.code);
  }
}
