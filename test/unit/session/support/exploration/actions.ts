// Everything that can happen to a session, each with the state in which it can. An action runs under a fault
// plan; what it means for an outside observer is noted only where its answer left.
import type { BurnChange, BurnPolicy } from "../../../../../src/protocol/burn-policy.ts";
import { encodeClientRelay } from "../../../../../src/protocol/frames.ts";
import { capabilityOf, CONTENT } from "../chat.ts";
import type { FakeClient } from "../fake-sockets.ts";
import type { FaultPlan } from "../faults.ts";
import type { Answer } from "../answer.ts";
import { must } from "./invariants.ts";
import { receiptsIn, type Oracle } from "./oracle.ts";

/** The most that one path contains of what would never end. */
export const BOUNDS = { messages: 3, mints: 1, joins: 2, patches: 2, hostConnections: 2 } as const;

export interface Action {
  readonly name: string;
  /** Whether the session itself runs, so that it can be held to its deadlines. */
  readonly asks: boolean;
  when(oracle: Oracle): boolean;
  run(oracle: Oracle, plan: FaultPlan): Promise<Answer<unknown> | null>;
}

type Part = Pick<Action, "when" | "run">;
const asking = (name: string, part: Part): Action => ({ name, asks: true, ...part });
const around = (name: string, part: Part): Action => ({ name, asks: false, ...part });

const exists = ({ chat }: Oracle): boolean => chat.host !== null;
const hostClient = (oracle: Oracle): FakeClient | undefined => oracle.clientOf("host");
const guestClient = (oracle: Oracle): FakeClient | undefined => oracle.clientOf("member");

export const create = (burn: BurnPolicy): Action =>
  asking("create", {
    when: ({ chat }) => chat.host === null && chat.record === undefined,
    run: ({ chat }, plan) => chat.create(burn, undefined, plan),
  });

export const touch = asking("touch", {
  when: () => true,
  run: ({ chat }) =>
    chat.describe(chat.host ?? capabilityOf("participant", "AAAAAAAAAAAAAAAA", "host", chat.world.now + 1e6)),
});

export const mint = asking("mint", {
  when: (oracle) => exists(oracle) && oracle.mints < BOUNDS.mints,
  run: async (oracle, plan) => {
    oracle.mints += 1;
    const answer = await oracle.chat.mint(1, "member", null, plan);
    if (answer.value?.ok === true) {
      const { id, uses } = answer.value.value;
      oracle.invite = { id, uses, capability: oracle.chat.inviteCapability(answer.value.value) };
    }
    return answer;
  },
});

export const join = asking("join", {
  when: (oracle) => oracle.invite !== null && oracle.joins < BOUNDS.joins,
  run: async (oracle, plan) => {
    oracle.joins += 1;
    const { chat, invite } = oracle;
    if (invite === null) return null;
    const answer = await chat.connecting(invite.capability, null, plan);
    const client = guestClient(oracle);
    if (answer.value?.ok === true && client !== undefined) oracle.guest ??= chat.tokenOf(client);
    return answer;
  },
});

export const connectHost = asking("connect host", {
  when: (oracle) =>
    exists(oracle) &&
    oracle.live.filter(({ attachment }) => attachment.role === "host").length < BOUNDS.hostConnections,
  run: ({ chat }, plan) => chat.connecting(chat.hostCapability, null, plan),
});

export const connectGuest = asking("connect guest", {
  when: (oracle) => oracle.guest !== null && guestClient(oracle) === undefined,
  run: async ({ chat, guest, removed }, plan) => {
    const answer = await chat.connecting(guest ?? chat.hostCapability, null, plan);
    const entered = answer.value?.ok === true && guest !== null && removed.has(guest.subject);
    must(!entered, "INV4 a removed participant was let in", guest?.subject ?? "");
    return answer;
  },
});

