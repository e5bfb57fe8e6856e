// Lies over HTTP, see lies.ts.
import { generateKeyPairSync } from "node:crypto";
import { decodeJwt, decodeProtectedHeader, SignJWT } from "jose";
import { parseIdentity, publicKeys } from "../../src/crypto/identity.ts";
import { edit, onCreate, type Json, type NamedLie } from "./lies.ts";
import type { Answered, Lie } from "./lying-proxy.ts";

function codeIs({ body }: Answered, code: string): boolean {
  return body.includes(`"code":"${code}"`);
}

function problem(status: number, code: string): Answered {
  const body = { type: "about:blank", title: "", status, code, retryable: false };
  return {
    status,
    headers: { "content-type": "application/problem+json", "cache-control": "no-store" },
    body: Buffer.from(JSON.stringify(body)),
  };
}

const idIn = (path: string): string => path.split(/[/?]/)[3] ?? "";
const jwk = JSON.stringify(generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" }));

/** Statements signed with another key, their payload changed; the key set has the liar's own where it says so. */
function resigning(change: (payload: Json) => Json, ownKeys: boolean): Lie {
  const sign = async (statement: string): Promise<string> => {
    const { privateKey, thumbprint } = await parseIdentity(jwk);
    const kid = ownKeys ? thumbprint : decodeProtectedHeader(statement).kid;
    return new SignJWT(change(decodeJwt(statement)))
      .setProtectedHeader({ alg: "Ed25519", typ: "ghost-statement+jwt", ...(kid !== undefined && { kid }) })
      .sign(privateKey);
  };
  const signed = new Map<string, Promise<string>>();
  const once = (statement: string) => {
    const known = signed.get(statement) ?? sign(statement);
    signed.set(statement, known);
    return known;
  };
  return {
    rewrites: async (text) => {
      const statement = /"statement":"([^"]+)"/.exec(text)?.[1];
      if (ownKeys && text.startsWith('{"keys"')) {
        const { keys } = await publicKeys(jwk, "");
        // Beside the genuine ones, by which everything else verifies.
        return JSON.stringify({ keys: [...keys, ...(JSON.parse(text) as { keys: unknown[] }).keys] });
      }
      return statement === undefined ? text : text.replace(statement, await once(statement));
    },
  };
}

/** Answers of an earlier call of the same kind, by session. */
function replayingBurns(): Lie {
  const answers = new Map<string, Answered>();
  return {
    answered: (answered, { method, path }) => {
      if (method !== "DELETE" || path.split("/").length !== 4) return;
      const known = answers.get(path);
      if (answered.status === 200) answers.set(path, { ...answered });
      else if (known !== undefined && answered.status === 410) Object.assign(answered, known);
    },
  };
}

/** Remembers what creation answered. */
function remembering(act: (known: ReadonlyMap<string, Json>) => NamedLie): NamedLie {
  const known = new Map<string, Json>();
  const lie = act(known);
  return {
    ...lie,
    answered: (answered, asked) => {
      if (asked.path === "/v1/sessions" && answered.status === 201) {
        const body = JSON.parse(answered.body.toString()) as Json;
        known.set(String(body["id"]), body);
      }
      lie.answered?.(answered, asked);
    },
  };
}

