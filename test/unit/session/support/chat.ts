// A session with the people in it, as a test drives it: one method per thing that can happen from outside.
import type { Capability } from "../../../../src/crypto/tokens.ts";
import type { AssistantChoice } from "../../../../src/protocol/assistant.ts";
import type { BurnChange, BurnPolicy } from "../../../../src/protocol/burn-policy.ts";
import type { ClientControl, ResumeRequest, Role, SessionLimits } from "../../../../src/protocol/control.ts";
import { encodeClientRelay } from "../../../../src/protocol/frames.ts";
import type { ErrorCode, Result } from "../../../../src/protocol/errors.ts";
import type { BurnOutcome } from "../../../../src/session/burn.ts";
import type { SessionRecord } from "../../../../src/session/record.ts";
import type { MintedInvite, SessionView } from "../../../../src/session/session.ts";
import type { FakeClient } from "./fake-sockets.ts";
import type { FaultPlan } from "./faults.ts";
import type { Answer } from "./answer.ts";
import { World, type Wrap } from "./world.ts";

export const SESSION = "5e551011".repeat(8);
/** Stands for sealed content; must never show up anywhere but in frames. */
export const CONTENT = new TextEncoder().encode("CONTENT-CANARY");

export const EVERYTHING_OFF: BurnPolicy = {
  ttl: 3_600,
  idle: null,
  empty: null,
  messages: null,
  burnBy: "host",
};

const LIMITS: SessionLimits = { participants: 8, frameBytes: 65_536, framesPerSecond: 200 };

export class Chat {
  readonly world: World;
  host: Capability | null = null;
  /** What {@link create} asks for. */
  assistant: AssistantChoice | null = null;

  constructor(wrap?: Wrap) {
    this.world = new World(wrap);
  }

  /** A chat that was created. */
  static async create(
    burn: Partial<BurnPolicy> = {},
    limits: Partial<SessionLimits> = {},
    wrap?: Wrap,
  ): Promise<Chat> {
    const chat = new Chat(wrap);
    await chat.create({ ...EVERYTHING_OFF, ...burn }, { ...LIMITS, ...limits });
    return chat;
  }

  async create(burn: BurnPolicy, limits: SessionLimits = LIMITS, plan: FaultPlan = {}) {
    const terms = { session: SESSION, burn, limits, jurisdiction: null, assistant: this.assistant };
    const hardCapAt = this.world.now + burn.ttl * 1000;
    const answer = await this.world.run(({ session }) => session.create(terms), plan);
    if (answer.value?.ok === true) {
      this.host = capabilityOf("participant", answer.value.value.participant, "host", hardCapAt);
    }
    return answer;
  }

  get hostCapability(): Capability {
    if (this.host === null) throw new Error("not created");
    return this.host;
  }

  get record(): SessionRecord | undefined {
    return this.world.disk.record as SessionRecord | undefined;
  }

  /** The stored record of a session that must be there. */
  get stored(): SessionRecord {
    if (this.record === undefined) throw new Error("no record");
    return this.record;
  }

  mint(uses = 1, role: Role = "member", expiresIn: number | null = null, plan: FaultPlan = {}) {
    return this.world.run<Result<MintedInvite>>(
      ({ session }) => session.invite(this.hostCapability, { role, uses, expiresIn }),
      plan,
    );
  }

  /** Mints an invite that must come. */
  async invite(uses = 1, role: Role = "member", expiresIn: number | null = null): Promise<Capability> {
    const minted = valueOf(await this.mint(uses, role, expiresIn));
    return this.inviteCapability(minted);
  }

  inviteCapability({ id, role, expiresAt }: MintedInvite): Capability {
    const { generation } = this.stored;
    return {
      ...capabilityOf("invite", id, role, this.hostCapability.hardCapAt),
      expiresAt,
      generation,
    };
  }

  connecting(capability: Capability, resume: ResumeRequest | null = null, plan: FaultPlan = {}) {
    return this.world.run<Result<null>>(
      ({ session, platform }) =>
        session.sockets.connect(capability, resume, (attachment) => platform.accept(attachment)),
      plan,
      false,
    );
  }

