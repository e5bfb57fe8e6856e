// One chat session: what the HTTP API and the platform's events do to it. Knows no platform type. Every call
// answers with a value or a code of the closed table.
import type { Capability } from "../crypto/tokens.ts";
import type { AssistantChoice, AssistantTerms } from "../protocol/assistant.ts";
import type { Jurisdiction } from "../protocol/api.ts";
import type { BurnChange, BurnPolicy, Deadlines } from "../protocol/burn-policy.ts";
import type { Role, SessionLimits } from "../protocol/control.ts";
import { ok, refuse, type Result } from "../protocol/errors.ts";
import { ID_BYTES } from "../protocol/ids.ts";
import { VANISHED_AFTER_MS } from "../protocol/limits.ts";
import type { BurnOutcome } from "./burn.ts";
import { mergePolicy } from "./deadlines.ts";
import { Life } from "./life.ts";
import {
  addInvite,
  findInvite,
  findMember,
  mayBurn,
  removeMember,
  revokeAllInvites,
  revokeInvite,
  type Changed,
} from "./membership.ts";
import type { Platform } from "./ports.ts";
import { RECORD_VERSION, type SessionRecord } from "./record.ts";
import { Room } from "./room.ts";
import { SocketEvents } from "./socket-events.ts";
import { termsInForce, termsToTell } from "./turns/terms.ts";
import { Turns } from "./turns/turns.ts";

export interface CreateTerms {
  readonly session: string;
  readonly burn: BurnPolicy;
  readonly limits: SessionLimits;
  readonly jurisdiction: Jurisdiction | null;
  readonly assistant: AssistantChoice | null;
}

/** What the creator is told. */
export interface CreatedSession {
  readonly participant: string;
  readonly token: string;
  readonly deadlines: Deadlines;
  readonly assistant: AssistantTerms | null;
}

export interface SessionView {
  readonly createdAt: number;
  readonly role: Role;
  readonly burn: BurnPolicy;
  readonly deadlines: Deadlines;
  readonly limits: SessionLimits;
  readonly jurisdiction: Jurisdiction | null;
  readonly assistant: AssistantTerms | null;
  /** participants with a live connection, and those who may connect */
  readonly participants: { readonly connected: number; readonly admitted: number };
}

export interface InviteRequest {
  readonly role: Role;
  readonly uses: number;
  /** seconds from now; null: as long as the session */
  readonly expiresIn: number | null;
}

export interface MintedInvite {
  readonly id: string;
  readonly role: Role;
  readonly uses: number;
  readonly expiresAt: number;
  readonly token: string;
}

export class Session {
  readonly #platform: Platform;
  readonly #room: Room;
  readonly #life: Life;
  readonly #turns: Turns;
  /** What happens on the sockets. */
  readonly sockets: SocketEvents;

