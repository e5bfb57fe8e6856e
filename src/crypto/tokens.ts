// Capability tokens: what its bearer may do in one session. Signed, never stored, verified in the entry
// Worker before any object wakes. They are JWTs (RFC 7519) held to RFC 8725: one algorithm, a type, an
// audience and a key of their own, so that no other token of ours is ever taken for one.
import { errors, jwtVerify, SignJWT } from "jose";
import * as v from "valibot";
import { JurisdictionSchema, type Jurisdiction } from "../protocol/api.ts";
import { RoleSchema, type Role } from "../protocol/control.ts";
import { ok, refuse, type Result } from "../protocol/errors.ts";
import { IdSchema, isSessionId } from "../protocol/ids.ts";
import { MAX_TOKEN_CHARS } from "../protocol/limits.ts";
import { fromBase64Url, isCanonicalJws } from "./bytes.ts";

const TYPE = "ghost-capability+jwt";
const AUDIENCE = "ghost-session/capability";
const ALGORITHM = "HS256";
/** bytes; HMAC-SHA-256 keys shorter than the hash are refused (RFC 7518 section 3.2). */
const KEY_BYTES = 32;

/** What a token says. */
export interface Capability {
  /** `participant`: somebody who was admitted. `invite`: whoever holds it may join while uses are left. */
  readonly kind: "participant" | "invite";
  readonly session: string;
  /** participant or invite id */
  readonly subject: string;
  readonly role: Role;
  /** ms since the epoch; the session is gone by then whatever happens */
  readonly hardCapAt: number;
  /** ms since the epoch; never past `hardCapAt` */
  readonly expiresAt: number;
  /** invites of an older generation than the session's are revoked */
  readonly generation: number;
  readonly jurisdiction: Jurisdiction | null;
}

const ClaimsSchema = v.object({
  kind: v.picklist(["participant", "invite"]),
  sid: v.pipe(v.string(), v.check(isSessionId)),
  sub: IdSchema,
  role: RoleSchema,
  cap: v.pipe(v.number(), v.safeInteger()),
  end: v.pipe(v.number(), v.safeInteger()),
  gen: v.pipe(v.number(), v.safeInteger()),
  jur: v.nullable(JurisdictionSchema),
});

/** Signs and verifies the capability tokens of one deployment. */
export interface Tokens {
  sign(capability: Capability): Promise<string>;
  /**
   * Refuses with `unauthorised` (not ours, tampered with, or for another session), `burned` (past the
   * session's hard cap) or `token_expired`. `now` is in ms since the epoch.
   */
  verify(token: string, session: string, now: number): Promise<Result<Capability>>;
}

/** `secret`: base64url of at least 32 random bytes. Throws a TypeError if it is not. */
export function createTokens(secret: string): Tokens {
  const key = fromBase64Url(secret);
  if (key.length < KEY_BYTES) throw new TypeError("TOKEN_SECRET must hold at least 32 bytes");
  return {
    sign: (capability) => sign(key, capability),
    verify: (token, session, now) => verify(key, token, session, now),
  };
}

// Lifetimes are claims of our own in milliseconds: `exp` counts seconds, and a session may live for one.
function sign(key: Uint8Array, capability: Capability): Promise<string> {
  return new SignJWT({
    kind: capability.kind,
    sid: capability.session,
    role: capability.role,
    cap: capability.hardCapAt,
    end: capability.expiresAt,
    gen: capability.generation,
    jur: capability.jurisdiction,
  })
    .setProtectedHeader({ alg: ALGORITHM, typ: TYPE })
    .setAudience(AUDIENCE)
    .setSubject(capability.subject)
    .sign(key);
}

async function verify(
  key: Uint8Array,
  token: string,
  session: string,
  now: number,
): Promise<Result<Capability>> {
  if (token.length > MAX_TOKEN_CHARS) return refuse("unauthorised");
  const claims = await readClaims(key, token);
  if (claims?.sid !== session) return refuse("unauthorised");
  if (now >= claims.cap) return refuse("burned");
  if (now >= claims.end) return refuse("token_expired");
  return ok({
    kind: claims.kind,
    session: claims.sid,
    subject: claims.sub,
    role: claims.role,
    hardCapAt: claims.cap,
    expiresAt: claims.end,
    generation: claims.gen,
    jurisdiction: claims.jur,
  });
}

async function readClaims(
  key: Uint8Array,
  token: string,
): Promise<v.InferOutput<typeof ClaimsSchema> | null> {
  if (!isCanonicalJws(token)) return null;
  try {
    const { payload } = await jwtVerify(token, key, {
      algorithms: [ALGORITHM],
      typ: TYPE,
      audience: AUDIENCE,
    });
    const parsed = v.safeParse(ClaimsSchema, payload);
    return parsed.success ? parsed.output : null;
  } catch (error) {
    if (error instanceof errors.JOSEError) return null;
    throw error;
  }
}
