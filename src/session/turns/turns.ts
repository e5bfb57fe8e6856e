// All that concerns the assistant in one session: offers, requests on their way in, answers on their way out. Its
// whole state is in memory. From the burn's mark on nothing of it is left and nothing of it leaves.
import { toBase64Url } from "../../crypto/bytes.ts";
import { parseRequestFrame, type RecordPlace } from "../../protocol/channel-frames.ts";
import { errorMessage, type ClientControl, type ServerControl } from "../../protocol/control.ts";
import { ERRORS, type ErrorCode } from "../../protocol/errors.ts";
import { RESUMED_BURST_BYTES, RESUMED_BYTES_PER_SECOND } from "../../protocol/limits.ts";
import type { Connection } from "../connection.ts";
import type { Platform } from "../ports.ts";
import { keyOf, type AttemptName } from "./attempt-name.ts";
import { Attempts } from "./attempts.ts";
import { Intake } from "./intake.ts";
import { Offers } from "./offers.ts";
import { ParticipantBuckets } from "./participant-buckets.ts";
import { RefusedUploads } from "./refused-uploads.ts";
import { RunningTurn, type Verified } from "./running-turn.ts";
import type { TurnsHost } from "./turns-host.ts";
import { Upload } from "./upload.ts";

/**
 * What became of a frame. `taken`: it belongs to an upload, which answers for it. Everything else belongs to nothing
 * and is charged to its sender: silently (`ignored`), or with a refusal.
 */
export type Received = "taken" | "ignored" | ErrorCode;

export type TurnControl = Extract<
  ClientControl,
  { type: "offer" | "turn_cancel" | "turn_resume" | "turn_done" }
>;

export class Turns {
  readonly #platform: Platform;
  readonly #host: TurnsHost;
  readonly #offers: Offers;
  readonly #attempts = new Attempts();
  readonly #refused = new RefusedUploads();
  readonly #intake: Intake;
  readonly #resumed = new ParticipantBuckets(RESUMED_BYTES_PER_SECOND, RESUMED_BURST_BYTES);

