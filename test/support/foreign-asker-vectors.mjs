// Holds the second client of the assistant against the known answers of docs/protocol.md, test/vectors/channel.json:
// suite 0020 to the byte in both directions, and the answers of both suites. Prints how much it compared.
import { createPrivateKey, createPublicKey } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { readFileSync } from "node:fs";
import { checkOffer, createAnswer, createAttempt, fromBase64url, isWhole } from "./foreign-asker-channel.mjs";

const { offer, turns } = JSON.parse(
  readFileSync(new URL("../vectors/channel.json", import.meta.url), "utf8"),
);
const hex = (text) => Buffer.from(text, "hex");
let compared = 0;

function same(actual, expected, what) {
  compared += 1;
  if (!isDeepStrictEqual(actual, expected)) throw new Error(`${what} differs`);
}

/** For 0020 the sender's randomness is its ephemeral private key. */
function ephemeralKey(bytes) {
  const der = Buffer.concat([hex("302e020100300506032b656e04220420"), bytes]);
  const privateKey = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  return { privateKey, publicKey: createPublicKey(privateKey) };
}

function refused(jws, expected) {
  try {
    checkOffer(jws, expected);
  } catch {
    return true;
  }
  return false;
}

const expected = {
  keys: [offer.identity],
  pin: offer.identity.kid,
  terms: offer.payload.terms,
  ...offer.expected,
};
const verified = checkOffer(offer.jws, expected);
same(verified.hash.toString("hex"), offer.hash, "hash of the offer");
const [header, payload, signature] = offer.jws.split(".");
const otherTerms = { ...offer.payload.terms, pii: "off" };
for (const [jws, change] of [
  [offer.jws, { session: offer.expected.session.replace("0", "1") }],
  [offer.jws, { connection: offer.expected.nonce }],
  [offer.jws, { nonce: offer.expected.connection }],
  [offer.jws, { terms: otherTerms }],
  [offer.jws, { pin: offer.hash }],
  [offer.jws, { keys: [] }],
  [`${header}.${payload.replace("e", "f")}.${signature}`, {}],
  [`${header}.${payload}.${signature}=`, {}],
]) {
  same(refused(jws, { ...expected, ...change }), true, "an offer that is to be refused");
}

for (const { suite, session, participant, turn, attempt, request, answer, enc, senderRandomness } of turns) {
  const place = { session, turn: fromBase64url(turn, 12), attempt };
  if (suite === "0020") {
    const made = createAttempt({
      offer: verified,
      place,
      participant,
      messages: request.messages.map(({ role, content }) => ({ role, text: content })),
      options: JSON.parse(request.options),
      ephemeral: ephemeralKey(hex(senderRandomness)),
      cuts: request.records,
    });
    for (const [at, { frame }] of request.frames.entries()) {
      same(made.frames[at].toString("hex"), frame, "a frame of a request");
    }
    same(made.frames.length, request.frames.length, "number of frames");
  }
  const hashes = [hex(offer.hash), hex(request.hash)];
  const opener = createAnswer({ place, enc: hex(enc), secret: hex(answer.secret), hashes });
  const opened = answer.frames.map(({ frame }) => opener.receive(hex(frame)));
  same(opened.map(({ text }) => text).join(""), answer.text, "the answer");
  const { summary } = opened.at(-1);
  same(summary, JSON.parse(answer.summary), "the summary");
  same(isWhole(summary), answer.end.error === null, "whether it is whole");
}
process.stdout.write(`${String(compared)} compared\n`);
