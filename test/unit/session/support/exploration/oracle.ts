// What an outside observer knows about the session under exploration, by the specification alone and without
// looking into the session's memory. The invariants compare the session with this.
import type { Capability } from "../../../../../src/crypto/tokens.ts";
import { BUNDLE_ENTRY_BYTES, FRAME } from "../../../../../src/protocol/frames.ts";
import type { SessionRecord } from "../../../../../src/session/record.ts";
import type { FakeClient } from "../fake-sockets.ts";
import { Chat } from "../chat.ts";
import type { Answer } from "../answer.ts";
import type { Wrap } from "../world.ts";

/** max(10 s, idle/8), docs/spec.md LIFE3. */
const idleStepMs = (idle: number | null): number => (idle === null ? 0 : Math.max(10_000, (idle * 1000) / 8));

export class Oracle {
  readonly chat: Chat;
  createdAt = 0;
  hardCapAt = 0;
  invite: { readonly capability: Capability; readonly uses: number; readonly id: string } | null = null;
  revoked = false;
  joins = 0;
  guest: Capability | null = null;
  /** Participants whose removal or leave was answered. */
  readonly removed = new Set<string>();
  /** What was learnt by anybody cannot be undone: the session is gone. */
  gone = false;

  /** The instant from which `idle` counts, and how much later than that plus `idle` it may burn. */
  contentAt = 0;
  idleSlackMs = 0;
  /** This memory saw the last content frame, or the creation if there was none. */
  contentInMemory = true;
  /** This memory has seen everything since the creation. */
  complete = true;
  /** Content messages that count, lost leases included. */
  used = 0;
  /** Content messages that were accepted since the count began. */
  accepted = 0;
  /** Content messages and when the count last began, over all. */
  acceptedEver = 0;
  /** In this epoch. */
  seq = 0;
  /** When the last connection went; null while somebody is connected or nobody ever was. */
  emptySince: number | null = null;
  everConnected = false;
  /** The stored start of the empty timer moved while the timer ran. */
  emptyTimerMoved = false;
  /** A wipe was made to fail at least once. */
  wipeFailed = false;
  patches = 0;
  mints = 0;

  #instances = 0;
  #receiptsBefore = 0;
  #before: SessionRecord | undefined;

  constructor(wrap?: Wrap) {
    this.chat = new Chat(wrap);
  }

  get live(): FakeClient[] {
    return this.chat.world.clients.filter(({ state }) => state === "open");
  }

  clientOf(role: "host" | "member"): FakeClient | undefined {
    return this.live.find(({ attachment }) => attachment.role === role);
  }

  /** Ids that the session knows by name, for states that differ in nothing else. */
  get names(): Map<string, string> {
    const names = new Map<string, string>();
    if (this.chat.host !== null) names.set(this.chat.host.subject, "HOST");
    if (this.invite !== null) names.set(this.invite.id, "INVITE");
    if (this.guest !== null) names.set(this.guest.subject, "GUEST");
    return names;
  }

  noteCreated(): void {
    const record = this.chat.record;
    if (record === undefined || this.createdAt !== 0) return;
    this.createdAt = this.contentAt = record.createdAt;
    this.hardCapAt = record.hardCapAt;
  }

  /** Content frames were accepted: whoever sent them was told so. */
  noteContent(count: number): void {
    const { record } = this.chat;
    this.contentAt = this.chat.world.now;
    this.idleSlackMs = idleStepMs(record?.burn.idle ?? null);
    this.contentInMemory = true;
    this.used += count;
    this.accepted += count;
    this.acceptedEver += count;
    this.seq += count;
  }

  /** A frame was being taken when the process died: it never left, but it may have moved the idle timer. */
  noteMaybeContent(): void {
    const idle = this.chat.record?.burn.idle ?? null;
    this.contentAt = this.chat.world.now;
    this.idleSlackMs = Math.max(this.idleSlackMs, idleStepMs(idle));
  }

