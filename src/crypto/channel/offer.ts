// Offers: one-time keys of the object, signed with the deployment's identity (JWS, RFC 7515). A key opens one
// context and is gone with the first record that uses it. Private keys never leave this file but into HPKE.
import { createLocalJWKSet, jwtVerify, SignJWT, type JSONWebKeySet } from "jose";
import * as v from "valibot";
import { AssistantTermsSchema, type AssistantTerms } from "../../protocol/assistant.ts";
import { SUITES, type SuiteName } from "../../protocol/channel-frames.ts";
import { ID_BYTES, IdSchema, isSessionId, NonceSchema } from "../../protocol/ids.ts";
import { fromBase64Url, isCanonicalBase64Url, isCanonicalJws, randomId, toBase64Url } from "../bytes.ts";
import { IDENTITY_ALGORITHM, type Identity } from "../identity.ts";
import { digest } from "./binding.ts";
import { makeKeyPair, type SuiteKeyPair } from "./suites.ts";

const TYPE = "ghost-offer+jwt";
const AUDIENCE = "ghost-session/offer";

/** What an offer says besides its keys. */
export interface OfferFacts {
  readonly session: string;
  /** base64url of SHA-256 over the resume secret of the connection that asked */
  readonly connection: string;
  readonly terms: AssistantTerms;
  readonly build: string;
  /** from the client's request: shows that the offer is fresh */
  readonly nonce: string;
}

/** An offer whose signature and form were verified, ready to encrypt to. */
export interface VerifiedOffer {
  readonly session: string;
  readonly keyId: string;
  readonly publicKeys: Readonly<Record<SuiteName, Uint8Array<ArrayBuffer>>>;
  /** What the service promises. The caller compares it with what it accepts before it encrypts. */
  readonly terms: AssistantTerms;
  readonly build: string;
  /** SHA-256 of the offer as it was sent */
  readonly hash: Uint8Array<ArrayBuffer>;
}

const publicKey = (suite: SuiteName) =>
  v.pipe(
    v.string(),
    v.check(
      (text) => isCanonicalBase64Url(text) && fromBase64Url(text).length === SUITES[suite].publicKeyBytes,
    ),
  );

const OfferSchema = v.strictObject({
  v: v.literal(1),
  aud: v.literal(AUDIENCE),
  session: v.pipe(v.string(), v.check(isSessionId)),
  connection: v.string(),
  keyId: v.pipe(IdSchema, v.check(isCanonicalBase64Url)),
  keys: v.strictObject({ "647a": publicKey("647a"), "0020": publicKey("0020") }),
  terms: AssistantTermsSchema,
  build: v.string(),
  nonce: NonceSchema,
});

/** The private halves of one offer. Held in memory only, used once or never. */
export class OfferKeys {
  /** {@link ID_BYTES} random bytes, as base64url. */
  readonly keyId: string;
  /** SHA-256 of the offer as it was sent. */
  readonly hash: Uint8Array<ArrayBuffer>;
  #pairs: Readonly<Record<SuiteName, SuiteKeyPair>> | null;

  constructor(
    keyId: string,
    hash: Uint8Array<ArrayBuffer>,
    pairs: Readonly<Record<SuiteName, SuiteKeyPair>>,
  ) {
    this.keyId = keyId;
    this.hash = hash;
    this.#pairs = pairs;
  }

  /** Hands out the key of one suite and forgets those of all, at once: a second call finds none. */
  take(suite: SuiteName): SuiteKeyPair | null {
    const pairs = this.#pairs;
    this.#pairs = null;
    return pairs?.[suite] ?? null;
  }

  /** Forgets the keys. */
  close(): void {
    this.#pairs = null;
  }
}

/** Makes key pairs for both suites and signs their public halves. */
export async function createOffer(
  identity: Identity,
  { session, connection, terms, build, nonce }: OfferFacts,
): Promise<{ readonly jws: string; readonly keys: OfferKeys }> {
  const keyId = randomId(ID_BYTES);
  const [hybrid, classic] = await Promise.all([makeKeyPair("647a"), makeKeyPair("0020")]);
  const keys = { "647a": toBase64Url(hybrid.publicKey), "0020": toBase64Url(classic.publicKey) };
  const jws = await new SignJWT({ v: 1, session, connection, keyId, keys, terms, build, nonce })
    .setProtectedHeader({ alg: IDENTITY_ALGORITHM, typ: TYPE, kid: identity.thumbprint })
    .setAudience(AUDIENCE)
    .sign(identity.privateKey);
  const pairs = { "647a": hybrid.pair, "0020": classic.pair };
  return { jws, keys: new OfferKeys(keyId, await offerHash(jws), pairs) };
}

/**
 * Verifies an offer under the keys that the caller pins. `expected` is what this very connection asked for. Returns
 * null if the signature, the type, the form, or anything expected does not fit.
 */
export async function verifyOffer(
  jws: string,
  identityKeys: JSONWebKeySet,
  expected: Pick<OfferFacts, "session" | "connection" | "nonce">,
): Promise<VerifiedOffer | null> {
  const offer = await readOffer(jws, identityKeys);
  const fits =
    offer?.session === expected.session &&
    offer.connection === expected.connection &&
    offer.nonce === expected.nonce;
  if (!fits) return null;
  const { session, keyId, keys, terms, build } = offer;
  const publicKeys = { "647a": fromBase64Url(keys["647a"]), "0020": fromBase64Url(keys["0020"]) };
  return { session, keyId, publicKeys, terms, build, hash: await offerHash(jws) };
}

async function readOffer(
  jws: string,
  identityKeys: JSONWebKeySet,
): Promise<v.InferOutput<typeof OfferSchema> | null> {
  if (!isCanonicalJws(jws)) return null;
  try {
    const { payload } = await jwtVerify(jws, createLocalJWKSet(identityKeys), {
      algorithms: [IDENTITY_ALGORITHM],
      typ: TYPE,
      audience: AUDIENCE,
    });
    const parsed = v.safeParse(OfferSchema, payload);
    return parsed.success ? parsed.output : null;
  } catch {
    // Whatever is wrong with the offer or the key set: it does not verify.
    return null;
  }
}

// A compact JWS is ASCII, so that these are the bytes that travelled.
function offerHash(jws: string): Promise<Uint8Array<ArrayBuffer>> {
  return digest(new Uint8Array(new TextEncoder().encode(jws)));
}
