// Makes test/vectors/channel.json with another implementation: @hpke/core for HPKE, Node's crypto for the rest, and
// every layout written out once more. It must import nothing from src, or it would prove nothing.
//   node test/support/channel-vectors.ts > test/vectors/channel.json
import { Aes256Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from "@hpke/core";
import { XWing } from "@hpke/hybridkem-x-wing";
import {
  createCipheriv,
  createHash,
  createPrivateKey,
  createPublicKey,
  hkdfSync,
  sign,
  type KeyObject,
} from "node:crypto";
import { OWN_CARD } from "./card.ts";
import { SCENARIOS, type Scenario, type Step, type SuiteName } from "./channel-scenarios.ts";

const SESSION = "0123456789abcdef".repeat(4);
const RECORD_BYTES = 1_024;
const TERMS = {
  model: "mirror",
  pii: "required",
  policy: { maxRetentionDays: 30, allowTraining: false, regions: ["eu", "us"] },
  card: OWN_CARD,
  maxTokens: 4_096,
};

const counting = (first: number, bytes: number): Buffer =>
  Buffer.from(Array.from({ length: bytes }, (_, at) => (first + at) % 256));
const uint = (value: number, bytes: number): Buffer => {
  const out = Buffer.alloc(bytes);
  out.writeUIntBE(value, 0, bytes);
  return out;
};
const sha256 = (...parts: Uint8Array[]): Buffer => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
};
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
/** Zeros at the end are left out; the length is told beside. */
const trimmed = (bytes: Buffer): { readonly bytes: number; readonly hex: string } => {
  const end = bytes.findLastIndex((byte) => byte !== 0) + 1;
  return { bytes: bytes.length, hex: hex(bytes.subarray(0, end)) };
};

const PKCS8 = {
  x25519: "302e020100300506032b656e04220420",
  ed25519: "302e020100300506032b657004220420",
} as const;
const SPKI_BYTES = 12;
const privateKey = (curve: keyof typeof PKCS8, seed: Buffer): KeyObject =>
  createPrivateKey({
    key: Buffer.concat([Buffer.from(PKCS8[curve], "hex"), seed]),
    format: "der",
    type: "pkcs8",
  });
const rawPublic = (key: KeyObject): Buffer =>
  createPublicKey(key).export({ format: "der", type: "spki" }).subarray(SPKI_BYTES);

/** Key pair of the object, and the sender's randomness, by suite. */
const KEYS = {
  "647a": { secret: counting(0x20, 32), randomness: counting(0x60, 64) },
  "0020": { secret: counting(0xa0, 32), randomness: counting(0xc0, 32) },
} as const;

function suiteOf(name: SuiteName): CipherSuite {
  const kem = name === "647a" ? new XWing() : new DhkemX25519HkdfSha256();
  return new CipherSuite({ kem, kdf: new HkdfSha256(), aead: new Aes256Gcm() });
}

async function publicKeyOf(name: SuiteName): Promise<Buffer> {
  if (name === "0020") return rawPublic(privateKey("x25519", KEYS[name].secret));
  const kem = new XWing();
  // Its first call sets the library up. The secret is a copy, since the library looks at the buffer behind it.
  await kem.generateKeyPair();
  const pair = await kem.generateKeyPairDerand(Uint8Array.from(KEYS[name].secret));
  return Buffer.from(await kem.serializePublicKey(pair.publicKey));
}

