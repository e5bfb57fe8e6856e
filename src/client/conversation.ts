// What is said inside a session: seals and opens, keeps names, announces itself, and reports what is missing. It
// outlives connections: counters and streams go on over every reconnect and every epoch.
import { toBase64Url, zero } from "../crypto/bytes.ts";
import { readSealHeader, type OpenedFrame, type Seal, type StreamCounter } from "../crypto/seal.ts";
import {
  accountCapacity,
  largestBucket,
  parseContent,
  textCapacity,
  turnPartCapacity,
  type AnnounceContent,
  type Content,
} from "../crypto/seal-content.ts";
import type { TurnPart } from "../crypto/seal-turn-part.ts";
import { CLIENT_RELAY_HEADER_BYTES, type ServerRelay } from "../protocol/frames.ts";
import { MAX_FRAME_BYTES, MIN_FRAME_BYTES } from "../protocol/limits.ts";
import { Announcer, type HeardAnnouncement } from "./announcer.ts";
import type { Environment } from "./environment.ts";
import { GhostError } from "./error.ts";
import type { EventHub } from "./events.ts";
import { Outbox } from "./outbox.ts";
import { Roster } from "./roster.ts";
import { SharedCourses } from "./shared-courses.ts";

/** A message that the service has relayed to everyone connected. */
export interface Delivery {
  readonly state: "relayed";
  /** the message's id, as the others get it */
  readonly id: string;
}

export class Conversation {
  readonly roster = new Roster();
  readonly outbox: Outbox;
  readonly announcer: Announcer;
  readonly #seal: Seal;
  readonly #hub: EventHub;
  readonly #courses = new SharedCourses();
  #frameBytes = MIN_FRAME_BYTES;
  #announceWaits = false;
  #closed = false;

  /** `isCostly`: whether the burn policy counts or times content. */
  constructor(
    environment: Environment,
    seal: Seal,
    hub: EventHub,
    onStall: () => void,
    isCostly: () => boolean,
  ) {
    this.#seal = seal;
    this.#hub = hub;
    this.outbox = new Outbox(environment, seal, onStall);
    this.announcer = new Announcer(environment, isCostly, () => {
      this.#announce();
    });
  }

  setFrameBytes(frameBytes: number): void {
    this.#frameBytes = Math.min(frameBytes, MAX_FRAME_BYTES);
  }

