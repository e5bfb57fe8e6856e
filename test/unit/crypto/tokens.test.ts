// Capability tokens, attacked the way RFC 8725 describes. Every refusal is a value; nothing throws.
import fc from "fast-check";
import { SignJWT, UnsecuredJWT, type JWTPayload } from "jose";
import { describe, expect, it } from "vitest";
import { parseIdentity } from "../../../src/crypto/identity.ts";
import { signStatement } from "../../../src/crypto/statement.ts";
import { createTokens, type Capability } from "../../../src/crypto/tokens.ts";
import { MAX_TOKEN_CHARS } from "../../../src/protocol/limits.ts";
import vectors from "../../vectors/tokens.json" with { type: "json" };
import {
  changedAnywhere,
  compactJws,
  fakeBytes,
  fakeIdentity,
  fakeSecret,
  respelled,
  signHmac,
} from "./fake-keys.ts";

const REFUSED = { ok: false, code: "unauthorised" };
const HEADER = { alg: "HS256", typ: "ghost-capability+jwt" };
const HEX = Array.from("0123456789abcdef");
const SESSION = "0123456789abcdef".repeat(4);
const NOW = 1_800_000_000_000;
const key = fakeBytes(1);
const tokens = createTokens(fakeSecret(1));

const base: Capability = {
  kind: "participant",
  session: SESSION,
  subject: "AbCdEfGh-_012345",
  role: "member",
  hardCapAt: NOW + 2_000,
  expiresAt: NOW + 1_000,
  generation: 3,
  jurisdiction: null,
};
const CLAIMS: JWTPayload = {
  kind: "participant",
  sid: SESSION,
  sub: base.subject,
  role: "member",
  cap: base.hardCapAt,
  end: base.expiresAt,
  gen: 3,
  jur: null,
  aud: "ghost-session/capability",
};

const idText = fc.string({ unit: fc.constantFrom(...Array.from("AZaz09-_")), minLength: 16, maxLength: 16 });
const capabilities: fc.Arbitrary<Capability> = fc.record(
  {
    kind: fc.constantFrom("participant", "invite"),
    session: fc.string({ unit: fc.constantFrom(...HEX), minLength: 64, maxLength: 64 }),
    subject: idText,
    role: fc.constantFrom("host", "member"),
    hardCapAt: fc.integer({ min: NOW + 1, max: Number.MAX_SAFE_INTEGER }),
    expiresAt: fc.integer({ min: NOW + 1, max: Number.MAX_SAFE_INTEGER }),
    generation: fc.maxSafeNat(),
    jurisdiction: fc.constantFrom(null, "eu", "fedramp", "us"),
  },
  { noNullPrototype: true },
);

describe("createTokens", () => {
  it("[TOK1] a token says what was signed, every field", async () => {
    await fc.assert(
      fc.asyncProperty(capabilities, async (capability) => {
        const token = await tokens.sign(capability);
        expect(await tokens.verify(token, capability.session, NOW)).toEqual({ ok: true, value: capability });
      }),
    );
  });

  it("[TOK1] the control of the attacks below: the same claims, signed right, are accepted", async () => {
    const token = signHmac(key, HEADER, CLAIMS);
    expect(await tokens.verify(token, SESSION, NOW)).toEqual({ ok: true, value: base });
  });

  it("[API8] a secret that is missing, short or no base64url throws a TypeError", () => {
    for (const secret of ["", "A", fakeSecret(1).slice(0, 42), "*".repeat(64), "é".repeat(64)]) {
      expect(() => createTokens(secret), secret).toThrow(TypeError);
    }
  });

  it("[TOK1] a token can ride in a subprotocol name and in an Authorization header as it is", async () => {
    expect(await tokens.sign(base)).toMatch(/^[A-Za-z0-9._-]+$/);
  });
});

