// The deployment's Ed25519 identity (RFC 8032, RFC 8037). It signs destruction statements; its public half is
// published as a JWK Set (RFC 7517), so that statements can be checked by anyone, offline, later.
import { calculateJwkThumbprint, importJWK, type CryptoKey, type JSONWebKeySet, type JWK } from "jose";
import * as v from "valibot";

export const IDENTITY_ALGORITHM = "Ed25519";

const PrivateJwkSchema = v.object({
  kty: v.literal("OKP"),
  crv: v.literal("Ed25519"),
  x: v.string(),
  d: v.string(),
});
const PublicJwkSchema = v.object({ kty: v.literal("OKP"), crv: v.literal("Ed25519"), x: v.string() });

/** The deployment's signing key, ready to use. */
export interface Identity {
  readonly privateKey: CryptoKey;
  /** JWK thumbprint (RFC 7638), used as `kid`; clients may pin it. */
  readonly thumbprint: string;
}

/** Reads `IDENTITY_KEY`: an Ed25519 private key as JSON Web Key. Throws a TypeError if it is not one. */
export async function parseIdentity(json: string): Promise<Identity> {
  const jwk = parseJwk(PrivateJwkSchema, json);
  return { privateKey: await importPrivateKey(jwk), thumbprint: await calculateJwkThumbprint(jwk) };
}

/**
 * The public keys to publish: the current one, and retired ones whose statements must stay verifiable.
 * `retired` is a JSON array of public JWKs, or empty.
 */
export async function publicKeys(identityJson: string, retired: string): Promise<JSONWebKeySet> {
  const retiredKeys: unknown = retired === "" ? [] : JSON.parse(retired);
  const current = parseJwk(PrivateJwkSchema, identityJson);
  const keys = await Promise.all(
    [current, ...v.parse(v.array(PublicJwkSchema), retiredKeys)].map(toPublicJwk),
  );
  // While keys are being swapped the current one may already stand among the retired ones. A key set that
  // names a key twice verifies nothing.
  return { keys: [...new Map(keys.map((key) => [key.kid, key])).values()] };
}

// Also notices a public half that belongs to another private one.
async function importPrivateKey(jwk: v.InferOutput<typeof PrivateJwkSchema>): Promise<CryptoKey> {
  const key = await importJWK({ ...jwk, ext: false }, IDENTITY_ALGORITHM).catch(() => null);
  if (key === null || key instanceof Uint8Array) throw new TypeError("IDENTITY_KEY is not an Ed25519 key");
  return key;
}

async function toPublicJwk({ kty, crv, x }: v.InferOutput<typeof PublicJwkSchema>): Promise<JWK> {
  const kid = await calculateJwkThumbprint({ kty, crv, x });
  return { kty, crv, x, kid, alg: IDENTITY_ALGORITHM, use: "sig" };
}

function parseJwk<S extends v.GenericSchema>(schema: S, json: string): v.InferOutput<S> {
  let data: unknown;
  try {
    data = JSON.parse(json);
  } catch {
    throw new TypeError("IDENTITY_KEY is not JSON");
  }
  const parsed = v.safeParse(schema, data);
  if (!parsed.success) throw new TypeError("IDENTITY_KEY is not an Ed25519 private JWK");
  return parsed.output;
}