async function makeOffer() {
  const identitySeed = counting(0x01, 32);
  const key = privateKey("ed25519", identitySeed);
  const x = rawPublic(key).toString("base64url");
  const kid = sha256(Buffer.from(JSON.stringify({ crv: "Ed25519", kty: "OKP", x }))).toString("base64url");
  const facts = {
    session: SESSION,
    connection: sha256(Buffer.from(counting(0x10, 16).toString("base64url"))).toString("base64url"),
    nonce: counting(0x30, 32).toString("base64url"),
  };
  const keyId = counting(0x50, 12);
  const keys = {
    "647a": (await publicKeyOf("647a")).toString("base64url"),
    "0020": (await publicKeyOf("0020")).toString("base64url"),
  };
  const payload = {
    v: 1,
    session: facts.session,
    connection: facts.connection,
    keyId: keyId.toString("base64url"),
    keys,
    terms: TERMS,
    build: "test",
    nonce: facts.nonce,
    aud: "ghost-session/offer",
  };
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const unsigned = `${part({ alg: "Ed25519", typ: "ghost-offer+jwt", kid })}.${part(payload)}`;
  const jws = `${unsigned}.${sign(null, Buffer.from(unsigned), key).toString("base64url")}`;
  return {
    identity: { kty: "OKP", crv: "Ed25519", x, kid },
    expected: facts,
    payload,
    jws,
    hash: sha256(Buffer.from(jws)),
    keyId,
  };
}

function encodeRequest({ options, messages }: Scenario): Buffer {
  const roles = ["system", "user", "assistant"];
  const parts = [uint(1, 1), uint(options.length, 2), Buffer.from(options), uint(messages.length, 2)];
  for (const { role, content } of messages) {
    const text = Buffer.from(content);
    parts.push(uint(roles.indexOf(role) + 1, 1), uint(text.length, 4), text);
  }
  const body = Buffer.concat(parts);
  const padded = Buffer.alloc(2 ** Math.max(10, Math.ceil(Math.log2(body.length))));
  body.copy(padded);
  return padded;
}

/** The plaintexts of an answer: text as it ticks, the rest at once, then the summary. */
function answerPlaintexts(steps: readonly Step[], summary: Buffer): Buffer[] {
  const records: Buffer[] = [];
  let waiting = Buffer.alloc(0);
  const take = (): { readonly record: Buffer; readonly used: number } => {
    const record = Buffer.alloc(RECORD_BYTES);
    const piece = waiting.subarray(0, RECORD_BYTES - 3);
    waiting = waiting.subarray(piece.length);
    if (piece.length > 0) Buffer.concat([uint(1, 1), uint(piece.length, 2), piece]).copy(record);
    return { record, used: piece.length === 0 ? 0 : 3 + piece.length };
  };
  for (const step of steps) {
    if ("text" in step) waiting = Buffer.concat([waiting, Buffer.from(step.text)]);
    else records.push(take().record);
  }
  let rest = summary;
  while (rest.length > 0) {
    const { record, used } = take();
    const piece =
      waiting.length > 0 ? Buffer.alloc(0) : rest.subarray(0, Math.max(0, RECORD_BYTES - used - 3));
    rest = rest.subarray(piece.length);
    if (piece.length > 0) Buffer.concat([uint(2, 1), uint(piece.length, 2), piece]).copy(record, used);
    records.push(record);
  }
  return records;
}

