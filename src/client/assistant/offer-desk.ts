// Offers for the questions of one connection. One is asked for while a question is still being prepared, so that nobody
// waits for it, and one may be fetched ahead. At most one is in stock; none is ever asked for by itself, none outlives its
// connection, or the time after which the object may have forgotten its keys.
import { decodeJwt } from "jose";
import { toBase64Url } from "../../crypto/bytes.ts";
import type { ErrorCode } from "../../protocol/errors.ts";
import { NONCE_BYTES } from "../../protocol/ids.ts";
import type { Environment } from "../environment.ts";
import { OFFER_FRESH_MS, OFFER_TIMEOUT_MS } from "../limits.ts";
import type { Link } from "./turn-parts.ts";

/** An offer as it came; whoever uses it verifies everything. */
export interface HeldOffer {
  readonly jws: string;
  /** what it was asked for with, 32 bytes */
  readonly nonce: Uint8Array;
  /** monotonic ms */
  readonly heldSinceMs: number;
}

/** Who asked for an offer. */
export interface OfferTaker {
  offered(offer: HeldOffer): void;
  refused(code: ErrorCode, retryAfterMs: number | null): void;
}

interface Awaited {
  readonly nonce: Uint8Array;
  /** monotonic ms */
  readonly askedAtMs: number;
  /** null: it goes into stock */
  taker: OfferTaker | null;
}

export class OfferDesk {
  readonly #environment: Environment;
  #link: Link | null = null;
  #awaited: Awaited[] = [];
  #stock: HeldOffer | null = null;

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  /** Offers are bound to their connection: what there was is worth nothing on this one. */
  attach(link: Link): void {
    this.detach();
    this.#link = link;
  }

  detach(): void {
    this.#link = null;
    this.#awaited = [];
    this.#stock = null;
  }

  /** The keys of what is in stock are gone. What is awaited is on its way still: asking for it woke the object. */
  memoryLost(): void {
    this.#stock = null;
  }

  /** The one in stock, or null: then the taker is told once one has come. What it awaited before it does not get. */
  take(taker: OfferTaker): HeldOffer | null {
    this.#forgetOld();
    this.#awaited = this.#awaited.filter((each) => each.taker !== taker);
    const stock = this.#stock;
    this.#stock = null;
    if (stock !== null) return stock;
    const free = this.#awaited.find((each) => each.taker === null);
    if (free === undefined) this.#ask(taker);
    else free.taker = taker;
    return null;
  }

  /** The taker needs none any more: neither one that is on its way nor `held`. Another question may. */
  release(taker: OfferTaker, held: HeldOffer | null): void {
    for (const each of this.#awaited) if (each.taker === taker) each.taker = null;
    if (held !== null) this.#keep(held);
  }

  /** Fetches one ahead, unless there is one or one is on its way. */
  stockUp(): void {
    this.#forgetOld();
    if (this.#stock === null && this.#awaited.length === 0) this.#ask(null);
  }

  /** Whether the object still has its keys, as far as can be known. */
  isFresh({ heldSinceMs }: HeldOffer): boolean {
    return this.#environment.monotonicMs() - heldSinceMs < OFFER_FRESH_MS;
  }

  /** An offer came. The nonce only tells whose it is. */
  hear(jws: string): void {
    const nonce = nonceOf(jws);
    const awaited = this.#awaited.find((each) => toBase64Url(each.nonce) === nonce);
    if (awaited === undefined) return;
    this.#awaited = this.#awaited.filter((each) => each !== awaited);
    const offer = { jws, nonce: awaited.nonce, heldSinceMs: this.#environment.monotonicMs() };
    if (awaited.taker === null) this.#keep(offer);
    else awaited.taker.offered(offer);
  }

  /** The service gives no offer and does not say which. Returns who awaits one, and awaits no more. */
  refused(): OfferTaker[] {
    const takers = this.#awaited.flatMap(({ taker }) => taker ?? []);
    this.#awaited = [];
    return takers;
  }

  #keep(offer: HeldOffer): void {
    if (this.#link !== null && this.#stock === null && this.isFresh(offer)) this.#stock = offer;
  }

  #ask(taker: OfferTaker | null): void {
    if (this.#link === null) return;
    const nonce = this.#environment.randomBytes(NONCE_BYTES);
    this.#awaited.push({ nonce, askedAtMs: this.#environment.monotonicMs(), taker });
    this.#link.send(JSON.stringify({ type: "offer", nonce: toBase64Url(nonce) }));
  }

  #forgetOld(): void {
    const now = this.#environment.monotonicMs();
    this.#awaited = this.#awaited.filter(({ askedAtMs }) => now - askedAtMs < OFFER_TIMEOUT_MS);
    if (this.#stock !== null && !this.isFresh(this.#stock)) this.#stock = null;
  }
}

function nonceOf(jws: string): unknown {
  try {
    return decodeJwt(jws)["nonce"];
  } catch {
    return null;
  }
}
