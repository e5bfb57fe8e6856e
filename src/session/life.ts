// The life of one session: its record, its deadlines and its end. Every write goes through `commit`, which
// refuses once the burn began; every event first asks `isLive`, which starts the burn when it is due.
import type { BurnCause, BurnChange, BurnPolicy, Deadlines } from "../protocol/burn-policy.ts";
import { ok, refuse, ServiceError, type Result } from "../protocol/errors.ts";
import { BURN_RETRY_MS } from "../protocol/limits.ts";
import { startBurn, type Burn, type BurnSubject } from "./burn.ts";
import { advancedMark, deadlinesOf, dueCause, leaseBlock, nextWakeAt, type Activity } from "./deadlines.ts";
import type { Platform } from "./ports.ts";
import { parseRecord, type SessionRecord } from "./record.ts";

/** What life needs to know of the room. */
export interface RoomView {
  readonly relayedFrames: number;
  readonly relayedBytes: number;
  readonly connectionCount: number;
  /** Forgets at once what still waits to be sent. Must not throw. */
  stop(): void;
  clear(): void;
}

export class Life {
  readonly #platform: Platform;
  readonly #room: RoomView;
  readonly #stopTurns: () => void;
  #record: SessionRecord | null;
  #burn: Burn | null = null;
  /** The burn began: no work, no write. Stays set when a wipe failed and has to be tried again. */
  #marked = false;
  #lastContentAt: number | null = null;
  #messagesUsed: number;
  /** This memory has seen the session from its creation on. */
  #complete = false;

  /** `stopTurns`: aborts every model call and zeroes what turns hold. Must not throw. */
  constructor(platform: Platform, room: RoomView, stopTurns: () => void) {
    this.#platform = platform;
    this.#room = room;
    this.#stopTurns = stopTurns;
    const stored = platform.storage.read();
    this.#record = stored === undefined ? null : parseRecord(stored);
    // A lost lease counts as used: memory does not know how much of it was.
    this.#messagesUsed = this.#record?.messagesLeased ?? 0;
    // Sockets without a record: a burn was cut off after its wipe. A record that cannot be read cannot be
    // judged. Both end here.
    const orphaned = this.#record === null && (stored !== undefined || platform.sockets.open().length > 0);
    if (orphaned) this.burn("recovered");
  }