export const HTTP_LIES: readonly NamedLie[] = [
  {
    name: "refusals have the media type of successes",
    breaks: ["API1"],
    answered: ({ headers, status }) => {
      if (status >= 400) headers["content-type"] = "application/json";
    },
  },
  {
    name: "fractions are rounded in silence",
    breaks: ["API2"],
    asked: onCreate("burn", "ttl", 1.5, 1),
  },
  {
    name: "the OpenAPI document leaves out a call",
    breaks: ["API3"],
    answered: (answered, { path }) => {
      if (path !== "/v1/openapi.json") return;
      edit(answered, (body) => {
        delete (body["paths"] as Json)["/v1/sessions/{id}/burn"];
      });
    },
  },
  {
    name: "pages of any origin get in, without a word to their browser",
    breaks: ["API4"],
    asked: ({ headers }) => {
      delete headers.origin;
      return undefined;
    },
  },
  {
    name: "answers may be cached",
    breaks: ["API5"],
    answered: ({ headers }) => {
      headers["cache-control"] = "public, max-age=60";
    },
  },
  {
    name: "a jurisdiction is promised and not kept",
    breaks: ["API6", "API9"],
    asked: (asked) => {
      edit(asked, (body) => {
        delete body["jurisdiction"];
      });
      return undefined;
    },
  },
  {
    name: "a jurisdiction is offered that cannot be had",
    breaks: ["API9"],
    answered: (answered, { path }) => {
      if (path !== "/v1/jurisdictions") return;
      edit(answered, (body) => {
        body["jurisdictions"] = ["eu"];
      });
    },
  },
  {
    name: "a wrong method is refused without Allow",
    breaks: ["API7"],
    answered: ({ headers, status }) => {
      if (status === 405) delete headers.allow;
    },
  },
  remembering((known) => ({
    name: "unknown ids answer 404",
    breaks: ["RULE4"],
    answered: (answered, { path }) => {
      if (answered.status === 401 && !known.has(idIn(path)))
        Object.assign(answered, problem(404, "not_found"));
    },
  })),
  {
    name: "a token in the query is taken",
    breaks: ["RULE10"],
    asked: ({ path, headers }) => {
      const token = new URL(path, "http://x").searchParams.get("token");
      if (token !== null) headers.authorization = `Bearer ${token}`;
      return undefined;
    },
  },
  {
    name: "the token names another participant than the answer",
    breaks: ["TOK1", "SOCK3"],
    answered: (answered, { path }) => {
      if (path !== "/v1/sessions") return;
      edit(answered, (body) => {
        if (body["participant"] !== undefined) body["participant"] = "A".repeat(16);
      });
    },
  },
  remembering((known) => ({
    name: "a token without signature is taken",
    breaks: ["TOK3"],
    asked: ({ path, headers }) => {
      const token = (headers.authorization ?? "").slice("Bearer ".length);
      const genuine = known.get(idIn(path))?.["hostToken"];
      if (token.endsWith(".") && typeof genuine === "string") headers.authorization = `Bearer ${genuine}`;
      return undefined;
    },
  })),
  remembering((known) => ({
    name: "past its hard cap a session was never there",
    breaks: ["TOK4", "RULE5"],
    answered: (answered, { path }) => {
      const deadlines = known.get(idIn(path))?.["deadlines"] as { hardCapAt: number } | undefined;
      if (answered.status === 410 && deadlines !== undefined && deadlines.hardCapAt < Date.now()) {
        Object.assign(answered, problem(401, "unauthorised"));
      }
    },
  })),
  {
    name: "the default life is a minute",
    breaks: ["LIFE1"],
    asked: (asked) => {
      if (asked.path !== "/v1/sessions" || asked.body.length > 0 || asked.method !== "POST") return undefined;
      asked.body = Buffer.from('{"burn":{"ttl":60}}');
      asked.headers["content-type"] = "application/json";
      return undefined;
    },
  },
  { name: "idle is halved", breaks: ["LIFE3"], asked: onCreate("burn", "idle", 2, 1) },
  { name: "empty: 0 is forgotten", breaks: ["LIFE4"], asked: onCreate("burn", "empty", 0, null) },
  { name: "one message more", breaks: ["LIFE6"], asked: onCreate("burn", "messages", 3, 4) },
  { name: "members may burn", breaks: ["LIFE7"], asked: onCreate("burn", "burnBy", "host", "anyone") },
  {
    name: "larger frames than agreed",
    breaks: ["FLOW5"],
    asked: onCreate("limits", "frameBytes", 1_024, 2_048),
  },
  {
    name: "the hard cap moves",
    breaks: ["RULE6"],
    answered: (answered, { method }) => {
      if (method !== "PATCH") return;
      edit(answered, (body) => {
        const deadlines = body["deadlines"] as { hardCapAt: number } | undefined;
        if (deadlines !== undefined) deadlines.hardCapAt += 1_000;
      });
    },
  },
  {
    name: "a burned session still takes changes",
    breaks: ["END2"],
    answered: (answered, { method }) => {
      if (method === "PATCH" && codeIs(answered, "burned")) answered.status = 200;
    },
  },
  { name: "whoever burns again gets a statement too", breaks: ["END3"], ...replayingBurns() },
  {
    name: "the statement does not say what it does not prove",
    breaks: ["STMT1"],
    ...resigning((payload) => ({ ...payload, notProven: [] }), true),
  },
  {
    name: "the statement counts one message more",
    breaks: ["STMT2"],
    ...resigning((payload) => ({ ...payload, messages: Number(payload["messages"]) + 1 }), true),
  },
  {
    name: "the statement is signed by another key",
    breaks: ["STMT3"],
    ...resigning((payload) => payload, false),
  },
  {
    name: "an invite for two admits three",
    breaks: ["INV1"],
    asked: (asked) => {
      edit(asked, (body) => {
        if (body["uses"] === 2) body["uses"] = 3;
      });
      return undefined;
    },
  },
  {
    name: "members are told that they minted an invite",
    breaks: ["INV7"],
    answered: (answered, { path }) => {
      if (path.endsWith("/invites") && codeIs(answered, "forbidden")) answered.status = 201;
    },
  },
  {
    name: "the repeated join is one like any other",
    breaks: ["INV8"],
    offers: (offers) => offers.filter((offer) => !offer.startsWith("ghost.join.")),
  },
];
