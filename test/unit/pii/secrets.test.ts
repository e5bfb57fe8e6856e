// Secrets and wallets. Every fake key is put together at run time, so that no scanner finds one in the repository.
import { describe, expect, it } from "vitest";
import { found } from "./engine-under-test.ts";

const POOL = "q7Rz2Vt9Lk4Xp8Bn3Wd6Hs5Jc1Mf0Gy";
/** A random-looking run of letters and digits. */
const key = (length: number, pool = POOL): string =>
  Array.from({ length }, (_, i) => pool[(i * 11 + (i >> 3)) % pool.length]).join("");
const hex = (length: number): string => key(length, "0a9b3c7d1e5f2864");
const upper = (length: number): string => key(length, "Q7RZ2VT9LK4XP8BN");

const vendorKeys: [string, string][] = [
  ["GitHub", ["gh", "p_", key(36)].join("")],
  ["GitLab", ["gl", "pat-", key(20)].join("")],
  ["AWS", ["AK", "IA", upper(16)].join("")],
  ["Stripe", ["sk", "_live_", key(24)].join("")],
  ["Slack", ["xo", "xb-", "263594206564", "-", "2343594206574", "-", key(24)].join("")],
  ["Google", ["AI", "za", "Sy", key(33)].join("")],
  ["npm", ["np", "m_", key(36)].join("")],
  ["Anthropic", ["sk-", "ant-", "api03-", key(91), "AA"].join("")],
  ["Hugging Face", ["h", "f_", key(34)].join("")],
];

describe("secrets", () => {
  it.each(vendorKeys)("[PII17] finds a %s key in prose, in code and alone", (_, secret) => {
    for (const text of [`my key is ${secret} ok`, `const k = "${secret}";`, secret])
      expect(found(text), text.slice(0, 20)).toContain(`SECRET:${secret}`);
  });

  it.each(vendorKeys)("[PII17] ignores a %s placeholder", (_, secret) => {
    const placeholder = secret.slice(0, 8) + "x".repeat(secret.length - 8);
    expect(found(`key ${placeholder} here`).filter((s) => s.startsWith("SECRET"))).toEqual([]);
  });

  it("[PII17] finds JSON web tokens and PEM private keys whole", () => {
    const jwt = ["ey" + "JhbGciOiJIUzI1NiJ9", "ey" + "JzdWIiOiIxMjM0NTY3ODkwIn0", key(43)].join(".");
    expect(found(`Authorization: Bearer ${jwt}`)).toEqual([`SECRET:${jwt}`]);
    const pem = [
      "-----BEGIN ",
      "PRIVATE KEY-----\n",
      `${key(64)}\n`.repeat(12),
      "-----END ",
      "PRIVATE KEY-----",
    ].join("");
    expect(found(`here:\n${pem}\nthanks`)).toEqual([`SECRET:${pem}`]);
    expect(
      found(
        ["-----BEGIN ", "PUBLIC KEY-----\n", `${key(64)}\n`.repeat(3), "-----END ", "PUBLIC KEY-----"].join(
          "",
        ),
      ),
    ).toEqual([]);
  });

  it("[PII17] reports the value of a telling identifier, not the identifier", () => {
    expect(found(`SERVICE_API_KEY=${key(24)}`)).toEqual([`SECRET:${key(24)}`]);
    expect(found(`"client_secret": "${key(32)}"`)).toEqual([`SECRET:${key(32)}`]);
    const phrase = ["c0rrect", "horse"].join("-");
    expect(found(`db_password = '${phrase}'`)).toEqual([`PASSWORD:${phrase}`]);
    expect(found('token_type=bearer, key_name = "main", password: null')).toEqual([]);
    expect(found(`commit_version=${hex(40)}`)).toEqual([]);
  });

  it("[PII17] finds credentials in a URL", () => {
    expect(found(`postgres://app:${key(14)}@db.example.net:5432/main`)).toContain(`SECRET:app:${key(14)}`);
  });

  it("[PII17] verifies Bitcoin addresses and knows Ethereum ones", () => {
    expect(found("send to 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa please")).toEqual([
      "BTC:1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
    ]);
    expect(
      found("send to 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb please").filter((s) => s.startsWith("BTC")),
    ).toEqual([]);
    expect(found("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4")).toEqual([
      "BTC:bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
    ]);
    expect(found(`wallet 0x${hex(40)}`)).toEqual([`ETH:0x${hex(40)}`]);
  });

  it("[PII17] finds a seed phrase after its cue", () => {
    const phrase = "ocean violin tiger maple river stone cloud ember lemon piano cabin robot";
    expect(found(`recovery phrase: ${phrase}`)).toEqual([`SEED_PHRASE:${phrase}`]);
  });
});
