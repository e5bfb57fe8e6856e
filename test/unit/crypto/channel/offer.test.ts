// Offers: what a client accepts as one, and that everything else is none.
import { SignJWT, type JWTPayload } from "jose";
import { beforeAll, describe, expect, it } from "vitest";
import { createOffer, verifyOffer, type OfferKeys } from "../../../../src/crypto/channel/offer.ts";
import { parseIdentity, publicKeys, type Identity } from "../../../../src/crypto/identity.ts";
import { randomId } from "../../../../src/crypto/bytes.ts";
import type { AssistantTerms } from "../../../../src/protocol/assistant.ts";
import vectors from "../../../vectors/channel.json" with { type: "json" };
import { changedAnywhere, fakeIdentity, respelled } from "../fake-keys.ts";

const TERMS = vectors.offer.payload.terms as AssistantTerms;
const FACTS = { ...vectors.offer.expected, terms: TERMS, build: "test" };
const HEADER = { alg: "Ed25519", typ: "ghost-offer+jwt" };
const own = await publicKeys(fakeIdentity(1), "");

let identity: Identity;
let jws: string;
let keys: OfferKeys;

beforeAll(async () => {
  identity = await parseIdentity(fakeIdentity(1));
  ({ jws, keys } = await createOffer(identity, FACTS));
});

const signed = (payload: JWTPayload, header: object = {}): Promise<string> =>
  new SignJWT(payload)
    .setProtectedHeader({ ...HEADER, kid: identity.thumbprint, ...header })
    .sign(identity.privateKey);

function firstDifference(a: string, b: string): number {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  return at;
}

describe("[CHAN7] an offer", () => {
  it("verifies as what was signed", async () => {
    const offer = await verifyOffer(jws, own, FACTS);
    expect(offer).toMatchObject({ session: FACTS.session, keyId: keys.keyId, terms: TERMS, build: "test" });
    expect(offer?.hash).toEqual(keys.hash);
  });

  it("of another session, connection or nonce is none", async () => {
    for (const other of [{ session: "f".repeat(64) }, { connection: "x" }, { nonce: randomId(32) }]) {
      expect(await verifyOffer(jws, own, { ...FACTS, ...other })).toBeNull();
    }
  });

  it("under another key is none", async () => {
    expect(await verifyOffer(jws, await publicKeys(fakeIdentity(2), ""), FACTS)).toBeNull();
    expect(await verifyOffer(jws, { keys: [] }, FACTS)).toBeNull();
  });

  it("changed in any character, or spelt differently, is none", async () => {
    // Characters of the keys are many and alike: every thirteenth is enough, and every one of header and signature.
    const parts = jws.split(".");
    const payload = { from: (parts[0] ?? "").length, to: jws.lastIndexOf(".") };
    let at = 0;
    for (const changed of changedAnywhere(jws)) {
      const where = firstDifference(changed, jws);
      at += 1;
      if (where > payload.from && where < payload.to && at % 13 !== 0) continue;
      expect(await verifyOffer(changed, own, FACTS), changed).toBeNull();
    }
    for (const text of respelled(jws)) expect(await verifyOffer(text, own, FACTS)).toBeNull();
  });

  it("of another type, audience, version or form is none, though it is signed", async () => {
    const payload = { ...vectors.offer.payload };
    expect(await verifyOffer(await signed(payload), own, FACTS)).not.toBeNull();
    expect(await verifyOffer(await signed(payload, { typ: "ghost-statement+jwt" }), own, FACTS)).toBeNull();
    const missing = { ...payload, build: undefined };
    const short = { ...payload.keys, "647a": payload.keys["647a"].slice(4) };
    const bad: JWTPayload[] = [
      { ...payload, aud: "ghost-session/statement" },
      { ...payload, v: 2 },
      { ...payload, more: 1 },
      { ...payload, exp: 4_000_000_000 },
      missing,
      { ...payload, keyId: "AAAA" },
      { ...payload, keys: short },
      { ...payload, keys: { "0020": payload.keys["0020"] } },
      { ...payload, keys: { ...payload.keys, "0021": "" } },
      { ...payload, terms: { ...TERMS, more: 1 } },
      { ...payload, terms: null },
    ];
    for (const claims of bad) {
      expect(
        await verifyOffer(await signed(claims), own, FACTS),
        JSON.stringify(claims).slice(-80),
      ).toBeNull();
    }
  });

  it("[CHAN5] hands out the key of one suite once, and none once it was closed", async () => {
    const { keys: fresh } = await createOffer(identity, FACTS);
    expect(fresh.take("647a")?.privateKey.type).toBe("private");
    expect(fresh.take("647a")).toBeNull();
    expect(fresh.take("0020")).toBeNull();
    const { keys: closed } = await createOffer(identity, FACTS);
    closed.close();
    expect(closed.take("647a")).toBeNull();
  });
});
