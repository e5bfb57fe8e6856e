// The cryptography of asking the assistant, written from docs/protocol.md and RFC 9180 alone: the check of an offer, one
// HPKE context with X25519 (suite 0020), and the two directions of one attempt. It imports nothing of ours, on purpose:
// it shows that the page is enough. It never holds a key longer than the attempt that it belongs to.
import * as node from "node:crypto";
import { isDeepStrictEqual } from "node:util";

const EMPTY = Buffer.alloc(0);
const X25519_SPKI = Buffer.from("302a300506032b656e032100", "hex");
const SUITE = "0020";
const TAG_BYTES = 16;
const REQUEST_RECORD_BYTES = 16_384;
const MIN_REQUEST_BYTES = 1_024;
const MAX_REQUEST_BYTES = 262_144;
const ANSWER_RECORD_BYTES = 1_024;
const MAX_ANSWER_BYTES = 262_144;
const MAX_SUMMARY_BYTES = 65_536;
const ROLES = { system: 1, user: 2, assistant: 3 };
const WHOLE = ["stop", "length", "filtered"];

/** What does not verify, with the reason. */
export class Refused extends Error {}

function must(condition, reason) {
  if (!condition) throw new Refused(reason);
}

const ascii = (text) => Buffer.from(text, "ascii");
const sha256 = (...parts) => node.createHash("sha256").update(Buffer.concat(parts)).digest();

function integer(value, bytes) {
  const buffer = Buffer.alloc(bytes);
  buffer.writeUIntBE(value, Math.max(0, bytes - 6), Math.min(bytes, 6));
  return buffer;
}

/** RFC 4648 section 5 without padding; only the one encoding of its bytes. */
export function fromBase64url(text, bytes) {
  must(typeof text === "string", "base64url");
  const value = Buffer.from(text, "base64url");
  must(value.toString("base64url") === text && (bytes === undefined || value.length === bytes), "base64url");
  return value;
}

// HKDF, RFC 5869.
const hkdfExtract = (salt, ikm) => node.createHmac("sha256", salt).update(ikm).digest();

function hkdfExpand(prk, info, length) {
  let block = EMPTY;
  let output = EMPTY;
  for (let count = 1; output.length < length; count += 1) {
    block = node.createHmac("sha256", prk).update(block).update(info).update(Buffer.of(count)).digest();
    output = Buffer.concat([output, block]);
  }
  return output.subarray(0, length);
}

// HPKE, RFC 9180: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM.
const KEM_ID = Buffer.concat([ascii("KEM"), integer(0x0020, 2)]);
const HPKE_ID = Buffer.concat([ascii("HPKE"), integer(0x0020, 2), integer(0x0001, 2), integer(0x0002, 2)]);

const labeledExtract = (suite, salt, label, ikm) =>
  hkdfExtract(salt, Buffer.concat([ascii("HPKE-v1"), suite, ascii(label), ikm]));

const labeledExpand = (suite, prk, label, info, length) =>
  hkdfExpand(prk, Buffer.concat([integer(length, 2), ascii("HPKE-v1"), suite, ascii(label), info]), length);

/** SetupBaseS of section 5.1.1. `ephemeral` is given in tests of known answers alone. */
export function setupBaseS(publicKey, info, ephemeral = node.generateKeyPairSync("x25519")) {
  const recipient = node.createPublicKey({
    key: Buffer.concat([X25519_SPKI, publicKey]),
    format: "der",
    type: "spki",
  });
  const enc = ephemeral.publicKey.export({ format: "der", type: "spki" }).subarray(X25519_SPKI.length);
  const shared = node.diffieHellman({ privateKey: ephemeral.privateKey, publicKey: recipient });
  must(!shared.equals(Buffer.alloc(32)), "public key");
  const extracted = labeledExtract(KEM_ID, EMPTY, "eae_prk", shared);
  const kemSecret = labeledExpand(KEM_ID, extracted, "shared_secret", Buffer.concat([enc, publicKey]), 32);

  const pskIdHash = labeledExtract(HPKE_ID, EMPTY, "psk_id_hash", EMPTY);
  const infoHash = labeledExtract(HPKE_ID, EMPTY, "info_hash", info);
  const schedule = Buffer.concat([Buffer.of(0), pskIdHash, infoHash]);
  const secret = labeledExtract(HPKE_ID, kemSecret, "secret", EMPTY);
  const key = labeledExpand(HPKE_ID, secret, "key", schedule, 32);
  const baseNonce = labeledExpand(HPKE_ID, secret, "base_nonce", schedule, 12);
  const exporterSecret = labeledExpand(HPKE_ID, secret, "exp", schedule, 32);
  let sequence = 0;
  return {
    enc,
    seal(additionalData, plaintext) {
      const cipher = node.createCipheriv("aes-256-gcm", key, xor(baseNonce, sequence)).setAAD(additionalData);
      sequence += 1;
      return Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
    },
    export: (context, length) => labeledExpand(HPKE_ID, exporterSecret, "sec", ascii(context), length),
  };
}

