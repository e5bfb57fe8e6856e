// When a session burns: pure arithmetic over the record and what memory knows. Every event asks here; the
// alarm is only the wake-up call.
import type { BurnCause, BurnPolicy, Deadlines } from "../protocol/burn-policy.ts";
import {
  EMPTY_CHECK_MS,
  IDLE_STEP_DIVISOR,
  MESSAGE_LEASE_DIVISOR,
  MIN_IDLE_STEP_MS,
} from "../protocol/limits.ts";
import type { SessionRecord } from "./record.ts";

/** What this memory lifetime knows better than the record. */
export interface Activity {
  /** ms since the epoch of the last content frame; null if none came in this lifetime. */
  readonly lastContentAt: number | null;
  /** Content messages counted against `burn.messages`. */
  readonly messagesUsed: number;
}

/** All instants, for showing and for arming. */
export function deadlinesOf(record: SessionRecord, activity: Activity, now: number): Deadlines {
  const { burn, hardCapAt } = record;
  const ttlAt = Math.min(record.createdAt + burn.ttl * 1000, hardCapAt);
  const idleAt =
    burn.idle === null
      ? null
      : Math.min((activity.lastContentAt ?? record.activityMark) + burn.idle * 1000, hardCapAt);
  const emptyAt =
    burn.empty === null || record.emptySince === null
      ? null
      : Math.min(record.emptySince + burn.empty * 1000, hardCapAt);
  return {
    now,
    burnsAt: Math.min(ttlAt, idleAt ?? Infinity, emptyAt ?? Infinity),
    hardCapAt,
    ttlAt,
    idleAt,
    emptyAt,
    messagesLeft: burn.messages === null ? null : Math.max(0, burn.messages - activity.messagesUsed),
  };
}

/** The cause for which the session must burn now, or null. */
export function dueCause(record: SessionRecord, activity: Activity, now: number): BurnCause | null {
  if (record.burning !== null) return record.burning.cause;
  const { ttlAt, idleAt, emptyAt, messagesLeft } = deadlinesOf(record, activity, now);
  if (now >= ttlAt) return "ttl";
  if (idleAt !== null && now >= idleAt) return "idle";
  if (emptyAt !== null && now >= emptyAt) return "empty";
  return messagesLeft === 0 ? "messages" : null;
}

/** When to wake up next. `connected`: whether anybody is, since vanished peers send no event. */
export function nextWakeAt(
  record: SessionRecord,
  activity: Activity,
  connected: boolean,
  now: number,
): number {
  const { burnsAt } = deadlinesOf(record, activity, now);
  return record.burn.empty !== null && connected ? Math.min(burnsAt, now + EMPTY_CHECK_MS) : burnsAt;
}

/**
 * Activity mark after a content frame at `now`, or null where the stored one still covers it. The mark runs
 * ahead of the frame by one step: after a memory loss an idle session then burns late by at most that step,
 * and never early, at one write per step.
 */
export function advancedMark(record: SessionRecord, now: number): number | null {
  if (record.burn.idle === null || now <= record.activityMark) return null;
  return now + Math.max(MIN_IDLE_STEP_MS, (record.burn.idle * 1000) / IDLE_STEP_DIVISOR);
}

/** Size of the next leased block of content messages; at least one. */
export function leaseBlock(limit: number): number {
  return Math.max(1, Math.floor(limit / MESSAGE_LEASE_DIVISOR));
}

/** The policy that holds after a change; absent fields stay. */
export function mergePolicy(
  policy: BurnPolicy,
  change: Partial<Record<keyof BurnPolicy, unknown>>,
): BurnPolicy {
  const set = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
  return { ...policy, ...set };
}