describe("verify refuses", () => {
  it("[TOK3] a change at any position", async () => {
    const token = await tokens.sign(base);
    for (const changed of changedAnywhere(token)) {
      expect(await tokens.verify(changed, SESSION, NOW), changed).toEqual(REFUSED);
    }
  });

  it("[TOK3] any other spelling of the same token", async () => {
    const token = await tokens.sign(base);
    for (const spelling of respelled(token)) {
      expect(await tokens.verify(spelling, SESSION, NOW), JSON.stringify(spelling)).toEqual(REFUSED);
    }
  });

  it("[TOK3] every cut", async () => {
    const token = await tokens.sign(base);
    for (let end = 0; end < token.length; end++) {
      expect(await tokens.verify(token.slice(0, end), SESSION, NOW)).toEqual(REFUSED);
    }
  });

  it("[TOK3] algorithm none, in every spelling", async () => {
    expect(await tokens.verify(new UnsecuredJWT(CLAIMS).encode(), SESSION, NOW)).toEqual(REFUSED);
    for (const alg of ["none", "None", "NONE", "nOnE", ""]) {
      for (const signature of [new Uint8Array(), new Uint8Array(32)]) {
        const token = compactJws({ ...HEADER, alg }, CLAIMS, signature);
        expect(await tokens.verify(token, SESSION, NOW), alg).toEqual(REFUSED);
      }
    }
  });

  it("[TOK3] another algorithm with the very same key", async () => {
    for (const alg of ["HS384", "HS512"]) {
      const long = new Uint8Array(64);
      long.set(key);
      const token = signHmac(long, { ...HEADER, alg }, CLAIMS);
      expect(await createTokens(Buffer.from(long).toString("base64url")).verify(token, SESSION, NOW)).toEqual(
        REFUSED,
      );
    }
  });

  it("[TOK3] a signature of the identity key, and one made with its public half as HMAC key", async () => {
    const identity = await parseIdentity(fakeIdentity(1));
    const signed = await new SignJWT(CLAIMS)
      .setProtectedHeader({ ...HEADER, alg: "Ed25519" })
      .sign(identity.privateKey);
    expect(await tokens.verify(signed, SESSION, NOW)).toEqual(REFUSED);
    for (const publicText of [identity.thumbprint, fakeIdentity(1)]) {
      const confused = signHmac(new TextEncoder().encode(publicText.slice(0, 64)), HEADER, CLAIMS);
      expect(await tokens.verify(confused, SESSION, NOW)).toEqual(REFUSED);
    }
  });

  it("[TOK3] a key that it names or brings along itself", async () => {
    const foreign = fakeBytes(99);
    const jwk = { kty: "oct", k: Buffer.from(foreign).toString("base64url") };
    for (const more of [{ kid: "other" }, { jwk }, { jku: "https://attacker.example/jwks" }]) {
      const token = signHmac(foreign, { ...HEADER, ...more }, CLAIMS);
      expect(await tokens.verify(token, SESSION, NOW)).toEqual(REFUSED);
    }
  });

  it("[TOK3] extensions that it calls critical, though signed with our key", async () => {
    const plain = signHmac(key, { ...HEADER, hint: 1 } as typeof HEADER, CLAIMS);
    expect((await tokens.verify(plain, SESSION, NOW)).ok).toBe(true);
    const critical = signHmac(key, { ...HEADER, hint: 1, crit: ["hint"] } as typeof HEADER, CLAIMS);
    expect(await tokens.verify(critical, SESSION, NOW)).toEqual(REFUSED);
  });

  it("[TOK3] another type or none, though signed with our key", async () => {
    for (const typ of ["JWT", "ghost-statement+jwt", "ghost-access+jwt", "ghost-capability", "", undefined]) {
      const header = typ === undefined ? { alg: HEADER.alg } : { ...HEADER, typ };
      expect(await tokens.verify(signHmac(key, header, CLAIMS), SESSION, NOW), typ).toEqual(REFUSED);
    }
  });

  it("[TOK3] another audience or none, though signed with our key", async () => {
    const { aud: ours, ...rest } = CLAIMS;
    for (const aud of ["ghost-session/statement", "ghost-session", `${String(ours)} `, "", []]) {
      expect(await tokens.verify(signHmac(key, HEADER, { ...rest, aud }), SESSION, NOW)).toEqual(REFUSED);
    }
    expect(await tokens.verify(signHmac(key, HEADER, rest), SESSION, NOW)).toEqual(REFUSED);
  });

  it("[TOK3] a token of another deployment", async () => {
    const token = await createTokens(fakeSecret(2)).sign(base);
    expect(await tokens.verify(token, SESSION, NOW)).toEqual(REFUSED);
  });

  it("[TOK3] a destruction statement", async () => {
    const statement = await signStatement(await parseIdentity(fakeIdentity(1)), {
      session: SESSION,
      cause: "asked",
      createdAt: NOW,
      burnedAt: NOW,
      messages: 0,
      bytes: 0,
      complete: true,
      storageKeys: 0,
      build: "test",
    });
    expect(await tokens.verify(statement, SESSION, NOW)).toEqual(REFUSED);
  });

  it("[TOK2] a token of another session", async () => {
    const token = await tokens.sign(base);
    for (const other of ["f".repeat(64), SESSION.toUpperCase(), SESSION.slice(1), "", `${SESSION} `]) {
      expect(await tokens.verify(token, other, NOW)).toEqual(REFUSED);
    }
  });

  it("[TOK1] claims of another form, though signed with our key", async () => {
    const wrong: readonly JWTPayload[] = [
      ...Object.keys(CLAIMS).map((name) => ({ ...CLAIMS, [name]: undefined })),
      ...Object.keys(CLAIMS).map((name) => ({ ...CLAIMS, [name]: { x: 1 } })),
      { ...CLAIMS, kind: "host" },
      { ...CLAIMS, role: "admin" },
      { ...CLAIMS, sid: "not a session" },
      { ...CLAIMS, sub: "short" },
      { ...CLAIMS, cap: String(base.hardCapAt) },
      { ...CLAIMS, cap: 2 ** 60 },
      { ...CLAIMS, end: base.expiresAt + 0.5 },
      { ...CLAIMS, gen: 1.5 },
      { ...CLAIMS, jur: "mars" },
    ];
    for (const claims of wrong) {
      const token = signHmac(key, HEADER, claims);
      expect(await tokens.verify(token, SESSION, NOW), JSON.stringify(claims)).toEqual(REFUSED);
    }
  });

  it("[TOK2] an over-long token, without looking at it", async () => {
    const padded = signHmac(key, HEADER, { ...CLAIMS, pad: "A".repeat(MAX_TOKEN_CHARS) });
    expect(padded.length).toBeGreaterThan(MAX_TOKEN_CHARS);
    expect(await tokens.verify(padded, SESSION, NOW)).toEqual(REFUSED);
    expect(await tokens.verify("A".repeat(10_000_000), SESSION, NOW)).toEqual(REFUSED);
  });

  it("[TOK2] anything else, and never throws", async () => {
    const part = fc.oneof(
      fc.base64String(),
      fc.string(),
      fc.json().map((json) => Buffer.from(json).toString("base64url")),
    );
    const texts = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.array(part, { minLength: 1, maxLength: 5 }).map((parts) => parts.join(".")),
    );
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        expect(await tokens.verify(text, SESSION, NOW)).toEqual(REFUSED);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe("time", () => {
  it("[TOK1] a token expires at its instant, to the millisecond", async () => {
    const token = await tokens.sign(base);
    expect((await tokens.verify(token, SESSION, base.expiresAt - 1)).ok).toBe(true);
    for (const now of [base.expiresAt, base.hardCapAt - 1]) {
      expect(await tokens.verify(token, SESSION, now)).toEqual({ ok: false, code: "token_expired" });
    }
  });

  it("[TOK4] from the hard cap on the answer is burned, whatever the expiry says", async () => {
    for (const expiresAt of [base.expiresAt, base.hardCapAt, base.hardCapAt + 1_000]) {
      const token = await tokens.sign({ ...base, expiresAt });
      for (const now of [base.hardCapAt, base.hardCapAt + 1, Number.MAX_SAFE_INTEGER]) {
        expect(await tokens.verify(token, SESSION, now)).toEqual({ ok: false, code: "burned" });
      }
    }
  });

  it("[TOK4] a token of another session is unauthorised even past its hard cap", async () => {
    const token = await tokens.sign(base);
    expect(await tokens.verify(token, "f".repeat(64), base.hardCapAt + 1)).toEqual(REFUSED);
  });
});

describe("vectors", () => {
  it.each(vectors)("[TOK1] $name", async ({ header, claims, mac, now, answer }) => {
    const token = compactJws(header, claims, Buffer.from(mac, "hex"));
    expect(await tokens.verify(token, claims.sid, now)).toEqual(answer);
  });
});
