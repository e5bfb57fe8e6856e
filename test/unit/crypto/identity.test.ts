// The deployment's identity: what is taken for a key, and what is published of it.
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { parseIdentity, publicKeys } from "../../../src/crypto/identity.ts";
import { makeSecrets } from "../../../src/local/secrets.ts";
import { JwksSchema } from "../../../src/protocol/api.ts";
import vectors from "../../vectors/identity.json" with { type: "json" };
import { fakeIdentity, fakeIdentityJwk, fakePublicJwk } from "./fake-keys.ts";

const own = fakeIdentityJwk(1);
const foreign = fakePublicJwk(100);

const BROKEN: readonly { why: string; json: string }[] = [
  { why: "nothing", json: "" },
  { why: "not JSON", json: "{" },
  { why: "null", json: "null" },
  { why: "a list", json: JSON.stringify([own]) },
  { why: "the public half only", json: JSON.stringify(fakePublicJwk(1)) },
  { why: "kty EC", json: JSON.stringify({ ...own, kty: "EC" }) },
  { why: "kty oct", json: JSON.stringify({ ...own, kty: "oct", k: own.d }) },
  { why: "crv X25519", json: JSON.stringify({ ...own, crv: "X25519" }) },
  { why: "crv Ed448", json: JSON.stringify({ ...own, crv: "Ed448" }) },
  { why: "a short d", json: JSON.stringify({ ...own, d: "AAAA" }) },
  { why: "d of other characters", json: JSON.stringify({ ...own, d: "***" }) },
  { why: "an empty d", json: JSON.stringify({ ...own, d: "" }) },
  { why: "d as a number", json: JSON.stringify({ ...own, d: 1 }) },
  { why: "a short x", json: JSON.stringify({ ...own, x: "AAAA" }) },
  { why: "the public half of another key", json: JSON.stringify({ ...own, x: foreign.x }) },
];

describe("parseIdentity", () => {
  it("[STMT1] reads a key and names it by its thumbprint", async () => {
    const identity = await parseIdentity(fakeIdentity(1));
    const { keys } = await publicKeys(fakeIdentity(1), "");
    expect(identity.thumbprint).toBe(keys[0]?.kid);
    expect(identity.privateKey.extractable).toBe(false);
    expect(identity.privateKey.usages).toEqual(["sign"]);
  });

  it("takes what the local runner and keygen make", async () => {
    await expect(parseIdentity(makeSecrets().IDENTITY_KEY)).resolves.toBeDefined();
  });

  it.each(BROKEN)("[API8] refuses $why with a TypeError that quotes none of it", async ({ json }) => {
    const error: unknown = await parseIdentity(json).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TypeError);
    expect(String(error)).not.toContain(own.d);
    expect(String(error)).toContain("IDENTITY_KEY");
  });
});

describe("publicKeys", () => {
  it.each(vectors)("[STMT3] the thumbprint of $source is the published kid", async ({ jwk, thumbprint }) => {
    const { keys } = await publicKeys(fakeIdentity(1), JSON.stringify([jwk]));
    expect(keys[1]).toEqual({ ...jwk, kid: thumbprint, alg: "Ed25519", use: "sig" });
  });

  it("[STMT4] publishes the current key and the retired ones in the documented form", async () => {
    const retired = JSON.stringify([fakePublicJwk(2), fakePublicJwk(3)]);
    const keys = await publicKeys(fakeIdentity(1), retired);
    expect(v.is(JwksSchema, keys)).toBe(true);
    expect(keys.keys.map(({ x }) => x)).toEqual([1, 2, 3].map((start) => fakePublicJwk(start).x));
  });

  it("[STMT4] publishes a key once, though it stands in both places while keys are swapped", async () => {
    const both = JSON.stringify([fakePublicJwk(1), fakePublicJwk(2), fakePublicJwk(2)]);
    const { keys } = await publicKeys(fakeIdentity(1), both);
    expect(keys.map(({ x }) => x)).toEqual([1, 2].map((start) => fakePublicJwk(start).x));
  });

  it("[RULE1] publishes no private half, not even of a retired key that was given whole", async () => {
    const keys = JSON.stringify(await publicKeys(fakeIdentity(1), JSON.stringify([fakeIdentityJwk(2)])));
    for (const secret of [own.d, fakeIdentityJwk(2).d]) expect(keys).not.toContain(secret);
    expect(keys).not.toContain('"d"');
  });

  it("[API8] throws where the retired keys are not a list of Ed25519 keys", async () => {
    const wrong = [{ ...foreign, kty: "EC" }, { ...foreign, crv: "X25519" }, { kty: "OKP" }, null, "key"];
    for (const retired of ["{", "{}", "null", ...wrong.map((key) => JSON.stringify([key]))]) {
      await expect(publicKeys(fakeIdentity(1), retired), retired).rejects.toThrow();
    }
  });

  it("[API8] throws where there is no identity", async () => {
    for (const json of ["", "null", "{}", JSON.stringify(fakePublicJwk(1))]) {
      await expect(publicKeys(json, ""), json).rejects.toThrow(TypeError);
    }
  });
});