  /** The record, while the session lives. Throws `burned` otherwise: ask {@link isLive} first. */
  get record(): SessionRecord {
    if (this.#record === null || this.#marked) throw new ServiceError("burned");
    return this.#record;
  }

  /** True while the session takes work. A deadline that has passed starts the burn here. */
  isLive(now: number): boolean {
    if (this.#marked || this.#record === null) return false;
    const cause = dueCause(this.#record, this.#activity, now);
    if (cause !== null) this.burn(cause);
    return cause === null;
  }

  /** The burn that runs, or one that has to run again because its wipe failed; null while nothing burns. */
  get burning(): Burn | null {
    return this.#marked ? (this.#burn ?? this.burn(this.#record?.burning?.cause ?? "recovered")) : null;
  }

  /** True where there never was a session here, or nothing of it is left. */
  get isBlank(): boolean {
    return this.#record === null && !this.#marked;
  }

  create(record: SessionRecord, now: number): void {
    this.#complete = true;
    this.commit(record, now);
  }

  /** Writes the record, and moves the alarm if the next deadline came closer. */
  commit(record: SessionRecord, now: number, connected = this.#room.connectionCount > 0): void {
    if (this.#marked) throw new ServiceError("burned");
    const wakeAt = nextWakeAt(record, this.#activity, connected, now);
    // An alarm that comes too early only looks and re-arms; moving it later would be a write for nothing.
    const arm = record.alarmAt === null || wakeAt < record.alarmAt;
    this.#record = arm ? { ...record, alarmAt: wakeAt } : record;
    this.#platform.storage.write(this.#record);
    if (arm) this.#platform.storage.setAlarm(wakeAt);
  }

  deadlines(now: number): Deadlines {
    return deadlinesOf(this.record, this.#activity, now);
  }

  /** Counts one content frame, before it is relayed. True if it is the last one that the policy allows. */
  countContent(now: number): boolean {
    const record = this.record;
    const limit = record.burn.messages;
    const mark = advancedMark(record, now);
    const leaseSpent = limit !== null && this.#messagesUsed >= record.messagesLeased;
    this.#lastContentAt = now;
    if (mark !== null || leaseSpent) {
      const leased =
        limit !== null && leaseSpent ? record.messagesLeased + leaseBlock(limit) : record.messagesLeased;
      this.commit(
        {
          ...record,
          activityMark: mark ?? record.activityMark,
          messagesLeased: limit === null ? leased : Math.min(leased, limit),
        },
        now,
      );
    }
    if (limit === null) return false;
    this.#messagesUsed += 1;
    return this.#messagesUsed >= limit;
  }

  /**
   * Puts another policy in force. `set` names the fields that were given: `messages` counts anew when it is.
   * Refuses with `beyond_hard_cap`, or with `deadline_in_past` where the session would have to burn at once.
   */
  changePolicy(burn: BurnPolicy, set: BurnChange, now: number): Result<null> {
    const record = this.record;
    if (record.createdAt + burn.ttl * 1000 > record.hardCapAt) return refuse("beyond_hard_cap");
    const changed: SessionRecord = {
      ...record,
      burn,
      activityMark: this.#knownMark(record, now),
      messagesLeased: set.messages === undefined ? record.messagesLeased : 0,
      emptySince: burn.empty !== null && this.#isDeserted(record) ? (record.emptySince ?? now) : null,
    };
    const messagesUsed = set.messages === undefined ? this.#messagesUsed : 0;
    if (dueCause(changed, { lastContentAt: this.#lastContentAt, messagesUsed }, now) !== null) {
      return refuse("deadline_in_past");
    }
    this.#messagesUsed = messagesUsed;
    this.commit(changed, now);
    return ok(null);
  }

  // The mark ran ahead by the step of the old policy, and without an idle timer none was kept. Memory may know
  // better; if not, nothing comes after now.
  #knownMark({ burn, activityMark }: SessionRecord, now: number): number {
    return this.#lastContentAt ?? (burn.idle === null ? now : Math.min(activityMark, now));
  }

  /** Somebody connects: the `empty` timer stops, and from now on vanished peers are looked for. */
  noticeOccupied(now: number): void {
    const { record } = this;
    if (record.occupied && record.emptySince === null) return;
    this.commit({ ...record, occupied: true, emptySince: null }, now, true);
  }

  /** Nobody is connected any more: from now on the `empty` timer runs. */
  noticeEmpty(now: number): void {
    if (this.#marked || this.#record === null) return;
    const { emptySince, burn } = this.#record;
    if (burn.empty === null || emptySince !== null || !this.#isDeserted(this.#record)) return;
    if (burn.empty === 0) this.burn("empty");
    else this.commit({ ...this.#record, emptySince: now }, now);
  }

  /** The alarm fired: whatever it was armed for, look at the clock and arm it again. */
  rearm(now: number): void {
    this.commit({ ...this.record, alarmAt: null }, now);
  }

  /** Burns the session now. Concurrent calls share one burn. */
  burn(cause: BurnCause): Burn {
    if (this.#burn !== null) return this.#burn;
    this.#marked = true;
    // What is asked or waits to be sent would otherwise go on, or leave, while the wipe is under way.
    this.#stopTurns();
    this.#room.stop();
    const burn = startBurn(this.#platform, this.#subject(), cause);
    this.#burn = burn;
    this.#platform.keepAlive(
      burn.outcome.then(
        () => burn.finished,
        () => {
          this.#retryLater(burn);
        },
      ),
    );
    return burn;
  }

  /** Somebody was here, and nobody is now. */
  #isDeserted(record: SessionRecord): boolean {
    return record.occupied && this.#room.connectionCount === 0;
  }

  get #activity(): Activity {
    return { lastContentAt: this.#lastContentAt, messagesUsed: this.#messagesUsed };
  }

  #subject(): BurnSubject {
    const record = this.#record;
    const { relayedFrames, relayedBytes } = this.#room;
    return {
      facts:
        record === null
          ? null
          : {
              session: record.session,
              createdAt: record.createdAt,
              messages: relayedFrames,
              bytes: relayedBytes,
              complete: this.#complete,
            },
      forget: () => {
        this.#record = null;
        this.#room.clear();
      },
    };
  }

  // The wipe failed. The session stays closed; the mark makes that durable, and the alarm brings us back.
  // This is the only write after the mark, and it is the mark.
  #retryLater(burn: Burn): void {
    this.#burn = null;
    const now = this.#platform.clock();
    const alarmAt = now + BURN_RETRY_MS;
    // The storage that just failed may fail again; then the platform resets the object, and the record, which
    // still stands with its deadlines, brings the burn back.
    try {
      this.#platform.storage.setAlarm(alarmAt);
      if (this.#record === null) return;
      this.#record = { ...this.#record, alarmAt, burning: { cause: burn.cause, at: now } };
      this.#platform.storage.write(this.#record);
    } catch {
      // Nothing is left to try here.
    }
  }
}
