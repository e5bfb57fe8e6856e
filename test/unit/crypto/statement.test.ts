// The destruction statement: what it says, and that nothing else passes for one.
import fc from "fast-check";
import { SignJWT, UnsecuredJWT, type JSONWebKeySet, type JWTPayload } from "jose";
import { beforeAll, describe, expect, it } from "vitest";
import { sha256 } from "../../../src/crypto/bytes.ts";
import { parseIdentity, publicKeys, type Identity } from "../../../src/crypto/identity.ts";
import { NOT_PROVEN, signStatement, verifyStatement, type BurnFacts } from "../../../src/crypto/statement.ts";
import { createTokens } from "../../../src/crypto/tokens.ts";
import { BURN_CAUSES } from "../../../src/protocol/burn-policy.ts";
import vectors from "../../vectors/statements.json" with { type: "json" };
import {
  changedAnywhere,
  compactJws,
  fakeBytes,
  fakeIdentity,
  fakePublicJwk,
  fakeSecret,
  respelled,
  signHmac,
} from "./fake-keys.ts";

const HEX = Array.from("0123456789abcdef");
const SESSION = "0123456789abcdef".repeat(4);
const NOW = 1_800_000_000_000;
const HEADER = { alg: "Ed25519", typ: "ghost-statement+jwt" };
const FACTS: BurnFacts = {
  session: SESSION,
  cause: "ttl",
  createdAt: NOW - 3_600_000,
  burnedAt: NOW,
  messages: 12,
  bytes: 3_456,
  complete: true,
  storageKeys: 0,
  build: "test",
};

let identity: Identity;
let keys: JSONWebKeySet;
let claims: JWTPayload;

beforeAll(async () => {
  identity = await parseIdentity(fakeIdentity(1));
  keys = await publicKeys(fakeIdentity(1), "");
  const { session, ...rest } = FACTS;
  claims = {
    v: 1,
    session: await sha256(session),
    ...rest,
    notProven: [...NOT_PROVEN],
    aud: "ghost-session/statement",
  };
});

/** Any claims under any header, signed with the deployment's own key. */
function signAny(payload: JWTPayload, header: Record<string, unknown> = {}): Promise<string> {
  return new SignJWT(payload)
    .setProtectedHeader({ ...HEADER, kid: identity.thumbprint, ...header })
    .sign(identity.privateKey);
}

const counts = fc.maxSafeNat();
const facts: fc.Arbitrary<BurnFacts> = fc.record(
  {
    session: fc.string({ unit: fc.constantFrom(...HEX), minLength: 64, maxLength: 64 }),
    cause: fc.constantFrom(...BURN_CAUSES),
    createdAt: counts,
    burnedAt: counts,
    messages: counts,
    bytes: counts,
    complete: fc.boolean(),
    storageKeys: counts,
    build: fc.string(),
  },
  { noNullPrototype: true },
);

describe("signStatement", () => {
  it("[STMT1] says what happened, with the session's hash in place of its id", async () => {
    await fc.assert(
      fc.asyncProperty(facts, async (burn) => {
        const statement = await verifyStatement(await signStatement(identity, burn), keys, burn.session);
        const { session, ...rest } = burn;
        expect(statement).toMatchObject({ v: 1, session: await sha256(session), ...rest });
      }),
    );
  });

  it("[STMT1] is a JWS of its own type that names its key and not the session", async () => {
    const jws = await signStatement(identity, FACTS);
    const [header = "", payload = ""] = jws
      .split(".")
      .map((part) => Buffer.from(part, "base64url").toString());
    expect(JSON.parse(header)).toEqual({ ...HEADER, kid: identity.thumbprint });
    expect(payload).not.toContain(SESSION);
    const fields = Object.keys(JSON.parse(payload) as object);
    expect(fields.toSorted()).toEqual(Object.keys(claims).toSorted());
  });

  it("[STMT1] carries the list of what it does not prove", async () => {
    const statement = await verifyStatement(await signStatement(identity, FACTS), keys);
    expect(statement?.notProven).toEqual([...NOT_PROVEN]);
    const all = NOT_PROVEN.join(" ");
    for (const word of ["participants", "provider", "memory", "history", "build"])
      expect(all).toContain(word);
  });

  it("[STMT2] keeps whether its counts are exact", async () => {
    for (const complete of [true, false]) {
      const statement = await verifyStatement(await signStatement(identity, { ...FACTS, complete }), keys);
      expect(statement?.complete).toBe(complete);
    }
  });
});

