// The destruction statement: a signed account of a burn (JWS compact serialization, RFC 7515). Making and
// verifying live together so that they cannot drift. It names no person, no content and no session in clear.
import { createLocalJWKSet, jwtVerify, SignJWT, type JSONWebKeySet } from "jose";
import * as v from "valibot";
import { BURN_CAUSES, type BurnCause } from "../protocol/burn-policy.ts";
import { isCanonicalJws, sha256 } from "./bytes.ts";
import { IDENTITY_ALGORITHM, type Identity } from "./identity.ts";

const TYPE = "ghost-statement+jwt";
const AUDIENCE = "ghost-session/statement";

/** What a statement does not prove; part of the signed text, so that nobody can quote one without it. */
export const NOT_PROVEN = [
  "copies that participants hold",
  "copies that a model provider holds",
  "physical remains in process memory",
  "recovery history of the content-free session record",
  "that this very build ran",
] as const;

/** What the object knows when it burns. */
export interface BurnFacts {
  readonly session: string;
  readonly cause: BurnCause;
  /** ms since the epoch */
  readonly createdAt: number;
  /** ms since the epoch */
  readonly burnedAt: number;
  /** content messages relayed; a lower bound unless `complete` */
  readonly messages: number;
  /** sealed bytes relayed; a lower bound unless `complete` */
  readonly bytes: number;
  /** the object kept its memory from creation to burn */
  readonly complete: boolean;
  /** keys and alarms found in storage when it was read back after the wipe */
  readonly storageKeys: number;
  readonly build: string;
}

const StatementSchema = v.object({
  v: v.literal(1),
  /** base64url of SHA-256 over the session id */
  session: v.string(),
  cause: v.picklist(BURN_CAUSES),
  createdAt: v.number(),
  burnedAt: v.number(),
  messages: v.number(),
  bytes: v.number(),
  complete: v.boolean(),
  storageKeys: v.number(),
  build: v.string(),
  notProven: v.array(v.string()),
});

/**
 * What a destruction statement says. Instants in milliseconds since the epoch, by the service's clock; counts are
 * lower bounds unless `complete`.
 */
export type Statement = v.InferOutput<typeof StatementSchema>;

/** Signs the statement of one burn. */
export async function signStatement(identity: Identity, facts: BurnFacts): Promise<string> {
  const { session, ...rest } = facts;
  return new SignJWT({ v: 1, session: await sha256(session), ...rest, notProven: [...NOT_PROVEN] })
    .setProtectedHeader({ alg: IDENTITY_ALGORITHM, typ: TYPE, kid: identity.thumbprint })
    .setAudience(AUDIENCE)
    .sign(identity.privateKey);
}

/**
 * Verifies a statement against a deployment's key set. `session`, where given, must be the id that it is
 * about. Returns null if the signature, the type, the form or the session does not fit.
 */
export async function verifyStatement(
  jws: string,
  keys: JSONWebKeySet,
  session?: string,
): Promise<Statement | null> {
  if (!isCanonicalJws(jws)) return null;
  try {
    const { payload } = await jwtVerify(jws, createLocalJWKSet(keys), {
      algorithms: [IDENTITY_ALGORITHM],
      typ: TYPE,
      audience: AUDIENCE,
    });
    const parsed = v.safeParse(StatementSchema, payload);
    if (!parsed.success) return null;
    return session === undefined || parsed.output.session === (await sha256(session)) ? parsed.output : null;
  } catch {
    // Whatever is wrong with the statement or the key set: it does not verify.
    return null;
  }
}