async function takes(
  oracle: Oracle,
  client: FakeClient,
  plan: FaultPlan,
  event: () => Promise<Answer<unknown>>,
): Promise<Answer<unknown>> {
  const received = client.binary.length;
  const handedOver = client.handedOver.length;
  const answer = await event();
  // A receipt says that a frame was taken. What did not leave before a crash was taken by nobody.
  const told =
    plan.crashAt === undefined ? client.handedOver.slice(handedOver) : client.binary.slice(received);
  const receipts = told.reduce((sum, bytes) => sum + receiptsIn(bytes), 0);
  if (receipts > 0) oracle.noteContent(receipts);
  if (plan.crashAt !== undefined) oracle.noteMaybeContent();
  return answer;
}

const frames = (count: number): Uint8Array[] =>
  Array.from({ length: count }, (_, ref) => encodeClientRelay(ref, CONTENT));

/** One frame, or two in the same turn of the event loop: the second then waits in the outbox. */
export const content = (who: "host" | "member", count = 1): Action =>
  asking(`${String(count)} content from ${who}`, {
    when: (oracle) => oracle.clientOf(who) !== undefined && oracle.acceptedEver + count <= BOUNDS.messages,
    run: async (oracle, plan) => {
      const client = oracle.clientOf(who);
      if (client === undefined) return null;
      return takes(oracle, client, plan, () => oracle.chat.binary(client, frames(count), plan));
    },
  });

/** Two frames and the end, all in one turn: what is counted is what left. */
export const contentThenBurn = asking("2 content and a burn message in one turn", {
  when: (oracle) => hostClient(oracle) !== undefined && oracle.acceptedEver + 2 <= BOUNDS.messages,
  run: async (oracle, plan) => {
    const client = hostClient(oracle);
    if (client === undefined) return null;
    return takes(oracle, client, plan, () =>
      oracle.chat.world.run(({ session, platform }) => {
        const socket = platform.socketOf(client);
        for (const bytes of frames(2)) session.sockets.binary(socket, bytes);
        session.sockets.text(socket, JSON.stringify({ type: "burn" }));
      }, plan),
    );
  },
});

export const closes = (who: "host" | "member"): Action =>
  asking(`${who} closes`, {
    when: (oracle) => oracle.clientOf(who) !== undefined,
    run: async (oracle, plan) => {
      const client = oracle.clientOf(who);
      if (client === undefined) return null;
      const answer = await oracle.chat.world.clientCloses(client, plan);
      const { record } = oracle.chat;
      const noticed = record?.emptySince !== null || record.burn.empty === null || record.burning !== null;
      const burning = (oracle.chat.world.platform?.wipe ?? "none") !== "none";
      const crashed = plan.crashAt !== undefined;
      must(
        noticed || burning || crashed || oracle.live.length > 0,
        "LIFE4 nobody noticed the last close",
        "",
      );
      return answer;
    },
  });

/** The peer is gone without a Close: its socket stays open and says nothing more. */
export const vanishes = around("host vanishes", {
  when: (oracle) => hostClient(oracle)?.silentSince === null,
  run: async (oracle) => {
    const client = hostClient(oracle);
    if (client !== undefined) client.silentSince = oracle.chat.world.now;
    return null;
  },
});

export const leaves = asking("guest leaves", {
  when: (oracle) => guestClient(oracle) !== undefined,
  run: async (oracle, plan) => {
    const client = guestClient(oracle);
    if (client === undefined) return null;
    const answer = await oracle.chat.say(client, { type: "leave" }, plan);
    if (client.closed?.code === 1000) oracle.removed.add(client.participant);
    return answer;
  },
});

export const removes = asking("host removes guest", {
  when: (oracle) => oracle.guest !== null && oracle.removed.size === 0,
  run: async (oracle, plan) => {
    if (oracle.guest === null) return null;
    const { subject } = oracle.guest;
    const answer = await oracle.chat.remove(subject, plan);
    // Told by the answer or by the close: either is a promise.
    const told = oracle.chat.world.clients.some(({ closed }) => closed?.code === 4403);
    if (answer.value?.ok === true || told) {
      oracle.removed.add(subject);
      oracle.revoked = true;
    } else if (oracle.chat.record?.invites.length === 0) oracle.revoked = true;
    return answer;
  },
});