async function makeTurn(scenario: Scenario, offerHash: Buffer, keyId: Buffer) {
  const { suite: name, attempt } = scenario;
  const participant = counting(0x70, 12);
  const turn = counting(0x80, 12);
  const session = Buffer.from(SESSION, "hex");
  const place = (index: number, final: boolean): Buffer =>
    Buffer.concat([Buffer.of(0x02, final ? 1 : 0), turn, uint(attempt, 2), uint(index, 4)]);
  const data = (direction: number, index: number, final: boolean): Buffer =>
    Buffer.concat([
      Buffer.from("ghost.v1 record"),
      Buffer.of(direction),
      session,
      turn,
      uint(attempt, 2),
      uint(index, 4),
      Buffer.of(final ? 1 : 0),
    ]);
  const info = Buffer.concat([Buffer.from("ghost.v1 turn"), offerHash, participant, turn, uint(attempt, 2)]);

  const suite = suiteOf(name);
  const { secret: recipientSecret, randomness } = KEYS[name];
  const recipientPublicKey = await suite.kem.deserializePublicKey(await publicKeyOf(name));
  const ekm = name === "647a" ? randomness : await ephemeralPair(suite, randomness);
  const sender = await suite.createSenderContext({ recipientPublicKey, info, ekm });
  const enc = Buffer.from(sender.enc);

  const padded = encodeRequest(scenario);
  const requestFrames: { additionalData: string; frame: string }[] = [];
  let at = 0;
  for (const [index, size] of scenario.records.entries()) {
    const final = index === scenario.records.length - 1;
    const additionalData = data(0, index, final);
    const ciphertext = Buffer.from(await sender.seal(padded.subarray(at, at + size), additionalData));
    const start = index === 0 ? [uint(parseInt(name, 16), 2), keyId, enc] : [];
    requestFrames.push({
      additionalData: hex(additionalData),
      frame: hex(Buffer.concat([place(index, final), ...start, ciphertext])),
    });
    at += size;
  }

  const exported = Buffer.from(await sender.export(Buffer.from("ghost.v1 turn answer"), 32));
  const nonce = counting(0x90, 32);
  const salt = Buffer.concat([enc, nonce]);
  const key = Buffer.from(hkdfSync("sha256", exported, salt, "key", 32));
  const baseNonce = Buffer.from(hkdfSync("sha256", exported, salt, "nonce", 12));
  const answerText = scenario.answer.map((step) => ("text" in step ? step.text : "")).join("");
  const requestHash = sha256(padded);
  const answerHash = sha256(Buffer.from(answerText));
  const transcript = sha256(Buffer.from("ghost.v1 transcript"), offerHash, requestHash, answerHash).toString(
    "base64url",
  );
  const { redactions, ...end } = scenario.end;
  const summary = JSON.stringify({ v: 1, ...end, transcript, redactions });
  const plaintexts = answerPlaintexts(scenario.answer, Buffer.from(summary));
  const answerFrames = plaintexts.map((plaintext, index) => {
    const final = index === plaintexts.length - 1;
    const recordNonce = Buffer.from(baseNonce);
    recordNonce.writeUInt32BE((recordNonce.readUInt32BE(8) ^ index) >>> 0, 8);
    const additionalData = data(1, index, final);
    const cipher = createCipheriv("aes-256-gcm", key, recordNonce).setAAD(additionalData);
    const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
    const frame = Buffer.concat([place(index, final), index === 0 ? nonce : Buffer.alloc(0), ciphertext]);
    return {
      nonce: hex(recordNonce),
      additionalData: hex(additionalData),
      plaintext: trimmed(plaintext),
      frame: hex(frame),
    };
  });
  return {
    suite: name,
    session: SESSION,
    participant: participant.toString("base64url"),
    turn: turn.toString("base64url"),
    attempt,
    recipientPrivateKey: hex(recipientSecret),
    senderRandomness: hex(randomness),
    enc: hex(enc),
    info: hex(info),
    request: {
      options: scenario.options,
      messages: scenario.messages,
      padded: trimmed(padded),
      hash: hex(requestHash),
      records: scenario.records,
      frames: requestFrames,
    },
    answer: {
      secret: hex(exported),
      nonce: hex(nonce),
      key: hex(key),
      baseNonce: hex(baseNonce),
      steps: scenario.answer,
      end: scenario.end,
      text: answerText,
      transcript,
      summary,
      frames: answerFrames,
    },
  };
}

/** The sender's key pair of DHKEM, as the object that the library takes in place of a random one. */
async function ephemeralPair(suite: CipherSuite, secret: Buffer): Promise<CryptoKeyPair> {
  const publicKey = await suite.kem.deserializePublicKey(rawPublic(privateKey("x25519", secret)));
  return { privateKey: await suite.kem.deserializePrivateKey(secret), publicKey };
}

/** The whole file. */
export async function makeChannelVectors() {
  const { hash, keyId, ...offer } = await makeOffer();
  const turns = [];
  for (const scenario of SCENARIOS) turns.push(await makeTurn(scenario, hash, keyId));
  return { offer: { ...offer, hash: hex(hash) }, turns };
}

if (import.meta.main) process.stdout.write(`${JSON.stringify(await makeChannelVectors(), null, 2)}\n`);
