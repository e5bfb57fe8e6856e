// HPKE as we use it against the vectors of its standards, and against libraries that share no code with it: a second
// HPKE, and two other X-Wings.
import { Aes256Gcm, CipherSuite as OtherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from "@hpke/core";
import { XWing } from "@hpke/hybridkem-x-wing";
import { KEM_MLKEM768_X25519 } from "@panva/hpke-noble";
import { ml_kem768 as mlKem } from "@noble/post-quantum/ml-kem.js";
import { afterEach, describe, expect, it, vi } from "vitest";
import { cipherSuite, makeKeyPair } from "../../../../src/crypto/channel/suites.ts";
import { createXWing } from "../../../../src/crypto/channel/x-wing.ts";
import { SUITES, type SuiteName } from "../../../../src/protocol/channel-frames.ts";
import { fromHex, toHex } from "../../../support/hex.ts";
import rfc9180 from "../../../vectors/hpke-rfc9180.json" with { type: "json" };
import xwing from "../../../vectors/xwing.json" with { type: "json" };

const NAMES = ["647a", "0020"] as const;
const INFO = fromHex("0102");
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function otherSuite(suite: SuiteName): OtherSuite {
  const kem = suite === "647a" ? new XWing() : new DhkemX25519HkdfSha256();
  return new OtherSuite({ kem, kdf: new HkdfSha256(), aead: new Aes256Gcm() });
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe("[CHAN6] the suites are those of the standards", () => {
  it.each(NAMES)("%s has the registered numbers and sizes", async (suite) => {
    const { KEM, KDF, AEAD } = cipherSuite(suite);
    expect([KEM.id, KDF.id, AEAD.id]).toEqual([SUITES[suite].kem, 0x0001, 0x0002]);
    expect([KEM.Nenc, KEM.Npk]).toEqual([SUITES[suite].encBytes, SUITES[suite].publicKeyBytes]);
    const { pair, publicKey } = await makeKeyPair(suite);
    expect(publicKey).toHaveLength(SUITES[suite].publicKeyBytes);
    expect(pair.privateKey.extractable).toBe(false);
    await expect(cipherSuite(suite).SerializePrivateKey(pair.privateKey)).rejects.toThrow();
  });

  it("opens the vectors of RFC 9180 and exports their values", async () => {
    const suite = cipherSuite("0020");
    const privateKey = await suite.DeserializePrivateKey(fromHex(rfc9180.skRm));
    const publicKey = await suite.DeserializePublicKey(fromHex(rfc9180.pkRm));
    const info = fromHex(rfc9180.info);
    const context = await suite.SetupRecipient({ privateKey, publicKey }, fromHex(rfc9180.enc), { info });
    for (const { aad, ct, pt } of rfc9180.encryptions) {
      expect(toHex(await context.Open(fromHex(ct), fromHex(aad)))).toBe(pt);
    }
    for (const { exporter_context, L, exported_value } of rfc9180.exports) {
      expect(toHex(await context.Export(fromHex(exporter_context), L))).toBe(exported_value);
    }
  });

  it.each(xwing.vectors.map((vector, index) => [index, vector] as const))(
    "X-Wing vector %i",
    async (_index, vector) => {
      const kem = createXWing();
      const privateKey = await kem.DeserializePrivateKey(fromHex(vector.sk), false);
      const publicKey = await kem.DeserializePublicKey(fromHex(vector.pk));
      expect(toHex(await kem.Decap(fromHex(vector.ct), privateKey, publicKey))).toBe(vector.ss);
      const randomness = fromHex(vector.eseed);
      vi.spyOn(crypto, "getRandomValues").mockImplementationOnce((array) => {
        new Uint8Array(array.buffer).set(randomness);
        return array;
      });
      const { enc, shared_secret } = await kem.Encap(publicKey);
      expect([toHex(enc), toHex(shared_secret)]).toEqual([vector.ct, vector.ss]);
    },
  );
});

describe("[CHAN6] X-Wing", () => {
  const [ours, theirs] = [createXWing(), KEM_MLKEM768_X25519()];

  it("agrees with a library's in both directions", async () => {
    for (const [sender, recipient] of [
      [ours, theirs],
      [theirs, ours],
    ] as const) {
      const pair = await recipient.GenerateKeyPair(false);
      const publicKey = await recipient.SerializePublicKey(pair.publicKey);
      const { enc, shared_secret } = await sender.Encap(await sender.DeserializePublicKey(publicKey));
      expect(await recipient.Decap(enc, pair.privateKey, pair.publicKey)).toEqual(shared_secret);
    }
  });

  it("gives another secret for every bit of a ciphertext that was flipped", async () => {
    const { privateKey, publicKey } = await ours.GenerateKeyPair(false);
    const { enc, shared_secret } = await ours.Encap(publicKey);
    // The last byte's highest bit is no part of an X25519 point (RFC 7748 section 5), but it is hashed.
    for (const bit of [0, 8 * 1_087 + 7, 8 * 1_088, 8 * 1_119 + 7]) {
      const spoilt = enc.slice();
      spoilt[bit >> 3] = (spoilt[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(await ours.Decap(spoilt, privateKey, publicKey)).not.toEqual(shared_secret);
    }
  });

  it("refuses a public key without entropy, keys of another KEM, and to give private keys away", async () => {
    const { privateKey, publicKey } = await ours.GenerateKeyPair(true);
    const zeros = (await ours.SerializePublicKey(publicKey)).fill(0, 1_184);
    await expect(ours.Encap(await ours.DeserializePublicKey(zeros))).rejects.toThrow();
    const foreign = await theirs.GenerateKeyPair(false);
    await expect(ours.Encap(foreign.publicKey)).rejects.toThrow(TypeError);
    await expect(ours.Decap(new Uint8Array(1_120), foreign.privateKey, publicKey)).rejects.toThrow(TypeError);
    await expect(ours.SerializePrivateKey(privateKey)).rejects.toThrow(TypeError);
    expect(privateKey.extractable).toBe(false);
  });

  it("zeroes what its keys were made of", async () => {
    const drawn: Uint8Array[] = [];
    const random = crypto.getRandomValues.bind(crypto);
    vi.spyOn(crypto, "getRandomValues").mockImplementation((array) => {
      drawn.push(new Uint8Array(array.buffer));
      return random(array);
    });
    const [keygen, encapsulate] = [vi.spyOn(mlKem, "keygen"), vi.spyOn(mlKem, "encapsulate")];
    const { publicKey, privateKey } = await ours.GenerateKeyPair(false);
    const { enc, shared_secret } = await ours.Encap(publicKey);
    expect(drawn.map(({ length }) => length)).toEqual([32, 64]);
    const handedOver = [keygen.mock.calls[0]?.[0], encapsulate.mock.calls[0]?.[1]];
    expect(handedOver.map((bytes) => bytes?.length)).toEqual([64, 32]);
    for (const bytes of [...drawn, ...handedOver]) expect(bytes?.every((byte) => byte === 0)).toBe(true);
    // The key keeps what it needs.
    expect(await ours.Decap(enc, privateKey, publicKey)).toEqual(shared_secret);
  });
});

describe("[CHAN6] a second library agrees", () => {
  it.each(NAMES)("%s: it opens what ours seals, and exports the same", async (name) => {
    const other = otherSuite(name);
    const pair = await other.kem.generateKeyPair();
    const ours = cipherSuite(name);
    const publicKey = await ours.DeserializePublicKey(
      new Uint8Array(await other.kem.serializePublicKey(pair.publicKey)),
    );
    const { encapsulatedSecret, ctx } = await ours.SetupSender(publicKey, { info: INFO });
    const recipient = await other.createRecipientContext({
      recipientKey: pair,
      enc: encapsulatedSecret,
      info: INFO,
    });
    for (const text of ["one", "two", ""]) {
      const sealed = await ctx.Seal(bytes(text), bytes(`aad ${text}`));
      expect(new Uint8Array(await recipient.open(sealed, bytes(`aad ${text}`)))).toEqual(bytes(text));
    }
    expect(new Uint8Array(await recipient.export(bytes("label"), 32))).toEqual(
      await ctx.Export(bytes("label"), 32),
    );
  });

  it.each(NAMES)("%s: ours opens what it seals, and exports the same", async (name) => {
    const { pair, publicKey } = await makeKeyPair(name);
    const other = otherSuite(name);
    const recipientPublicKey = await other.kem.deserializePublicKey(publicKey);
    const sender = await other.createSenderContext({ recipientPublicKey, info: INFO });
    const context = await cipherSuite(name).SetupRecipient(pair, new Uint8Array(sender.enc), { info: INFO });
    for (const text of ["one", "two", ""]) {
      const sealed = new Uint8Array(await sender.seal(bytes(text), bytes(`aad ${text}`)));
      expect(await context.Open(sealed, bytes(`aad ${text}`))).toEqual(bytes(text));
    }
    expect(new Uint8Array(await sender.export(bytes("label"), 32))).toEqual(
      await context.Export(bytes("label"), 32),
    );
  });
});