export const revokes = asking("host revokes", {
  when: (oracle) => oracle.invite !== null && !oracle.revoked,
  run: async (oracle, plan) => {
    const answer = await oracle.chat.revoke(oracle.invite?.id ?? "", plan);
    const kept = plan.crashAt !== undefined && oracle.chat.record?.invites.length === 0;
    if (answer.value?.ok === true || kept) oracle.revoked = true;
    return answer;
  },
});

export const patch = (name: string, change: BurnChange): Action =>
  asking(`patch ${name}`, {
    when: (oracle) => exists(oracle) && oracle.patches < BOUNDS.patches,
    run: async (oracle, plan) => {
      oracle.patches += 1;
      const { chat } = oracle;
      const answer = await chat.changeBurn(change, plan);
      if (answer.value?.ok !== true || chat.record === undefined) return answer;
      const { burn, deadlines } = answer.value.value;
      must(JSON.stringify(burn) === JSON.stringify(chat.record.burn), "LIFE8 answered, not stored", name);
      must(deadlines.burnsAt > chat.world.now, "LIFE8 would have to burn at once", name);
      must(deadlines.burnsAt <= oracle.hardCapAt, "RULE6 past the hard cap", name);
      if (change.messages !== undefined) oracle.startCount();
      return answer;
    },
  });

/** The platform fires what is armed: on time, early or late, as the clock happens to stand. */
export const alarm = asking("alarm", {
  when: ({ chat }) => chat.world.disk.alarmAt !== null,
  run: ({ chat }, plan) => chat.world.fireAlarm(true, plan),
});

export const alarmAgain = asking("alarm once more", {
  when: () => true,
  run: ({ chat }, plan) => chat.world.fireAlarm(false, plan),
});

export const time = (name: string, ms: (oracle: Oracle) => number | null): Action =>
  around(name, {
    when: (oracle) => (ms(oracle) ?? 0) > 0,
    run: (oracle, plan) => oracle.chat.world.advance(ms(oracle) ?? 0, plan),
  });

export const untilAlarm = time("until the alarm", ({ chat: { world } }) =>
  world.disk.alarmAt === null ? null : world.disk.alarmAt - world.now,
);
export const shortTime = time("7 s", () => 7_000);
export const longTime = time("95 s", () => 95_000);
export const drainTime = time("100 ms of draining", ({ chat }) =>
  (chat.world.platform?.waits.length ?? 0) > 0 ? 100 : null,
);

export const hibernates = around("hibernates", {
  when: ({ chat }) => chat.world.platform !== null && chat.world.atRest,
  run: async ({ chat }) => {
    chat.world.hibernate();
    return null;
  },
});

/** A deploy, or a crash of the machine while nothing else happens. */
export const deploy = around("deploy", {
  when: ({ chat, live }) => chat.world.platform !== null || live.length > 0,
  run: async ({ chat }) => {
    chat.world.crash("lost");
    return null;
  },
});

export const deletes = asking("DELETE", {
  when: exists,
  run: ({ chat }, plan) => chat.delete(chat.hostCapability, plan),
});

export const burnMessage = (who: "host" | "member"): Action =>
  asking(`burn message from ${who}`, {
    when: (oracle) => oracle.clientOf(who) !== undefined,
    run: async (oracle, plan) => {
      const client = oracle.clientOf(who);
      return client === undefined ? null : oracle.chat.say(client, { type: "burn" }, plan);
    },
  });

/** Storage and signatures stop answering by themselves, so that anything can come in between. */
export const answers = around("storage answers", {
  when: ({ chat }) => (chat.world.platform?.parked.length ?? 0) > 0,
  run: ({ chat }, plan) => chat.world.answerOne(plan),
});