describe("verifyStatement", () => {
  it("[STMT3] the control of the attacks below: the same claims, signed right, are accepted", async () => {
    expect(await verifyStatement(await signAny(claims), keys, SESSION)).toMatchObject({ messages: 12 });
  });

  it("[STMT3] refuses a change at any position", async () => {
    const jws = await signStatement(identity, FACTS);
    for (const changed of changedAnywhere(jws))
      expect(await verifyStatement(changed, keys), changed).toBeNull();
  });

  it("[STMT3] refuses any other spelling of the same statement", async () => {
    const jws = await signStatement(identity, FACTS);
    for (const spelling of respelled(jws)) {
      expect(await verifyStatement(spelling, keys), JSON.stringify(spelling)).toBeNull();
    }
  });

  it("[STMT3] refuses every cut", async () => {
    const jws = await signStatement(identity, FACTS);
    for (let end = 0; end < jws.length; end++)
      expect(await verifyStatement(jws.slice(0, end), keys)).toBeNull();
  });

  it("[STMT3] refuses the key of another deployment, also under the name of the right one", async () => {
    const jws = await signStatement(identity, FACTS);
    const other = await publicKeys(fakeIdentity(50), "");
    expect(await verifyStatement(jws, other)).toBeNull();
    const renamed = { keys: other.keys.map((key) => ({ ...key, kid: identity.thumbprint })) };
    expect(await verifyStatement(jws, renamed)).toBeNull();
  });

  it("[STMT3] refuses a key set without keys, with keys of another kind, or with broken ones", async () => {
    const jws = await signStatement(identity, FACTS);
    const [key] = keys.keys;
    const spoil = (more: object) => ({ keys: [{ ...key, ...more }] });
    const sets = [
      { keys: [] },
      spoil({ kty: "oct", k: "AAAA" }),
      spoil({ kty: "EC", crv: "P-256", y: "AAAA" }),
      spoil({ crv: "X25519" }),
      spoil({ x: "AAAA" }),
      spoil({ x: "***" }),
      spoil({ use: "enc" }),
      spoil({ alg: "HS256" }),
      spoil({ kid: "another" }),
      {} as JSONWebKeySet,
      { keys: "none" } as unknown as JSONWebKeySet,
    ];
    for (const set of sets) expect(await verifyStatement(jws, set), JSON.stringify(set)).toBeNull();
  });

  it("[STMT3] refuses algorithm none, and the public half taken for an HMAC key", async () => {
    expect(await verifyStatement(new UnsecuredJWT(claims).encode(), keys)).toBeNull();
    for (const alg of ["none", "NONE", "HS256", "EdDSA"]) {
      expect(
        await verifyStatement(compactJws({ ...HEADER, alg }, claims, new Uint8Array(64)), keys),
      ).toBeNull();
    }
    const publicHalf = Buffer.from(fakePublicJwk(1).x ?? "", "base64url");
    const header = { ...HEADER, alg: "HS256", kid: identity.thumbprint };
    expect(await verifyStatement(signHmac(publicHalf, header, claims), keys)).toBeNull();
  });

  it("[STMT3] refuses another algorithm, though the key is the right one and allows any", async () => {
    const open = {
      keys: keys.keys.map(({ kty, kid, ...rest }) => ({ kty, kid, crv: "Ed25519", x: rest.x })),
    };
    expect(await verifyStatement(await signAny(claims), open as JSONWebKeySet)).not.toBeNull();
    expect(await verifyStatement(await signAny(claims, { alg: "EdDSA" }), open as JSONWebKeySet)).toBeNull();
  });

  it("[STMT3] refuses another type of token of ours, though signed with the identity key", async () => {
    for (const typ of ["ghost-capability+jwt", "ghost-offer+jwt", "JWT", "", undefined]) {
      expect(await verifyStatement(await signAny(claims, { typ }), keys), typ).toBeNull();
    }
    for (const aud of ["ghost-session/capability", "ghost-session", "", undefined]) {
      expect(await verifyStatement(await signAny({ ...claims, aud } as JWTPayload), keys), aud).toBeNull();
    }
    const capability = await createTokens(fakeSecret(1)).sign({
      kind: "participant",
      session: SESSION,
      subject: "A".repeat(16),
      role: "host",
      hardCapAt: NOW,
      expiresAt: NOW,
      generation: 0,
      jurisdiction: null,
    });
    expect(await verifyStatement(capability, keys)).toBeNull();
  });

  it("[STMT3] refuses another session", async () => {
    const jws = await signStatement(identity, FACTS);
    expect(await verifyStatement(jws, keys, SESSION)).not.toBeNull();
    for (const other of ["f".repeat(64), SESSION.toUpperCase(), "", await sha256(SESSION)]) {
      expect(await verifyStatement(jws, keys, other)).toBeNull();
    }
  });

  it("[STMT3] refuses claims of another form, though signed with the identity key", async () => {
    const wrong = [
      ...Object.keys(claims).map((name) => ({ ...claims, [name]: undefined })),
      ...Object.keys(claims).map((name) => ({ ...claims, [name]: { x: 1 } })),
      { ...claims, v: 2 },
      { ...claims, cause: "boredom" },
      { ...claims, notProven: "nothing" },
    ] as JWTPayload[];
    for (const each of wrong) {
      expect(await verifyStatement(await signAny(each), keys), JSON.stringify(each)).toBeNull();
    }
  });

  it("[STMT3] refuses anything else, and never throws", async () => {
    const parts = fc.array(fc.oneof(fc.base64String(), fc.string()), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.string({ unit: "binary" }),
          parts.map((all) => all.join(".")),
        ),
        async (text) => {
          expect(await verifyStatement(text, keys)).toBeNull();
        },
      ),
      { numRuns: 1_000 },
    );
  });
});

