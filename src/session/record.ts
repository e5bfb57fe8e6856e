// The one small record that storage holds: what authorisation, policy and burn decisions need, so that
// nothing fails open after a memory loss. It holds no content, no name, no key, no address; docs/spec.md
// lists its fields. Changing a field's meaning needs a new version.
import * as v from "valibot";
import { AssistantChoiceSchema } from "../protocol/assistant.ts";
import { JurisdictionSchema } from "../protocol/api.ts";
import { BURN_CAUSES, BurnPolicySchema } from "../protocol/burn-policy.ts";
import { RoleSchema, SessionLimitsSchema } from "../protocol/control.ts";
import { IdSchema } from "../protocol/ids.ts";

export const RECORD_VERSION = 1;

/** An invite that is not listed was revoked; a spent one stays until it expires, so that its holder is told. */
const InviteSchema = v.strictObject({
  id: IdSchema,
  role: RoleSchema,
  usesLeft: v.number(),
  /** ms since the epoch */
  expiresAt: v.number(),
  /** the member who minted it: it goes when that member is shown out */
  by: IdSchema,
});
export type Invite = v.InferOutput<typeof InviteSchema>;

/** A participant who is not listed left or was removed, and the token is refused. */
const MemberSchema = v.strictObject({
  id: IdSchema,
  role: RoleSchema,
  /** the invite that admitted this participant; null for the creator */
  invite: v.nullable(IdSchema),
});
export type Member = v.InferOutput<typeof MemberSchema>;

const RecordSchema = v.strictObject({
  version: v.literal(RECORD_VERSION),
  session: v.string(),
  createdAt: v.number(),
  hardCapAt: v.number(),
  jurisdiction: v.nullable(JurisdictionSchema),
  /** The model and the least that its provider must promise. A record from before there were assistants has none. */
  assistant: v.optional(v.nullable(AssistantChoiceSchema), null),
  burn: BurnPolicySchema,
  limits: SessionLimitsSchema,
  /** No content frame was relayed after this instant; up to one step ahead of the last (see deadlines.ts). */
  activityMark: v.number(),
  /** Content messages paid for out of `burn.messages`; memory knows how many of them were really used. */
  messagesLeased: v.number(),
  /** Somebody has been connected at least once. */
  occupied: v.boolean(),
  /** When the last connection was seen to be gone; null while somebody is connected. */
  emptySince: v.nullable(v.number()),
  /** Invites of an older generation are revoked. */
  generation: v.number(),
  invites: v.array(InviteSchema),
  members: v.array(MemberSchema),
  /** When the alarm is armed for; null once it fired. */
  alarmAt: v.nullable(v.number()),
  /** Set only where a burn began and its wipe failed: whoever wakes next finishes it. */
  burning: v.nullable(v.strictObject({ cause: v.picklist(BURN_CAUSES), at: v.number() })),
});
export type SessionRecord = Readonly<v.InferOutput<typeof RecordSchema>>;

/** Null where the stored value is not a record of this version: such a session cannot be judged and burns. */
export function parseRecord(stored: unknown): SessionRecord | null {
  const parsed = v.safeParse(RecordSchema, stored);
  return parsed.success ? parsed.output : null;
}
