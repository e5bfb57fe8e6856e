// The end of a session and its destruction statement. Keys are those that were fetched before anything burned.
import { decodeProtectedHeader, decodeJwt } from "jose";
import { sha256 } from "../../../crypto/bytes.ts";
import { verifyStatement } from "../../../crypto/statement.ts";
import type { Created } from "../../../protocol/api.ts";
import { LATE_MS } from "../bounds.ts";
import { codeOf, type Context } from "../context.ts";
import { expectSame, expectThat, premise, Unmade, type Check } from "../verdict.ts";

const BURNED = { code: 4410, reason: "burned" };

/** What burns a session whose policy is `burn`, and the cause that has to follow. */
const WAYS = {
  asked: { burn: {}, act: { type: "burn" } },
  messages: { burn: { messages: 1 }, act: null },
  ttl: { burn: { ttl: 3 }, act: undefined },
} as const;

async function burnWithStatement(context: Context, created: Created): Promise<string> {
  const { status, body } = await context.burn(created);
  const { statement } = (body ?? {}) as { statement?: unknown };
  if (status !== 200 || typeof statement !== "string")
    throw new Unmade("the burn was answered without a statement");
  return statement;
}

/** Everything that a statement says of itself, verified or not. */
function read(statement: string): { header: Record<string, unknown>; payload: Record<string, unknown> } {
  try {
    return {
      header: decodeProtectedHeader(statement),
      payload: decodeJwt(statement),
    };
  } catch {
    return { header: {}, payload: {} };
  }
}

/** The same text with one character in the middle of one of its parts changed. */
function changed(statement: string, index: number): string {
  const parts = statement.split(".");
  const target = parts[index] ?? "";
  const at = Math.floor(target.length / 2);
  const other = target[at] === "A" ? "B" : "A";
  return parts.with(index, target.slice(0, at) + other + target.slice(at + 1)).join(".");
}

export const BURN_CHECKS: readonly Check[] = [
  {
    rules: ["RULE5"],
    tries: "asked, messages and ttl end alike: burned is told with a statement, then every token gets 410",
    run: async (context) => {
      for (const [cause, { burn, act }] of Object.entries(WAYS)) {
        const created = await context.create(burn);
        const host = await context.host(created);
        if (act === null) host.peer.relay(1, new Uint8Array([1]));
        else if (act !== undefined) host.peer.say(act);
        const told = await host.peer.control("burned", 3_000 + LATE_MS);
        expectSame(told.cause, cause, "cause of the burn");
        expectThat(typeof told.statement === "string", `burned by ${cause}: there is no statement`);
        expectSame(await context.refusal(created), "burned", `burned by ${cause}: a valid token`);
      }
    },
  },
  {
    rules: ["END2"],
    tries: "after the burn every call gets burned, and what comes behind a burn message is not relayed",
    run: async (context) => {
      const created = await context.create();
      const host = await context.host(created);
      const guest = await context.guest(created);
      host.peer.say({ type: "burn" });
      host.peer.relay(1, new Uint8Array([9]));
      await premise("burning", guest.peer.control("burned"));
      expectThat(!guest.peer.log.some(({ kind }) => kind === "frame"), "a frame behind the burn was relayed");
      const { self, burn, invites } = created.links;
      const calls = [
        ["GET", self, undefined],
        ["PATCH", burn, { idle: 60 }],
        ["POST", invites, {}],
        ["DELETE", invites, undefined],
        ["DELETE", `${self}/participants/${guest.welcome.participant}`, undefined],
      ] as const;
      for (const [method, path, body] of calls) {
        const answer = await context.call(method, path, { token: created.hostToken, body });
        expectSame([answer.status, codeOf(answer)], [410, "burned"], `${method} after the burn`);
      }
    },
  },
  {
    rules: ["END3"],
    tries:
      "of three burns at once one is answered with the statement, the others and a later one with burned",
    run: async (context) => {
      const created = await context.create();
      const answers = await Promise.all([1, 2, 3].map(() => context.burn(created)));
      answers.push(await context.burn(created));
      const codes = answers.map((answer) => (answer.status === 200 ? "done" : codeOf(answer)));
      expectSame(codes.toSorted(), ["burned", "burned", "burned", "done"], "answers to four burns");
    },
  },
  {
    rules: ["END6"],
    tries: "after DELETE every socket was told and closed with 4410; a valid token gets 410 and 4410",
    run: async (context) => {
      const created = await context.create();
      const seats = [await context.host(created), await context.host(created), await context.guest(created)];
      await premise("burning", context.burn(created));
      for (const { peer } of seats) {
        await peer.control("burned");
        expectSame(await peer.closed(), BURNED, "close of a connection");
      }
      expectSame(await context.refusal(created), "burned", "a valid token on HTTP");
      const late = await context.connect(created.id, created.hostToken);
      expectSame(await late.closed(), BURNED, "a valid token on the socket");
    },
  },
  {
    rules: ["STMT1"],
    tries:
      "the statement has its type, and says which session burned when and why, and what it does not prove",
    run: async (context) => {
      const created = await context.create();
      const { header, payload } = read(await burnWithStatement(context, created));
      expectSame([header["alg"], header["typ"]], ["Ed25519", "ghost-statement+jwt"], "its header");
      const { aud, v, session, cause, createdAt, burnedAt, storageKeys, build, notProven } = payload;
      expectSame([aud, v, cause], ["ghost-session/statement", 1, "asked"], "audience, version and cause");
      expectSame(session, await sha256(created.id), "hash of the session id");
      const { now } = created.deadlines;
      expectSame(createdAt, now, "time of creation");
      expectThat(typeof burnedAt === "number" && burnedAt >= now, "it burned before it was created");
      expectSame(storageKeys, 0, "keys found in storage");
      expectThat(typeof build === "string", "it names no build");
      expectThat(Array.isArray(notProven) && notProven.length > 0, "it does not say what it does not prove");
    },
  },
  {
    rules: ["STMT2"],
    tries: "after three frames of 60 bytes together it counts 3 and 60, or fewer with complete: false",
    run: async (context) => {
      const created = await context.create();
      const host = await context.host(created);
      for (const size of [10, 20, 30]) host.peer.relay(size, new Uint8Array(size));
      await premise("three frames", host.peer.frames(3));
      const { messages, bytes, complete } = read(await burnWithStatement(context, created)).payload;
      expectThat(typeof complete === "boolean", "it does not say whether it is complete");
      expectThat(typeof messages === "number" && typeof bytes === "number", "it has no counts");
      if (complete) expectSame([messages, bytes], [3, 60], "its exact counts");
      else expectThat(messages <= 3 && bytes <= 60, "its lower bounds are above what was sent");
    },
  },
  {
    rules: ["STMT3"],
    tries: "it verifies with the key set from before the burn for this session only, and not once changed",
    run: async (context) => {
      const created = await context.create();
      const host = await context.host(created);
      const statement = await burnWithStatement(context, created);
      const { keys } = context.shared;
      expectThat((await verifyStatement(statement, keys, created.id)) !== null, "it does not verify");
      expectThat(
        (await verifyStatement(statement, keys, "0".repeat(64))) === null,
        "it verifies for another session",
      );
      for (const index of [0, 1, 2]) {
        expectThat(
          (await verifyStatement(changed(statement, index), keys)) === null,
          "it verifies when changed",
        );
      }
      expectThat(
        (await verifyStatement(created.hostToken, keys)) === null,
        "a token verifies as a statement",
      );
      const told = await premise("the burned message", host.peer.control("burned"));
      expectSame(told.statement, statement, "the statement that the connections got");
    },
  },
];