  constructor(platform: Platform) {
    this.#platform = platform;
    // Life comes last: what it finds in storage may start a burn, which ends the turns and empties the room.
    this.#turns = new Turns(platform, { life: () => this.#life, room: () => this.#room });
    this.#room = new Room(platform, {
      emptied: () => {
        this.#life.noticeEmpty(platform.clock());
      },
      lost: (connection) => {
        this.#turns.lost(connection);
      },
      heldBytes: () => this.#turns.bytes,
    });
    this.#life = new Life(platform, this.#room, () => {
      this.#turns.stop();
    });
    this.sockets = new SocketEvents(platform, this.#life, this.#room, this.#turns);
    this.sockets.recover();
  }

  /**
   * Creates the session; its creator is the first participant. Refuses with `internal` if there is one, and with
   * `model_unknown` or `policy_unmet` an assistant that is not to be had.
   */
  async create(terms: CreateTerms): Promise<Result<CreatedSession>> {
    const now = this.#platform.clock();
    const assistant = terms.assistant === null ? ok(null) : termsInForce(this.#platform.assistant, terms);
    if (!assistant.ok) return assistant;
    const host = this.#platform.randomId(ID_BYTES);
    const hardCapAt = now + terms.burn.ttl * 1000;
    const token = await this.#platform.signer.token({
      kind: "participant",
      session: terms.session,
      subject: host,
      role: "host",
      hardCapAt,
      expiresAt: hardCapAt,
      generation: 0,
      jurisdiction: terms.jurisdiction,
    });
    if (!this.#life.isBlank) return refuse("internal");
    this.#life.create(newRecord(terms, host, now), now);
    this.#room.setRate(terms.limits.framesPerSecond);
    return ok({
      participant: host,
      token,
      deadlines: this.#life.deadlines(now),
      assistant: assistant.value,
    });
  }

  describe(capability: Capability): Result<SessionView> {
    const now = this.#platform.clock();
    if (!this.#life.isLive(now)) return refuse("burned");
    const { record } = this.#life;
    const holder =
      capability.kind === "invite" ? findInvite(record, capability, now) : findMember(record, capability);
    if (!holder.ok) return holder;
    const { createdAt, burn, limits, jurisdiction, members } = record;
    return ok({
      createdAt,
      role: holder.value.role,
      burn,
      deadlines: this.#life.deadlines(now),
      limits,
      jurisdiction,
      assistant: termsToTell(this.#platform.assistant, record),
      participants: { connected: this.#room.connections.participants.length, admitted: members.length },
    });
  }

  /** Changes the burn policy; hosts only. Everyone connected is told. */
  changeBurn(capability: Capability, change: BurnChange): Result<{ burn: BurnPolicy; deadlines: Deadlines }> {
    const now = this.#platform.clock();
    const host = this.#host(capability, now);
    if (!host.ok) return host;
    const changed = this.#life.changePolicy(mergePolicy(host.value.burn, change), change, now);
    if (!changed.ok) return changed;
    const { burn } = this.#life.record;
    const deadlines = this.#life.deadlines(now);
    this.#room.flush();
    this.#room.connections.tellAll({ type: "deadlines", burn, deadlines });
    return ok({ burn, deadlines });
  }

  async invite(capability: Capability, request: InviteRequest): Promise<Result<MintedInvite>> {
    const now = this.#platform.clock();
    const host = this.#host(capability, now);
    if (!host.ok) return host;
    const { session, hardCapAt, generation, jurisdiction } = host.value;
    const { role, uses } = request;
    const expiresAt =
      request.expiresIn === null ? hardCapAt : Math.min(now + request.expiresIn * 1000, hardCapAt);
    const id = this.#platform.randomId(ID_BYTES);
    const added = this.#commit(
      addInvite(host.value, id, { role, uses, expiresAt, by: capability.subject }, now),
      now,
    );
    if (!added.ok) return added;
    const token = await this.#platform.signer.token({
      kind: "invite",
      session,
      subject: id,
      role,
      hardCapAt,
      expiresAt,
      generation,
      jurisdiction,
    });
    return ok({ id, role, uses, expiresAt, token });
  }

  revokeInvite(capability: Capability, id: string): Result<null> {
    const now = this.#platform.clock();
    const host = this.#host(capability, now);
    return host.ok ? this.#commit(revokeInvite(host.value, id), now) : host;
  }

  revokeAllInvites(capability: Capability): Result<null> {
    const now = this.#platform.clock();
    const host = this.#host(capability, now);
    if (!host.ok) return host;
    this.#life.commit(revokeAllInvites(host.value), now);
    return ok(null);
  }

  /** Shows a participant out. The answer names the invite that was revoked with it. */
  removeParticipant(capability: Capability, id: string): Result<{ revokedInvite: string | null }> {
    const now = this.#platform.clock();
    const host = this.#host(capability, now);
    if (!host.ok) return host;
    const removed = this.#commit(removeMember(host.value, id), now);
    if (!removed.ok) return removed;
    this.#room.flush();
    this.#turns.dropParticipant(id);
    this.#room.connections.dropParticipant(id, "removed");
    return ok({ revokedInvite: removed.value });
  }

  /** Burns the session now, if the policy lets this participant. */
  async burnNow(capability: Capability): Promise<Result<BurnOutcome>> {
    // Whoever asks for the end does not mean to swallow what was just said.
    this.#room.flush();
    if (!this.#life.isLive(this.#platform.clock())) return refuse("burned");
    const member = findMember(this.#life.record, capability);
    if (!member.ok) return member;
    if (!mayBurn(this.#life.record, member.value)) return refuse("forbidden");
    try {
      return ok(await this.#life.burn("asked").outcome);
    } catch {
      return refuse("unavailable");
    }
  }

  /** The alarm. Returns once there is nothing left to do for it, the whole burn included. */
  async alarm(): Promise<void> {
    const now = this.#platform.clock();
    if (this.#life.isLive(now)) {
      this.#room.connections.dropVanished(now - VANISHED_AFTER_MS);
      this.#life.noticeEmpty(now);
      if (this.#life.isLive(now)) this.#life.rearm(now);
    }
    const burn = this.#life.burning;
    if (burn !== null) await burn.finished;
  }

  #host(capability: Capability, now: number): Result<SessionRecord> {
    if (!this.#life.isLive(now)) return refuse("burned");
    const { record } = this.#life;
    const member = findMember(record, capability);
    if (!member.ok) return member;
    return member.value.role === "host" ? ok(record) : refuse("forbidden");
  }

  #commit<T>(changed: Result<Changed<T>>, now: number): Result<T> {
    if (!changed.ok) return changed;
    this.#life.commit(changed.value.record, now);
    return ok(changed.value.value);
  }
}

function newRecord(terms: CreateTerms, host: string, now: number): SessionRecord {
  return {
    version: RECORD_VERSION,
    session: terms.session,
    createdAt: now,
    hardCapAt: now + terms.burn.ttl * 1000,
    jurisdiction: terms.jurisdiction,
    assistant: terms.assistant,
    burn: terms.burn,
    limits: terms.limits,
    activityMark: now,
    messagesLeased: 0,
    occupied: false,
    emptySince: null,
    generation: 0,
    invites: [],
    members: [{ id: host, role: "host", invite: null }],
    alarmAt: null,
    burning: null,
  };
}
