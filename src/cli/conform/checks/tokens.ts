// Who is let in: tokens that are none, that belong elsewhere, that were tampered with, and where tokens may ride.
import { createHmac } from "node:crypto";
import { SUBPROTOCOL, TOKEN_SUBPROTOCOL } from "../../../protocol/control.ts";
import type { Created } from "../../../protocol/api.ts";
import { codeOf, type Context } from "../context.ts";
import { expectSame, expectThat, premise, type Check } from "../verdict.ts";
import type { Answer } from "../wire.ts";

/** A session id that was never given out, as far as chance allows. */
function unknownId(): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("hex");
}

/** What a stranger can tell answers apart by. */
function face({ status, headers, text }: Answer): unknown {
  return [status, headers["content-type"], headers["www-authenticate"], text];
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

function part(token: string, index: number): Record<string, unknown> {
  const text = Buffer.from(token.split(".")[index] ?? "", "base64url").toString("utf8");
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}

/** The last character of a signature of 32 bytes carries two spare bits: another text for the same bytes. */
function otherText(token: string): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const last = alphabet.indexOf(token.at(-1) ?? "A");
  return token.slice(0, -1) + (alphabet[last ^ 1] ?? "A");
}

function hs256(signed: string, key: string): string {
  return `${signed}.${createHmac("sha256", key).update(signed).digest("base64url")}`;
}

async function forgeries(context: Context, created: Created): Promise<Record<string, string>> {
  const [header = "", payload = "", signature = ""] = created.hostToken.split(".");
  const typ = part(created.hostToken, 0)["typ"];
  const other = await context.create();
  const publicKey = JSON.stringify(context.shared.keys.keys[0] ?? {});
  const burned = await premise("burning", context.burn(other));
  const { statement } = (burned.body ?? {}) as { statement?: string | null };
  return {
    "no token at all": "x",
    "a token of another session": other.hostToken,
    "a token without signature": `${encode({ alg: "none", typ })}.${payload}.`,
    "a token with its signature cut off": `${header}.${payload}.`,
    "a token signed with another key": hs256(`${header}.${payload}`, "0".repeat(32)),
    "a token signed with the published key": hs256(`${header}.${payload}`, publicKey),
    "a token with changed claims": `${header}.${encode({ ...part(created.hostToken, 1), gen: 9 })}.${signature}`,
    "a token whose text was changed in its spare bits": otherText(created.hostToken),
    "a token with more behind it": `${created.hostToken}.x`,
    ...(typeof statement === "string" && { "a destruction statement": statement }),
  };
}

export const TOKEN_CHECKS: readonly Check[] = [
  {
    rules: ["RULE4"],
    tries:
      "without a valid token live, burned and unknown ids give the same 401; touching them creates nothing",
    run: async (context) => {
      const live = await context.create();
      const burned = await context.create();
      await premise("burning", context.burn(burned));
      const unknown = unknownId();
      const paths = [live.id, burned.id, unknown, "x"].map((id) => `/v1/sessions/${id}`);
      for (const [method, rest] of [
        ["GET", ""],
        ["DELETE", ""],
        ["POST", "/invites"],
      ] as const) {
        for (const token of [undefined, "a.b.c"]) {
          const answers: Answer[] = [];
          for (const path of paths) answers.push(await context.call(method, `${path}${rest}`, { token }));
          const [first] = answers;
          if (first === undefined) continue;
          expectSame([first.status, codeOf(first)], [401, "unauthorised"], `${method} of a live session`);
          for (const answer of answers)
            expectSame(face(answer), face(first), `${method} of live, burned, unknown`);
        }
      }
      const put = await context.call("PUT", `/v1/sessions/${unknown}`, { body: {} });
      expectThat(put.status === 405, `PUT of an unknown id was answered ${String(put.status)}`);
      const touched = await context.call("GET", `/v1/sessions/${unknown}`, { token: live.hostToken });
      expectSame(touched.status, 401, "an unknown id that was touched, with a token of another session");
    },
  },
  {
    rules: ["RULE10"],
    tries: "a token in the query is not looked at, on HTTP and on the socket; no answer repeats one",
    run: async (context) => {
      const created = await context.create();
      const token = created.hostToken;
      for (const name of ["token", "access_token"]) {
        const answer = await context.call("GET", `${created.links.self}?${name}=${token}`);
        expectSame(answer.status, 401, `a token in the query as ${name}`);
      }
      const blind = await context.open(`${created.links.socket}?token=${token}`, [SUBPROTOCOL]);
      expectSame(await blind.admitted(), "unauthorised", "a socket with its token in the query");
      const { peer } = await context.host(created);
      expectThat(!JSON.stringify(peer.headers).includes(token), "the handshake repeats the token");
      const state = await context.call("GET", created.links.self, { token });
      expectThat(
        !`${JSON.stringify(state.headers)}${state.text}`.includes(token),
        "an answer repeats the token",
      );
    },
  },
  {
    rules: ["TOK1"],
    tries: "the token is a JWT of its own type, bound to this session, participant, role and hard cap",
    run: async (context) => {
      const created = await context.create();
      const header = part(created.hostToken, 0);
      expectSame([header["alg"], header["typ"]], ["HS256", "ghost-capability+jwt"], "its header");
      const { aud, kind, sid, sub, role, cap, end, gen, jur } = part(created.hostToken, 1);
      expectSame(
        [aud, kind, sid, sub, role],
        ["ghost-session/capability", "participant", created.id, created.participant, "host"],
        "its claims",
      );
      expectSame(
        [cap, end],
        [created.deadlines.hardCapAt, created.deadlines.hardCapAt],
        "its hard cap and expiry",
      );
      expectThat(
        typeof gen === "number" && jur === null,
        "it has no generation, or a jurisdiction that nobody asked for",
      );
      const { peer, welcome } = await context.join(created.id, created.hostToken);
      expectSame(welcome.participant, created.participant, "the participant that the token names");
      peer.close();
    },
  },
  {
    rules: ["TOK3"],
    tries:
      "ten other texts, keys, algorithms and tokens of ours are not taken for a token, on HTTP and the socket",
    run: async (context) => {
      const created = await context.create();
      expectSame(await context.refusal(created), null, "the true token");
      for (const [what, token] of Object.entries(await forgeries(context, created))) {
        const answer = await context.call("GET", created.links.self, { token });
        expectSame([answer.status, codeOf(answer)], [401, "unauthorised"], what);
        if (!what.includes("without") && !what.includes("another key")) continue;
        const peer = await context.open(created.links.socket, [SUBPROTOCOL, `${TOKEN_SUBPROTOCOL}${token}`]);
        expectSame(await peer.admitted(), "unauthorised", `the socket for ${what}`);
      }
    },
  },
  {
    rules: ["TOK4"],
    tries: "past the hard cap that a token carries the answer is 410",
    run: async (context) => {
      const created = await context.create({ ttl: 1 });
      const { hardCapAt, now } = created.deadlines;
      await context.wait(hardCapAt - now + 300);
      const answer = await context.call("GET", created.links.self, { token: created.hostToken });
      expectSame([answer.status, codeOf(answer)], [410, "burned"], "a token past its hard cap");
    },
  },
];