describe("retired keys", () => {
  it("[STMT4] a statement verifies after the key was replaced, while its public half is configured", async () => {
    const jws = await signStatement(identity, FACTS);
    const retired = JSON.stringify([fakePublicJwk(1)]);
    expect(await verifyStatement(jws, await publicKeys(fakeIdentity(50), retired), SESSION)).not.toBeNull();
    expect(await verifyStatement(jws, await publicKeys(fakeIdentity(50), ""), SESSION)).toBeNull();
  });

  it("[STMT4] a statement verifies while its key is current and retired at once", async () => {
    const jws = await signStatement(identity, FACTS);
    const both = JSON.stringify([fakePublicJwk(1), fakePublicJwk(50)]);
    expect(await verifyStatement(jws, await publicKeys(fakeIdentity(1), both), SESSION)).not.toBeNull();
  });
});

describe("vectors", () => {
  it.each(vectors)("[STMT3] $name", async ({ header, payload, signature, session, keySet, verifies }) => {
    const jws = compactJws(header, payload, Buffer.from(signature, "hex"));
    const statement = await verifyStatement(jws, keySet, session);
    const { aud, ...rest } = payload;
    expect(statement).toEqual(verifies ? { ...rest } : null);
    expect(aud).toBe("ghost-session/statement");
  });

  it("[STMT3] were signed with the key that these tests put together", () => {
    expect(vectors[0]?.keySet.keys[0]?.x).toBe(fakePublicJwk(1).x);
    expect(fakeBytes(1)[31]).toBe(32);
  });
});