function xor(base, counter) {
  const nonce = integer(counter, 12);
  for (const [at, byte] of base.entries()) nonce[at] ^= byte;
  return nonce;
}

/** RFC 7638 over the members of RFC 8037. */
export function thumbprint(key) {
  return sha256(ascii(JSON.stringify({ crv: "Ed25519", kty: "OKP", x: key.x }))).toString("base64url");
}

/** What an offer says of the connection that it was made for. */
export const connectionOf = (resume) => sha256(ascii(resume)).toString("base64url");

/** Checks everything that the page demands of an offer, and returns what is needed to encrypt under it. */
export function checkOffer(jws, { keys, pin, session, connection, nonce, terms }) {
  const parts = jws.split(".");
  must(parts.length === 3, "parts");
  const [head, body, signature] = parts.map((part) => fromBase64url(part));
  const header = JSON.parse(head.toString());
  must(Object.keys(header).sort().join() === "alg,kid,typ", "header");
  must(header.alg === "Ed25519" && header.typ === "ghost-offer+jwt", "header");
  const key = keys.find((candidate) => thumbprint(candidate) === header.kid);
  must(key !== undefined, "identity key");
  must(pin === undefined || header.kid === pin, "pinned identity key");
  const identity = node.createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x: key.x }, format: "jwk" });
  must(node.verify(null, ascii(`${parts[0]}.${parts[1]}`), identity, signature), "signature");

  const payload = JSON.parse(body.toString());
  must(
    Object.keys(payload).sort().join() === "aud,build,connection,keyId,keys,nonce,session,terms,v",
    "members",
  );
  must(payload.v === 1 && payload.aud === "ghost-session/offer", "version or audience");
  must(payload.session === session, "session");
  must(payload.connection === connection, "connection");
  must(payload.nonce === nonce, "nonce");
  must(typeof payload.build === "string", "build");
  must(isDeepStrictEqual(payload.terms, terms), "terms");
  must(Object.keys(payload.keys).sort().join() === "0020,647a", "suites");
  fromBase64url(payload.keys["647a"], 1_216);
  return {
    hash: sha256(ascii(jws)),
    keyId: fromBase64url(payload.keyId, 12),
    publicKey: fromBase64url(payload.keys[SUITE], 32),
    build: payload.build,
  };
}

/** The padded plaintext of a request. `options` are in the order of RFC 8785 already. */
export function encodeRequest(messages, options = {}) {
  const chosen = Buffer.from(JSON.stringify(options));
  const parts = [Buffer.of(1), integer(chosen.length, 2), chosen, integer(messages.length, 2)];
  for (const { role, text } of messages) {
    const bytes = Buffer.from(text);
    parts.push(Buffer.of(ROLES[role]), integer(bytes.length, 4), bytes);
  }
  const content = Buffer.concat(parts);
  let bucket = MIN_REQUEST_BYTES;
  while (bucket < content.length) bucket *= 2;
  must(bucket <= MAX_REQUEST_BYTES, "too large");
  return Buffer.concat([content, Buffer.alloc(bucket - content.length)]);
}

function additionalData({ session, turn, attempt }, direction, index, flags) {
  const place = [Buffer.from(session, "hex"), turn, integer(attempt, 2), integer(index, 4), Buffer.of(flags)];
  return Buffer.concat([ascii("ghost.v1 record"), Buffer.of(direction), ...place]);
}

/** One attempt of a turn: the frames of its request, and what opens the frames of its answer. */
export function createAttempt({ offer, place, participant, messages, options, ephemeral, cuts }) {
  const { turn, attempt } = place;
  const info = Buffer.concat([ascii("ghost.v1 turn"), offer.hash, fromBase64url(participant, 12), turn]);
  const context = setupBaseS(offer.publicKey, Buffer.concat([info, integer(attempt, 2)]), ephemeral);
  const padded = encodeRequest(messages, options);
  const frames = cut(padded, cuts).map((piece, index, pieces) => {
    const flags = index === pieces.length - 1 ? 1 : 0;
    const names = index === 0 ? [integer(0x0020, 2), offer.keyId, context.enc] : [];
    const header = [Buffer.of(2, flags), turn, integer(attempt, 2), integer(index, 4), ...names];
    return Buffer.concat([...header, context.seal(additionalData(place, 0, index, flags), piece)]);
  });
  const secret = context.export("ghost.v1 turn answer", 32);
  return {
    frames,
    answer: createAnswer({ place, enc: context.enc, secret, hashes: [offer.hash, sha256(padded)] }),
  };
}

