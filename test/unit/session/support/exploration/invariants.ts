// What must hold in every state that the exploration reaches. Each check is named for the rules of
// docs/spec.md that it stands for and says nothing about how the session keeps them.
import { FRAME } from "../../../../../src/protocol/frames.ts";
import { parseRecord, type SessionRecord } from "../../../../../src/session/record.ts";
import type { Answer } from "../answer.ts";
import { isBurnOutcome, type Oracle } from "./oracle.ts";

const RECORD_KEYS =
  "activityMark alarmAt assistant burn burning createdAt emptySince generation hardCapAt invites jurisdiction limits " +
  "members messagesLeased occupied session version";
const INVITE_KEYS = "by expiresAt id role usesLeft";
const MEMBER_KEYS = "id invite role";
const ATTACHMENT_KEYS = "connectedAt participant resumeHash role";
/** The alarm looks for vanished peers at least so often (LIFE5). */
const CHECK_EVERY_MS = 60_000;
/** A failed wipe is tried again after so long. */
const RETRY_AFTER_MS = 1_000;

export class Violation extends Error {
  override readonly name = "Violation";
  readonly rule: string;
  constructor(rule: string, detail: string) {
    super(`${rule}: ${detail}`);
    this.rule = rule;
  }
}

/** What an event was, as far as the invariants care. */
export interface Step {
  /** The session itself ran, and got to its end. */
  readonly asked: boolean;
  readonly answer: Answer<unknown> | null;
  /** The event carried faults. */
  readonly faulty: boolean;
  /** Port writes before the event. */
  readonly writesBefore: number;
  /** The session was gone before the event. */
  readonly goneBefore: boolean;
  /** Its burn had begun before the event. */
  readonly closedBefore: boolean;
}

export function checkState(oracle: Oracle, step: Step): void {
  const { chat } = oracle;
  const { world } = chat;
  checkTraces(oracle);
  const { record } = chat;
  if (record === undefined) checkGone(oracle, step);
  else {
    must(!oracle.gone, "END6 a burned session came back", world.disk.text);
    checkRecord(oracle, record);
    checkAccess(oracle, record);
    checkDeadlines(oracle, record, step);
    checkCounts(oracle, record, step);
  }
  if (step.goneBefore || step.closedBefore) checkTouch(oracle, step);
}

/** What the session has done to the world so far. */
export function checkTraces(oracle: Oracle): void {
  const { writesAfterMark, escaped } = oracle.chat.world;
  must(writesAfterMark.length === 0, "END2 write after the mark", writesAfterMark.join());
  must(escaped.length === 0, "RULE2 error escaped", String(escaped[0]));
  checkRest(oracle);
  checkClients(oracle);
  checkStatements(oracle);
}

function checkRest({ chat }: Oracle): void {
  const { platform } = chat.world;
  if (platform === null || platform.pinned > 0) return;
  const timers = platform.waits.length + platform.turns.length;
  must(timers === 0, "LIFE10 a timer is pending at rest", String(timers));
}

function checkGone(oracle: Oracle, { faulty }: Step): void {
  const { world } = oracle.chat;
  if (world.platform !== null && world.platform.pinned > 0) return;
  if (oracle.createdAt === 0) {
    must(world.disk.keys === 0, "RULE4 something was stored without a session", String(world.disk.keys));
    return;
  }
  if (!faulty) must(world.disk.alarmAt === null, "END6 an alarm is armed after the burn", "");
  must(world.platform?.wipe !== "began", "END1 the instance was not evicted", "");
}

function checkTouch({ chat }: Oracle, { answer, writesBefore, goneBefore }: Step): void {
  if (goneBefore) must(chat.world.writes === writesBefore, "END6 a touch of a burned session wrote", "");
  const value = answer?.left === true ? (answer.value as { ok?: boolean; code?: string } | undefined) : null;
  if (value?.ok === undefined || isBurnOutcome(answer)) return;
  const refused = value.code === "burned" || value.code === "unavailable";
  must(refused, "END2 a burned session answered", value.code ?? "ok");
}

