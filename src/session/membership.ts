// Who may be here: invites and members as rows of the record. Functions of their arguments alone, so that two events can never
// interleave within one; the caller writes the returned record before anything is answered.
import { sha256 } from "../crypto/bytes.ts";
import type { Capability } from "../crypto/tokens.ts";
import type { Role } from "../protocol/control.ts";
import { ok, refuse, type Result } from "../protocol/errors.ts";
import { ID_CHARS } from "../protocol/ids.ts";
import { MAX_INVITES } from "../protocol/limits.ts";
import type { Invite, Member, SessionRecord } from "./record.ts";

/** The record after a change, and what the change made or found. */
export interface Changed<T> {
  readonly record: SessionRecord;
  readonly value: T;
}

/** The member that a participant token names, or why it does not count. */
export function findMember(record: SessionRecord, capability: Capability): Result<Member> {
  // Whoever only holds an invite is nobody here yet.
  if (capability.kind === "invite") return refuse("forbidden");
  const member = record.members.find(({ id }) => id === capability.subject);
  return member === undefined ? refuse("removed") : ok(member);
}

/** The open invite that an invite token names, or why it does not count. */
export function findInvite(record: SessionRecord, capability: Capability, now: number): Result<Invite> {
  const invite = record.invites.find(({ id }) => id === capability.subject);
  if (invite === undefined || capability.generation !== record.generation) return refuse("invite_revoked");
  if (now >= invite.expiresAt) return refuse("token_expired");
  return invite.usesLeft > 0 ? ok(invite) : refuse("invite_spent");
}

/**
 * The participant that a join makes. With a secret of the client's own, whoever asks again with the same invite and
 * the same secret is the same participant, for as long as the record lists it; nothing more is kept for that.
 */
export async function joiningAs({ session, subject }: Capability, secret: string): Promise<string> {
  return (await sha256(`ghost.v1 join ${session} ${subject} ${secret}`)).slice(0, ID_CHARS);
}

/** The member that came by this invite as `id` before; null where there is none. */
export function findJoined(record: SessionRecord, { subject }: Capability, id: string): Member | null {
  return record.members.find((member) => member.id === id && member.invite === subject) ?? null;
}

/** Takes one use of an invite for a new participant `id`. */
export function admitMember(
  record: SessionRecord,
  capability: Capability,
  id: string,
  now: number,
): Result<Changed<Member>> {
  const invite = findInvite(record, capability, now);
  if (!invite.ok) return invite;
  if (record.members.length >= record.limits.participants) return refuse("session_full");
  const member: Member = { id, role: invite.value.role, invite: invite.value.id };
  const invites = record.invites.map((each) =>
    each.id === invite.value.id ? { ...each, usesLeft: each.usesLeft - 1 } : each,
  );
  return ok({ record: { ...record, invites, members: [...record.members, member] }, value: member });
}

export interface InviteTerms {
  readonly role: Role;
  readonly uses: number;
  /** ms since the epoch */
  readonly expiresAt: number;
  /** the member who mints it */
  readonly by: string;
}

export function addInvite(
  record: SessionRecord,
  id: string,
  terms: InviteTerms,
  now: number,
): Result<Changed<Invite>> {
  const open = record.invites.filter(({ expiresAt }) => now < expiresAt);
  if (open.length >= MAX_INVITES) return refuse("invites_full");
  const invite: Invite = {
    id,
    role: terms.role,
    usesLeft: terms.uses,
    expiresAt: terms.expiresAt,
    by: terms.by,
  };
  return ok({ record: { ...record, invites: [...open, invite] }, value: invite });
}

export function revokeInvite(record: SessionRecord, id: string): Result<Changed<null>> {
  const invites = record.invites.filter((invite) => invite.id !== id);
  return invites.length === record.invites.length
    ? refuse("invite_unknown")
    : ok({ record: { ...record, invites }, value: null });
}

/** Revokes every invite, whether it is still listed or not. */
export function revokeAllInvites(record: SessionRecord): SessionRecord {
  return { ...record, generation: record.generation + 1, invites: [] };
}

/**
 * Removes a participant and, in the same step, revokes the invite that admitted it and those that it minted:
 * otherwise whoever was shown out could come straight back with one of these links. `value` is that invite's id, if it was still open.
 */
export function removeMember(record: SessionRecord, id: string): Result<Changed<string | null>> {
  const member = record.members.find((each) => each.id === id);
  if (member === undefined) return refuse("participant_unknown");
  const members = record.members.filter((each) => each !== member);
  const invites = record.invites.filter((invite) => invite.id !== member.invite && invite.by !== id);
  const revoked = record.invites.some((invite) => invite.id === member.invite) ? member.invite : null;
  return ok({ record: { ...record, members, invites }, value: revoked });
}

/** A participant leaves for good; the invite stays as it is. */
export function dropMember(record: SessionRecord, id: string): SessionRecord {
  return { ...record, members: record.members.filter((member) => member.id !== id) };
}

/** Whether the burn policy lets this member burn the session now. */
export function mayBurn({ burn }: SessionRecord, { role }: Member): boolean {
  return burn.burnBy === "anyone" || role === "host";
}