  /** Connects somebody who must be let in. */
  async connect(capability = this.hostCapability, resume: ResumeRequest | null = null): Promise<FakeClient> {
    valueOf(await this.connecting(capability, resume));
    const client = this.world.clients.at(-1);
    if (client === undefined) throw new Error("no socket");
    return client;
  }

  /** The token with which a connected client comes back. */
  tokenOf(client: FakeClient): Capability {
    const { participant, role } = client.attachment;
    return capabilityOf("participant", participant, role, this.hostCapability.hardCapAt);
  }

  say(client: FakeClient, message: ClientControl, plan: FaultPlan = {}): Promise<Answer<void>> {
    return this.text(client, JSON.stringify(message), plan);
  }

  text(client: FakeClient, text: string, plan: FaultPlan = {}): Promise<Answer<void>> {
    return this.world.run(({ session, platform }) => {
      session.sockets.text(platform.socketOf(client), text);
    }, plan);
  }

  send(
    client: FakeClient,
    ref = 0,
    sealed: Uint8Array = CONTENT,
    plan: FaultPlan = {},
  ): Promise<Answer<void>> {
    return this.binary(client, [encodeClientRelay(ref, sealed)], plan);
  }

  /** Binary messages that arrive within one turn of the event loop. */
  binary(client: FakeClient, messages: readonly Uint8Array[], plan: FaultPlan = {}): Promise<Answer<void>> {
    return this.world.run(({ session, platform }) => {
      for (const bytes of messages) session.sockets.binary(platform.socketOf(client), bytes);
    }, plan);
  }

  changeBurn(change: BurnChange, plan: FaultPlan = {}) {
    return this.world.run(({ session }) => session.changeBurn(this.hostCapability, change), plan);
  }

  delete(capability = this.hostCapability, plan: FaultPlan = {}): Promise<Answer<Result<BurnOutcome>>> {
    return this.world.run(({ session }) => session.burnNow(capability), plan);
  }

  describe(capability = this.hostCapability): Promise<Answer<Result<SessionView>>> {
    return this.world.run(({ session }) => session.describe(capability));
  }

  remove(participant: string, plan: FaultPlan = {}) {
    return this.world.run(({ session }) => session.removeParticipant(this.hostCapability, participant), plan);
  }

  revoke(invite: string, plan: FaultPlan = {}): Promise<Answer<Result<null>>> {
    return this.world.run(({ session }) => session.revokeInvite(this.hostCapability, invite), plan);
  }

  /** Waits until a burn has evicted its instance. */
  async drain(): Promise<void> {
    for (let i = 0; i < 20 && (this.world.platform?.waits.length ?? 0) > 0; i++)
      await this.world.advance(100);
  }
}

/** A session with its host and one guest in it. */
export async function chatOfTwo(burn: Partial<BurnPolicy> = {}): Promise<[Chat, FakeClient, FakeClient]> {
  const chat = await Chat.create(burn);
  const host = await chat.connect();
  return [chat, host, await chat.connect(await chat.invite())];
}

export function capabilityOf(
  kind: Capability["kind"],
  subject: string,
  role: Role,
  hardCapAt: number,
): Capability {
  return {
    kind,
    session: SESSION,
    subject,
    role,
    hardCapAt,
    expiresAt: hardCapAt,
    generation: 0,
    jurisdiction: null,
  };
}

/** The value of an answer that must have left and must not be a refusal. */
export function valueOf<T>(answer: Answer<Result<T>>): T {
  if (answer.value === null) throw new Error("no answer", { cause: answer.failed });
  if (!answer.value.ok) throw new Error(answer.value.code);
  return answer.value.value;
}

/** The code with which a call was refused, or null. */
export function refusalOf(answer: Answer<Result<unknown>>): ErrorCode | null {
  return answer.value === null || answer.value.ok ? null : answer.value.code;
}
