// When to say who one is and what one has received. An announcement is content to the service: it counts towards
// `messages` and moves `idle`. So none leaves that brings nothing new, and where nobody speaks nothing leaves at all.
import { randomShare, type Environment } from "./environment.ts";
import { ANNOUNCE_DELAY_MS } from "./limits.ts";

/** What somebody else's announcement means for one's own. */
export interface HeardAnnouncement {
  /** it asks for whatever its sender lacks */
  readonly asks: boolean;
  /** its sender lacks frames of one's own stream, and with them perhaps one's name */
  readonly lacksOwn: boolean;
  /** its sender lacks frames of somebody else */
  readonly lacksOthers: boolean;
  /** one's own would tell nothing about received frames that it does not tell */
  readonly tellsAll: boolean;
}

export class Announcer {
  readonly #environment: Environment;
  readonly #isCostly: () => boolean;
  readonly #announce: () => void;
  #cancelTimer: (() => void) | null = null;
  /** somebody waits for one's name: nobody else can tell it */
  #mustTell = false;
  #asks = false;
  /** texts were sent or heard since the last account of them */
  #spoken = false;
  /** an exchange is due as soon as somebody speaks */
  #waitsForText = false;
  #closed = false;

  /** `isCostly`: whether the burn policy counts or times content. */
  constructor(environment: Environment, isCostly: () => boolean, announce: () => void) {
    this.#environment = environment;
    this.#isCostly = isCostly;
    this.#announce = announce;
  }

  /** First thing on a new stream. */
  introduce(): void {
    this.#asks = true;
    this.#now();
  }

  /** One's name has to be told, together with whatever else asks for an announcement within a moment. */
  tell(delayMs?: number): void {
    this.#mustTell = true;
    this.#soon(delayMs);
  }

  /** A text is about to leave: who speaks comes before what is said, where somebody still waits to hear it. */
  beforeText(): void {
    if (this.#cancelTimer !== null && this.#mustTell) this.#now();
    this.noteText();
  }

  /** A text was sent or heard. */
  noteText(): void {
    this.#spoken = true;
    if (!this.#waitsForText) return;
    this.#waitsForText = false;
    this.#soon();
  }

  /** The service lost its memory, on a connection that goes on. Where nobody spoke, nothing was lost with it. */
  noteEpoch(): void {
    if (this.#spoken) this.#exchange();
  }

  /** A resume was not recovered: what was missed only the others can tell. */
  noteNotRecovered(): void {
    this.#asks = true;
    this.#exchange();
  }

  /** Somebody else announced. */
  hear({ asks, lacksOwn, lacksOthers, tellsAll }: HeardAnnouncement): void {
    if (asks && lacksOwn) this.tell();
    else if (asks && lacksOthers) this.#soon();
    if (!tellsAll || this.#mustTell || this.#asks) return;
    this.#spoken = this.#waitsForText = false;
    this.#stopTimer();
  }

  /** An announcement is being sealed. Answers whether it asks; whatever asked for it is settled. */
  take(): boolean {
    const asks = this.#asks;
    this.#asks = this.#mustTell = this.#spoken = this.#waitsForText = false;
    return asks;
  }

  close(): void {
    this.#closed = true;
    this.#stopTimer();
  }

  // A reconnect or a wake-up must not keep a session alive in which nobody says anything.
  #exchange(): void {
    if (this.#isCostly()) this.#waitsForText = true;
    else this.#soon();
  }

  #soon(delayMs = randomShare(this.#environment) * ANNOUNCE_DELAY_MS): void {
    if (this.#closed) return;
    this.#cancelTimer ??= this.#environment.after(delayMs, () => {
      this.#now();
    });
  }

  #now(): void {
    this.#stopTimer();
    if (!this.#closed) this.#announce();
  }

  #stopTimer(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
  }
}