  /** `messages` was set: it counts anew. */
  startCount(): void {
    this.used = this.accepted = 0;
    this.#receiptsBefore = this.#receipts;
  }

  /** Receipts that reached a sender since the count began: these frames are known to count. */
  get acknowledged(): number {
    return this.#receipts - this.#receiptsBefore;
  }

  /** How many people an invite let in, by what reached them. */
  get welcomed(): number {
    const members = this.chat.world.clients.filter(({ attachment }) => attachment.role === "member");
    const greeted = members.filter((client) => client.told("welcome").length > 0);
    return new Set(greeted.map(({ participant }) => participant)).size;
  }

  get #receipts(): number {
    let sum = 0;
    for (const client of this.chat.world.clients) for (const bytes of client.binary) sum += receiptsIn(bytes);
    return sum;
  }

  /** After every event. */
  observe(answer: Answer<unknown> | null): void {
    const { world, record } = this.chat;
    this.noteCreated();
    this.wipeFailed ||= world.platform?.wipe === "failed";
    this.#noteMemory();
    this.#notePolicy(record);
    this.#noteEmptiness();
    const told = world.clients.some((client) => client.told("burned").length > 0);
    // A wipe that became durable right before a crash left nobody to tell, but still nothing may come back.
    const wiped = this.createdAt !== 0 && world.disk.isDurablyEmpty;
    if (told || wiped || world.evictions > 0 || isBurnOutcome(answer)) this.gone = true;
    this.#before = record;
  }

  #noteMemory(): void {
    const { world, record } = this.chat;
    if (this.createdAt === 0) {
      this.#instances = world.instances;
      return;
    }
    if (world.platform !== null && world.instances === this.#instances) return;
    this.#instances = world.platform === null ? -1 : world.instances;
    this.contentInMemory = false;
    this.complete = false;
    this.seq = 0;
    this.used = record?.messagesLeased ?? this.used;
    this.accepted = Math.min(this.accepted, this.used);
  }

  #notePolicy(record: SessionRecord | undefined): void {
    const before = this.#before;
    if (record === undefined || before === undefined) return;
    const { idle } = record.burn;
    const started = before.emptySince;
    const moved = started !== null && record.emptySince !== null && record.emptySince !== started;
    this.emptyTimerMoved ||= moved;
    if (idle !== before.burn.idle) {
      if (this.contentInMemory && this.acceptedEver > 0) this.idleSlackMs = idleStepMs(idle);
      else if (before.burn.idle === null) {
        // Nobody knows when the last content came: the timer runs from when it was switched on.
        this.contentAt = this.chat.world.now;
        this.idleSlackMs = idleStepMs(idle);
      } else this.idleSlackMs = Math.max(this.idleSlackMs, idleStepMs(idle));
    }
    if (record.messagesLeased < before.messagesLeased) this.startCount();
  }

  #noteEmptiness(): void {
    if (this.live.length > 0) {
      this.everConnected = true;
      this.emptySince = null;
    } else if (this.everConnected) this.emptySince ??= this.chat.world.now;
  }
}

export function isBurnOutcome(answer: Answer<unknown> | null): boolean {
  if (answer?.left !== true || typeof answer.value !== "object" || answer.value === null) return false;
  const { value } = answer as { value: { ok?: boolean; value?: unknown } };
  return (
    value.ok === true && typeof value.value === "object" && value.value !== null && "cause" in value.value
  );
}

/** How many receipts a binary message carries, alone or in a bundle. */
export function receiptsIn(bytes: Uint8Array): number {
  if (bytes[0] === FRAME.receipt) return 1;
  let count = 0;
  const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (
    let at = 1;
    bytes[0] === FRAME.bundle && at < bytes.length;
    at += BUNDLE_ENTRY_BYTES + data.getUint32(at)
  ) {
    if (bytes[at + BUNDLE_ENTRY_BYTES] === FRAME.receipt) count += 1;
  }
  return count;
}