function checkClients({ chat, gone }: Oracle): void {
  const { world } = chat;
  for (const client of world.clients) {
    const burned = client.told("burned").length;
    must(burned <= 1, "END6 burned was told twice", client.participant);
    if (burned === 1) {
      // A crash can come between the word and the close.
      const cutOff = client.closed === null || (client.closed.code === 1006 && world.evictions === 0);
      must(cutOff || client.closed?.code === 4410, "END6 closed otherwise", String(client.closed?.code));
      must(client.told().at(-1)?.type === "burned", "END6 something followed burned", "");
    }
    must(client.closed?.code !== 4410 || burned === 1, "END6 closed as burned without a word", "");
    const keys = Object.keys(client.attachment).sort().join(" ");
    must(keys === ATTACHMENT_KEYS, "RULE1 attachment", keys);
    must(!hasSecret(world.secrets, JSON.stringify(client.attachment)), "RULE1 secret in an attachment", "");
    if (gone && world.evictions > 0) {
      must(client.closed?.code !== 1006 || client.lostEarlier, "END1 closed without a code", "");
      const left = client.handedOver.filter((bytes) => bytes[0] === FRAME.relay);
      must(left.length === 0, "END1 a relayed buffer was not zeroed", String(left.length));
    }
  }
}

function checkStatements(oracle: Oracle): void {
  for (const facts of oracle.chat.world.statements) {
    const { messages, complete, storageKeys } = facts;
    must(storageKeys === 0, "STMT1 keys left in storage", String(storageKeys));
    must(!complete || messages === oracle.acceptedEver, "STMT2 inexact count", String(messages));
    must(messages <= oracle.acceptedEver, "STMT2 not a lower bound", String(messages));
    must(facts.burnedAt >= oracle.createdAt, "STMT1 burned before it was created", "");
  }
}

function checkRecord({ chat, hardCapAt, createdAt }: Oracle, record: SessionRecord): void {
  const { world } = chat;
  must(parseRecord(record) !== null, "RULE1 record does not parse", world.disk.text);
  must(keysOf(record) === RECORD_KEYS, "RULE1 record keys", keysOf(record));
  for (const invite of record.invites) must(keysOf(invite) === INVITE_KEYS, "RULE1 invite", keysOf(invite));
  for (const member of record.members) must(keysOf(member) === MEMBER_KEYS, "RULE1 member", keysOf(member));
  const { text } = world.disk;
  const leaks = text.includes("CANARY") || text.includes("TOKEN") || hasSecret(world.secrets, text);
  must(!leaks, "RULE1 content, token or secret in the record", text);
  must(record.hardCapAt === hardCapAt, "RULE6 the hard cap moved", String(record.hardCapAt));
  must(record.createdAt === createdAt, "RULE6 the creation moved", String(record.createdAt));
}

function checkAccess(oracle: Oracle, record: SessionRecord): void {
  const { invite, removed, revoked } = oracle;
  for (const id of removed) {
    must(!record.members.some((member) => member.id === id), "INV4 a removed participant is back", id);
  }
  const listed = record.invites.find(({ id }) => id === invite?.id);
  if (invite === null) return;
  const { welcomed } = oracle;
  must(welcomed <= invite.uses, "INV1 more welcomes than uses", String(welcomed));
  if (revoked) must(listed === undefined, "INV2 a revoked invite is back", invite.id);
  else {
    must(listed !== undefined, "INV3 an invite that was answered is lost", invite.id);
    must((listed?.usesLeft ?? 0) <= invite.uses - welcomed, "INV3 a use was lost", String(listed?.usesLeft));
    must((listed?.usesLeft ?? 0) >= 0, "INV1 used more often than allowed", "");
  }
}