function cut(padded, sizes = []) {
  const pieces = [];
  for (let at = 0; at < padded.length; at += pieces.at(-1).length) {
    pieces.push(padded.subarray(at, at + (sizes[pieces.length] ?? REQUEST_RECORD_BYTES)));
  }
  return pieces;
}

/** Opens the records of one answer in their order. After the first that is refused it opens nothing any more. */
export function createAnswer({ place, enc, secret, hashes }) {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const text = [];
  const summary = [];
  let keys = null;
  let next = 0;
  let over = false;

  function open(frame) {
    must(belongsTo(frame, place) && frame[0] === 2 && frame[1] <= 1, "layout");
    must(frame.readUInt32BE(16) === next, "order");
    const start = next === 0 ? 52 : 20;
    must(frame.length === start + ANSWER_RECORD_BYTES + TAG_BYTES, "length");
    if (next === 0) {
      const prk = hkdfExtract(Buffer.concat([enc, frame.subarray(20, 52)]), secret);
      keys = { key: hkdfExpand(prk, ascii("key"), 32), base: hkdfExpand(prk, ascii("nonce"), 12) };
    }
    const decipher = node.createDecipheriv("aes-256-gcm", keys.key, xor(keys.base, next));
    decipher.setAAD(additionalData(place, 1, next, frame[1]));
    decipher.setAuthTag(frame.subarray(-TAG_BYTES));
    const opened = decipher.update(frame.subarray(start, -TAG_BYTES));
    try {
      decipher.final();
    } catch {
      throw new Refused("does not verify");
    }
    next += 1;
    return opened;
  }

  function take(plaintext) {
    let at = 0;
    const fresh = [];
    while (at < plaintext.length && plaintext[at] !== 0) {
      must(at + 3 <= plaintext.length, "segment");
      const type = plaintext[at];
      const end = at + 3 + plaintext.readUInt16BE(at + 1);
      must((type === 1 || type === 2) && end > at + 3 && end <= plaintext.length, "segment");
      must(type === 2 || summary.length === 0, "text after the summary");
      (type === 1 ? fresh : summary).push(Buffer.from(plaintext.subarray(at + 3, end)));
      at = end;
    }
    must(
      plaintext.subarray(at).every((byte) => byte === 0),
      "padding",
    );
    text.push(...fresh);
    must(Buffer.concat(text).length <= MAX_ANSWER_BYTES, "answer too large");
    must(Buffer.concat(summary).length <= MAX_SUMMARY_BYTES, "summary too large");
    return Buffer.concat(fresh);
  }

  function finish() {
    const told = JSON.parse(Buffer.concat(summary).toString());
    must(Object.keys(told).sort().join() === "error,finish,model,redactions,transcript,usage,v", "summary");
    must(told.v === 1 && [...WHOLE, "cancelled", "error"].includes(told.finish), "summary");
    for (const redaction of told.redactions) {
      must(Object.keys(redaction).sort().join() === "places,token,type,value", "redactions");
    }
    must((told.finish === "error") === (told.error !== null), "summary");
    const transcript = sha256(ascii("ghost.v1 transcript"), ...hashes, sha256(Buffer.concat(text)));
    must(told.transcript === transcript.toString("base64url"), "transcript");
    return told;
  }

  return {
    /** Index of the first record that is still missing. */
    next: () => next,
    /** The record's text, and the verified summary where it was the final one. Throws `Refused`. */
    receive(frame) {
      must(!over, "over");
      try {
        const bytes = take(open(frame));
        const final = frame[1] === 1;
        const shown = decoder.decode(bytes, { stream: !final });
        return { text: shown, summary: final ? finish() : null };
      } catch (error) {
        over = true;
        throw error instanceof Refused ? error : new Refused("content");
      } finally {
        if (over || frame[1] === 1) {
          over = true;
          keys = null;
          secret.fill(0);
        }
      }
    },
  };
}

/** Whether a frame belongs to this attempt: two turns of one participant may share a connection. */
export const belongsTo = (frame, { turn, attempt }) =>
  frame.length >= 20 && frame.subarray(2, 14).equals(turn) && frame.readUInt16BE(14) === attempt;

export const isWhole = (summary) => WHOLE.includes(summary.finish);
export const newTurn = () => node.randomBytes(12);
