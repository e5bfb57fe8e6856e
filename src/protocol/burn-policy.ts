// When a session burns. One schema for creation, one for PATCH, one for what is shown; all times in whole
// seconds. Operator bounds are checked apart, since they are configuration and not form.
import * as v from "valibot";

const seconds = (least: number) => v.pipe(v.number(), v.safeInteger(), v.minValue(least));
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const burnBy = v.picklist(["host", "anyone"]);

const fields = {
  /** Burns this many seconds after creation. Fixes the hard cap at creation. */
  ttl: seconds(1),
  /** Burns this many seconds after the last content frame; if there was none, after the timer was set. */
  idle: v.nullable(seconds(1)),
  /** Burns this many seconds after the last connection left. 0: at once. */
  empty: v.nullable(seconds(0)),
  /** Burns after this many content messages, counted from when the value was set. */
  messages: v.nullable(count),
  /** Who may burn the session now. */
  burnBy,
};

/** The policy in force, every field present; null means that this timer is off. */
export const BurnPolicySchema = v.strictObject(fields);
/** The burn policy in force; times in seconds, null where a timer is off. */
export type BurnPolicy = v.InferOutput<typeof BurnPolicySchema>;

/** What `POST /v1/sessions` takes and what `PATCH /v1/sessions/:id/burn` takes: any subset. */
export const BurnChangeSchema = v.strictObject({
  ttl: v.optional(fields.ttl),
  idle: v.optional(fields.idle),
  empty: v.optional(fields.empty),
  messages: v.optional(fields.messages),
  burnBy: v.optional(burnBy),
});
/** A change of the burn policy; what is left out stays as it is. Times in seconds, null switches a timer off. */
export type BurnChange = v.InferOutput<typeof BurnChangeSchema>;

/** Why a session burned. */
export const BURN_CAUSES = ["ttl", "idle", "empty", "messages", "asked", "recovered"] as const;
/** Why a session burned; `recovered`: an object woke without its record, or could not read it. */
export type BurnCause = (typeof BURN_CAUSES)[number];

/** A whole number that every language reads exactly. */
const whole = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/** Instants in milliseconds since 1970-01-01T00:00:00Z by the service's clock; null where no such timer runs. */
export const DeadlinesSchema = v.strictObject({
  /** The service's clock when this was made: a client shows time left as `burnsAt - now`. */
  now: whole,
  /** The earliest of the instants below. */
  burnsAt: whole,
  /** No change of the policy can move the burn past this. */
  hardCapAt: whole,
  ttlAt: whole,
  /** Moves with every content frame; may burn later by one step, see docs/spec.md. */
  idleAt: v.nullable(whole),
  /** Set while nobody is connected. */
  emptyAt: v.nullable(whole),
  /** Content messages until the burn. */
  messagesLeft: v.nullable(whole),
});
export type Deadlines = v.InferOutput<typeof DeadlinesSchema>;