function checkDeadlines(oracle: Oracle, record: SessionRecord, { asked }: Step): void {
  const { world } = oracle.chat;
  const { disk, now, platform } = world;
  if (platform !== null && platform.pinned > 0) return;
  const { idle, empty, ttl } = record.burn;
  const ttlAt = Math.min(record.createdAt + ttl * 1000, record.hardCapAt);
  // After a memory loss the alarm may stand where the mark put it, a step late, even where memory knows better.
  const slack = oracle.complete ? 0 : oracle.idleSlackMs;
  const latestMark = oracle.contentAt + slack;
  const mark = Math.min(latestMark, oracle.complete ? Infinity : record.activityMark);
  const idleAt = idle === null ? Infinity : mark + idle * 1000;
  const emptyAt = empty === null || record.emptySince === null ? Infinity : record.emptySince + empty * 1000;
  // A wipe that failed is tried again soon, even where the mark could not be written either.
  const retrying = record.burning !== null || oracle.wipeFailed;
  const earliest = Math.min(ttlAt, idleAt, emptyAt) + (retrying ? RETRY_AFTER_MS : 0);
  must(!oracle.emptyTimerMoved, "LIFE4 a running empty timer was started anew", "");
  must(record.createdAt + ttl * 1000 <= record.hardCapAt, "RULE6 ttl past the hard cap", String(ttl));
  must(disk.alarmAt !== null, "LIFE9 no alarm is armed", disk.text);
  const late = (disk.alarmAt ?? 0) - Math.max(earliest, now + (retrying ? RETRY_AFTER_MS : 0));
  must(late <= 0, "LIFE9 the alarm comes after the deadline", String(late));
  if (empty !== null && record.occupied && record.emptySince === null && !retrying) {
    must((disk.alarmAt ?? 0) <= now + CHECK_EVERY_MS, "LIFE5 nobody looks for vanished peers", "");
  }
  if (!asked || record.burning !== null || platform?.wipe === "failed") return;
  must(now < ttlAt, "LIFE2 lives past ttl", String(now - ttlAt));
  const forgotten = oracle.contentInMemory ? 0 : oracle.idleSlackMs;
  const idleLatest = idle === null ? Infinity : oracle.contentAt + idle * 1000 + forgotten;
  must(now < idleLatest, "LIFE3 lives past idle and its step", String(now - idleLatest));
  must(now < emptyAt, "LIFE4 lives past empty", String(now - emptyAt));
}

function checkCounts(oracle: Oracle, record: SessionRecord, { asked }: Step): void {
  const limit = record.burn.messages;
  if (limit === null || oracle.chat.world.platform?.pinned !== 0) return;
  must(oracle.accepted <= limit, "LIFE6 more messages than the limit", String(oracle.accepted));
  must(record.messagesLeased >= oracle.acknowledged, "LIFE6 a message was not paid for", "");
  must(record.messagesLeased <= limit, "LIFE6 leased past the limit", String(record.messagesLeased));
  const block = Math.max(1, Math.floor(limit / 16));
  must(record.messagesLeased - oracle.used <= block, "LIFE6 leased more than a block", "");
  const failed = oracle.chat.world.platform.wipe === "failed";
  if (asked && !failed) must(oracle.used < limit, "LIFE6 lives past its messages", String(oracle.used));
}

/** The cause that a burn gave must really have come. */
export function checkCause(oracle: Oracle, cause: string, before: SessionRecord | undefined): void {
  const { now } = oracle.chat.world;
  if (before === undefined || before.burning !== null) return;
  const { idle, empty, ttl, messages } = before.burn;
  const since = (start: number, seconds: number | null) => seconds !== null && now >= start + seconds * 1000;
  const due: Readonly<Record<string, boolean>> = {
    ttl: since(oracle.createdAt, ttl) || now >= oracle.hardCapAt,
    idle: since(oracle.contentAt, idle),
    empty: oracle.emptySince !== null && since(oracle.emptySince, empty),
    messages: messages !== null && oracle.used >= messages,
    asked: true,
  };
  must(due[cause] === true, "LIFE2-6 burned without or before its cause", cause);
}

function keysOf(value: object): string {
  return Object.keys(value).sort().join(" ");
}

function hasSecret(secrets: readonly string[], text: string): boolean {
  return secrets.some((secret) => text.includes(secret));
}

export function must(holds: boolean, rule: string, detail: string): void {
  if (!holds) throw new Violation(rule, detail);
}