  /** Rejects with `message_too_large`, `queue_full`, `aborted`, `delivery_unknown`, or how the session ended. */
  say(text: string, signal?: AbortSignal): Promise<Delivery> {
    return new Promise((resolve, reject) => {
      const encoded = new TextEncoder().encode(text);
      const bytes = encoded.length;
      zero(encoded);
      if (signal?.aborted === true) throw new GhostError("aborted");
      if (bytes > textCapacity(this.#bucket)) throw new GhostError("message_too_large");
      this.announcer.beforeText();
      let unlisten = (): void => undefined;
      const takeBack = this.outbox.push(
        () => ({ kind: "text", text }),
        bytes + 1,
        (outcome) => {
          unlisten();
          if ("error" in outcome) reject(new GhostError(outcome.error));
          else resolve({ state: "relayed", id: `${this.#seal.stream}.${String(outcome.counter)}` });
        },
      );
      if (takeBack === null) throw new GhostError("queue_full");
      signal?.addEventListener("abort", takeBack);
      unlisten = () => signal?.removeEventListener("abort", takeBack);
    });
  }

  /** bytes of UTF-8 that one part of a shared turn may have */
  get partCapacity(): number {
    return turnPartCapacity(this.#bucket);
  }

  /** Lets the others read a part of a turn. False where the queue is full. */
  share(part: TurnPart): boolean {
    this.announcer.beforeText();
    return (
      this.outbox.push(
        () => part,
        part.text.length + 1,
        () => undefined,
      ) !== null
    );
  }

  /** True where the frame is one of our own that came back in place of its receipt. */
  takeReflected(sealed: Uint8Array): boolean {
    const header = readSealHeader(sealed);
    return header?.stream === this.#seal.stream && this.outbox.confirmReflected(header.counter, sealed);
  }

  /**
   * Opens a frame of somebody else and tells what is in it. Never rejects. `confirmed`: the outbox's last confirmed
   * counter when the frame came; it waited since, and receipts that came behind it did not.
   */
  async hear(frame: ServerRelay, confirmed: number): Promise<void> {
    const opened = await this.#seal.open(frame.sealed);
    if (this.#closed) return;
    if (!opened.ok) {
      this.#hub.emit("dropped", { reason: opened.reason, stream: opened.stream });
      return;
    }
    const { stream, missed, plaintext } = opened;
    this.#tellGap(stream, missed, "order");
    const content = parseContent(plaintext);
    zero(plaintext);
    if (typeof content === "string") this.#hub.emit("dropped", { reason: content, stream });
    else this.#take(content, opened, toBase64Url(frame.sender), confirmed);
  }

  /** Drops keys, names and whatever waits. */
  close(error: GhostError["code"]): void {
    this.#closed = true;
    this.#courses.clear();
    this.announcer.close();
    this.outbox.close(error);
    this.#seal.close();
  }

  get #bucket(): number {
    return largestBucket(this.#frameBytes, CLIENT_RELAY_HEADER_BYTES);
  }

  #take(content: Content, { stream, counter }: OpenedFrame, sender: string, confirmed: number): void {
    if (content.kind === "announce") this.#hearAnnouncement(stream, sender, content, confirmed);
    const participant = this.roster.participantOf(stream);
    if (participant !== null) this.#checkSender(stream, participant, sender);
    if (content.kind === "announce") return;
    this.announcer.noteText();
    const who = {
      stream,
      participant,
      name: this.roster.nameOf(stream),
      self: participant === this.roster.self,
    };
    if (content.kind === "text") {
      this.#hub.emit("message", { id: `${stream}.${String(counter)}`, ...who, text: content.text });
    } else {
      const { of, turn, attempt, index, end, text } = content;
      const complete = this.#courses.take(stream, content);
      this.#hub.emit("turn", { of, turn, attempt, index, end, complete, text, ...who });
    }
  }

  #hearAnnouncement(stream: string, sender: string, content: AnnounceContent, confirmed: number): void {
    const before = this.roster.nameOf(stream);
    this.roster.announce(stream, sender, content);
    this.#checkSender(stream, content.participant, sender);
    // The service gives everyone one order: what this sender had received before announcing came here before.
    for (const account of content.counters) {
      this.#tellGap(account.stream, this.#seal.noteCounter(account), "account");
    }
    if (before !== this.roster.nameOf(stream)) {
      this.#hub.emit("presence", { people: this.roster.people, joined: [], left: [] });
    }
    this.announcer.hear(this.#compare(stream, content, confirmed));
  }

  /** What another one's account has, held against what came here. */
  #compare(sender: string, { fresh: asks, counters }: AnnounceContent, confirmed: number): HeardAnnouncement {
    const theirs = new Map(counters.map(({ stream, counter }) => [stream, counter]));
    const others = this.#account().filter(({ stream }) => stream !== sender);
    // Confirmed before the announcement came, so it stands before it in the service's order. Whoever does not list it
    // never got it, or announced while it was on its way; what was confirmed later nobody could list yet.
    const lacksOwn = (theirs.get(this.#seal.stream) ?? 0) < confirmed;
    return {
      asks,
      lacksOwn,
      // Of a stream that they never heard, an account tells them nothing.
      lacksOthers: others.some(({ stream, counter }) => (theirs.get(stream) ?? Infinity) < counter),
      tellsAll: !lacksOwn && others.every(({ stream, counter }) => (theirs.get(stream) ?? 0) >= counter),
    };
  }

  /** As many received counters as fit into an announcement. */
  #account(): StreamCounter[] {
    const nameBytes = new TextEncoder().encode(this.roster.ownName).length;
    return this.#seal.counters().slice(0, accountCapacity(this.#bucket, nameBytes));
  }

  #checkSender(stream: string, claimed: string, sender: string): void {
    if (this.roster.contradicts(stream, claimed, sender)) {
      this.#hub.emit("mismatch", { stream, claimed, sender });
    }
  }

  #tellGap(stream: string, missed: number, source: "order" | "account"): void {
    if (missed > 0) this.#hub.emit("gap", { stream, name: this.roster.nameOf(stream), missed, source });
  }

  // Made when it is sealed, so that it tells the latest; one that still waits answers every cause.
  #announce(): void {
    if (this.#announceWaits || this.#closed) return;
    this.#announceWaits = true;
    const makeContent = (): Content => {
      this.#announceWaits = false;
      const { self: participant, ownName: name } = this.roster;
      return {
        kind: "announce",
        fresh: this.announcer.take(),
        participant,
        name,
        counters: this.#account(),
      };
    };
    this.outbox.push(makeContent, 0, () => {
      this.#announceWaits = false;
    });
  }
}
