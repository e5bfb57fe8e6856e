// Where the answer of one attempt goes: a live connection of whoever asked, or none for a short grace in which the
// same person may come back and take it up. Holds no content.
import { TURN_GRACE_MS } from "../../protocol/limits.ts";
import type { Connection } from "../connection.ts";
import type { Cancel, Platform } from "../ports.ts";

export class Asker {
  readonly participant: string;
  readonly #after: Platform["after"];
  readonly #forsaken: () => void;
  readonly #asked: Connection;
  #connection: Connection | null;
  #grace: Cancel | null = null;

  /** `forsaken`: called once the grace is over and nobody came back. */
  constructor(connection: Connection, after: Platform["after"], forsaken: () => void) {
    this.participant = connection.participant;
    this.#asked = this.#connection = connection;
    this.#after = after;
    this.#forsaken = forsaken;
  }

  /** Null during the grace. */
  get connection(): Connection | null {
    return this.#connection;
  }

  /** The connection that the question came by; null where the answer goes nowhere, or to another one. */
  get origin(): Connection | null {
    return this.#connection === this.#asked ? this.#asked : null;
  }

  /** From now on the answer goes to this connection of the same participant. */
  attach(connection: Connection): void {
    this.#grace?.();
    this.#grace = null;
    this.#connection = connection;
  }

  /** The connection has gone: the grace begins. */
  detach(): void {
    this.#connection = null;
    this.#grace ??= this.#after(TURN_GRACE_MS, this.#forsaken);
  }

  /** The attempt is over: nothing is pending any more. */
  stop(): void {
    this.#grace?.();
    this.#grace = null;
    this.#connection = null;
  }
}