  constructor(platform: Platform, host: TurnsHost) {
    this.#platform = platform;
    this.#host = host;
    this.#offers = new Offers(platform, host);
    this.#intake = new Intake(platform, host, {
      offers: this.#offers,
      attempts: this.#attempts,
      refused: this.#refused,
      run: (verified, last) => {
        this.#run(verified, last);
      },
      forsaken: (name) => {
        this.#forsaken(name);
      },
      refuse: (connection, name, code) => {
        this.refuse(connection, name, code);
      },
    });
  }

  /** bytes that uploads and answers hold */
  get bytes(): number {
    return this.#attempts.bytes;
  }

  /** A control message of a live connection. */
  control(connection: Connection, message: TurnControl, now: number): void {
    switch (message.type) {
      case "offer":
        this.#offers.ask(connection, message.nonce, now);
        return;
      case "turn_cancel":
        this.#cancel(connection, nameOf(connection, message));
        return;
      case "turn_resume":
        this.#resume(connection, nameOf(connection, message), message.index);
        return;
      case "turn_done":
        this.#done(nameOf(connection, message));
        return;
    }
  }

  /** A frame of the channel whose header could be read. Copies what it keeps. */
  receive(connection: Connection, bytes: Uint8Array, place: RecordPlace, now: number): Received {
    if (this.#host.life().record.assistant === null) return "assistant_absent";
    const name = nameOf(connection, { turn: toBase64Url(place.turn), attempt: place.attempt });
    const attempt = this.#attempts.find(name);
    const frame = parseRequestFrame(bytes.slice());
    if (attempt instanceof Upload && attempt.asker.connection === connection && !attempt.received) {
      if (frame.ok) attempt.take(frame.value);
      else attempt.fail("turn_invalid");
      return "taken";
    }
    if (place.index > 0 && this.#refused.takes(connection, keyOf(name))) return "taken";
    if (!frame.ok) {
      this.#intake.unreadable(connection, name, bytes, now);
      return frame.code === "bad_frame" ? "turn_invalid" : frame.code;
    }
    if (frame.value.start !== null)
      return this.#intake.start(connection, name, frame.value, frame.value.start, now);
    return attempt === undefined ? "turn_unknown" : "ignored";
  }

  /** Tells that an attempt was refused. */
  refuse(connection: Connection, { turn, attempt }: Omit<AttemptName, "participant">, code: ErrorCode): void {
    const { retryable } = ERRORS[code];
    this.#tell(connection, { type: "turn_refused", turn, attempt, code, retryable });
  }

  /** The connection has gone. Its offers go with it, what can be resumed waits for a while. Sends nothing. */
  lost(connection: Connection): void {
    this.#offers.forget(connection);
    this.#refused.forget(connection);
    for (const attempt of this.#attempts.all) {
      if (attempt.asker.connection !== connection) continue;
      if (attempt instanceof RunningTurn) attempt.lost();
      else if (attempt.received) attempt.asker.detach();
      else this.#attempts.drop([attempt]);
    }
  }

  /** The participant may not be here any more: what was asked for them stops at once. */
  dropParticipant(participant: string): void {
    this.#attempts.drop(this.#attempts.all.filter(({ name }) => name.participant === participant));
    this.#offers.forgetParticipant(participant);
    this.#resumed.forget(participant);
  }

  /** The burn's mark: every model call is aborted, every buffer zeroed, every key dropped. Does not throw. */
  stop(): void {
    this.#attempts.drop();
    this.#offers.clear();
    this.#refused.clear();
    this.#resumed.clear();
  }

  /** `last`: no model is asked any more. */
  #run(verified: Verified, last: boolean): void {
    const turn: RunningTurn = new RunningTurn(verified, {
      platform: this.#platform,
      assistant: this.#platform.assistant,
      isLive: () => this.#isLive(),
      kept: () => {
        this.#attempts.holdKept();
      },
      payForResume: (bytes) => this.#resumed.take(verified.name.participant, this.#platform.clock(), bytes),
      send: (connection, messages) => {
        this.#send(connection, messages);
      },
      over: (to, code) => {
        this.#attempts.delete(turn);
        if (to !== null) this.refuse(to, turn.name, code);
      },
    });
    this.#attempts.set(turn);
    const { connection } = turn.asker;
    // Told in any case: counting it may be what ends the session.
    if (connection !== null) this.#host.room().connections.tell(connection, acceptedMessage(turn.name));
    if (last) {
      this.#host.room().flush();
      this.#host.life().burn("messages");
      return;
    }
    this.#tellCounted(turn.asker.origin);
    turn.start();
  }

  /**
   * Content moves the deadlines. Who did not hear `turn_accepted` heard nothing to count by, and who hears it on another
   * connection than it asked on cannot know whether that one's welcome had it counted.
   */
  #tellCounted(asker: Connection | null): void {
    const room = this.#host.room();
    // What is queued was counted before, and is counted by whoever hears it: it must come first.
    room.flush();
    if (!this.#isLive()) return;
    const { burn } = this.#host.life().record;
    if (burn.idle === null && burn.messages === null) return;
    const deadlines = this.#host.life().deadlines(this.#platform.clock());
    room.connections.tellOthers(asker, { type: "deadlines", burn, deadlines });
  }

  #forsaken(name: AttemptName): void {
    const attempt = this.#attempts.find(name);
    if (attempt !== undefined) this.#attempts.drop([attempt]);
  }

  #cancel(connection: Connection, name: AttemptName): void {
    const attempt = this.#attempts.find(name);
    if (attempt instanceof RunningTurn) attempt.cancel();
    else {
      if (attempt !== undefined) this.#attempts.drop([attempt]);
      if (attempt?.received === false) this.#refused.note(connection, keyOf(name));
      this.refuse(connection, name, "turn_unknown");
    }
  }

  #resume(connection: Connection, name: AttemptName, index: number): void {
    const attempt = this.#attempts.find(name);
    const retryAfterMs =
      attempt instanceof RunningTurn ? attempt.resume(connection, index, acceptedMessage(name)) : null;
    if (retryAfterMs !== null) {
      if (retryAfterMs > 0) this.#tell(connection, errorMessage("rate_limited", { retryAfterMs }));
      return;
    }
    if (attempt instanceof Upload && attempt.received && index === 0) {
      attempt.asker.attach(connection);
      return;
    }
    if (attempt !== undefined) this.#attempts.drop([attempt]);
    this.refuse(connection, name, "turn_unknown");
  }

  #done(name: AttemptName): void {
    const attempt = this.#attempts.find(name);
    if (attempt instanceof RunningTurn && attempt.finished) this.#attempts.drop([attempt]);
  }

  #tell(connection: Connection, message: ServerControl): void {
    this.#send(connection, [JSON.stringify(message)]);
  }

  // What leaves because time passed has asked nobody yet whether the session still lives.
  #send(connection: Connection, messages: readonly (string | Uint8Array<ArrayBuffer>)[]): void {
    if (this.#isLive()) this.#host.room().connections.send({ to: [connection], messages });
  }

  #isLive(): boolean {
    return this.#host.life().isLive(this.#platform.clock());
  }
}

function nameOf(
  { participant }: Connection,
  { turn, attempt }: Pick<AttemptName, "turn" | "attempt">,
): AttemptName {
  return { participant, turn, attempt };
}

function acceptedMessage({ turn, attempt }: AttemptName): ServerControl {
  return { type: "turn_accepted", turn, attempt };
}
