// What a request says, as bytes: options and the whole context, padded to a power of two. One value has one
// encoding, and a reader refuses every other. No text passes through a string here but the options, which hold none.
import * as v from "valibot";
import { ok, refuse, type Result } from "../../protocol/errors.ts";
import {
  MAX_KEPT_PLACES,
  MAX_OUTPUT_TOKENS,
  MAX_TOKEN_NUMBER,
  MAX_TURN_BYTES,
  MAX_TURN_MESSAGES,
  MIN_TURN_BYTES,
} from "../../protocol/limits.ts";
import { decodeUtf8 } from "../bytes.ts";
import { isUtf8 } from "./utf8.ts";

const VERSION = 1;
const ROLES = ["system", "user", "assistant"] as const;
/** bytes before the options: version, length. */
const PREFIX_BYTES = 1 + 2;
/** bytes before each message's text: role, length. */
const MESSAGE_HEADER_BYTES = 1 + 4;

/** One message of the context. */
export interface TurnMessage {
  readonly role: (typeof ROLES)[number];
  /** well-formed UTF-8 */
  readonly content: Uint8Array;
}

/** What is asked. */
export interface TurnContent {
  /** at least one; the last one is the user's */
  readonly messages: readonly TurnMessage[];
  /** tokens; null: as many as the terms allow by default */
  readonly maxTokens: number | null;
  /** 0 to 2; null: the provider's own default */
  readonly temperature: number | null;
  /** lowest number of tokens that the object may make: those below are the client's. Null: 1 */
  readonly firstToken: number | null;
  /** places that the person wants to be sent as they are, where the session leaves that to its people */
  readonly keep: readonly KeptPlace[];
}

/** A place in the text of a message. */
export interface KeptPlace {
  /** index of the message */
  readonly message: number;
  /** bytes from the beginning of its text */
  readonly start: number;
  /** bytes */
  readonly length: number;
}

const WholeSchema = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const KeptSchema = v.tuple([WholeSchema, WholeSchema, v.pipe(WholeSchema, v.minValue(1))]);

const OptionsSchema = v.strictObject({
  firstToken: v.optional(v.pipe(WholeSchema, v.minValue(1), v.maxValue(MAX_TOKEN_NUMBER))),
  keep: v.optional(v.pipe(v.array(KeptSchema), v.minLength(1), v.maxLength(MAX_KEPT_PLACES))),
  maxTokens: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(MAX_OUTPUT_TOKENS))),
  temperature: v.optional(v.pipe(v.number(), v.finite(), v.minValue(0), v.maxValue(2))),
});
type Options = v.InferOutput<typeof OptionsSchema>;

/** bytes; the smallest bucket that holds so many. */
export function turnBucket(bytes: number): number {
  let bucket = MIN_TURN_BYTES;
  while (bucket < bytes) bucket *= 2;
  return bucket;
}

/**
 * Encodes and pads. Refuses with `turn_too_large`, and with `turn_invalid` what no reader would take. The caller
 * zeroes the result once it is sealed.
 */
export function encodeTurn(content: TurnContent): Result<Uint8Array<ArrayBuffer>> {
  const options = encodeOptions(content);
  const { messages } = content;
  if (!isAskable(messages) || options === null) return refuse("turn_invalid");
  const start = PREFIX_BYTES + options.length + 2;
  const size = messages.reduce((sum, { content: text }) => sum + MESSAGE_HEADER_BYTES + text.length, start);
  if (size > MAX_TURN_BYTES || messages.length > MAX_TURN_MESSAGES) return refuse("turn_too_large");
  const out = new Uint8Array(turnBucket(size));
  const data = new DataView(out.buffer);
  out[0] = VERSION;
  data.setUint16(1, options.length);
  out.set(options, PREFIX_BYTES);
  data.setUint16(start - 2, messages.length);
  let at = start;
  for (const { role, content: text } of messages) {
    out[at] = ROLES.indexOf(role) + 1;
    data.setUint32(at + 1, text.length);
    out.set(text, at + MESSAGE_HEADER_BYTES);
    at += MESSAGE_HEADER_BYTES + text.length;
  }
  return ok(out);
}

/** Reads a padded request; null if it is not the one encoding of a request. Messages are views into `bytes`. */
export function parseTurn(bytes: Uint8Array): TurnContent | null {
  if (bytes.length < MIN_TURN_BYTES || bytes.length > MAX_TURN_BYTES || bytes[0] !== VERSION) return null;
  const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = PREFIX_BYTES + data.getUint16(1) + 2;
  if (start > bytes.length) return null;
  const options = parseOptions(bytes.subarray(PREFIX_BYTES, start - 2));
  const count = data.getUint16(start - 2);
  if (options === null || count > MAX_TURN_MESSAGES) return null;
  const messages: TurnMessage[] = [];
  let at = start;
  while (messages.length < count) {
    const text = at + MESSAGE_HEADER_BYTES;
    if (text > bytes.length) return null;
    const role = ROLES[(bytes[at] ?? 0) - 1];
    at = text + data.getUint32(at + 1);
    if (role === undefined || at > bytes.length) return null;
    messages.push({ role, content: bytes.subarray(text, at) });
  }
  if (!isAskable(messages) || turnBucket(at) !== bytes.length) return null;
  if (bytes.subarray(at).some((byte) => byte !== 0)) return null;
  const keep = (options.keep ?? []).map(([message, start, length]) => ({ message, start, length }));
  if (!keep.every(({ message, start, length }) => start + length <= (messages[message]?.content.length ?? 0)))
    return null;
  const { maxTokens = null, temperature = null, firstToken = null } = options;
  return { messages, maxTokens, temperature, firstToken, keep };
}

function isAskable(messages: readonly TurnMessage[]): boolean {
  return messages.at(-1)?.role === "user" && messages.every(({ content }) => isUtf8(content));
}

function encodeOptions(content: TurnContent): Uint8Array | null {
  const { maxTokens, temperature, firstToken, keep } = content;
  const places = keep.map(({ message, start, length }) => [message, start, length]);
  const given = {
    ...(firstToken !== null && { firstToken }),
    ...(places.length > 0 && { keep: places }),
    ...(maxTokens !== null && { maxTokens }),
    ...(temperature !== null && { temperature }),
  };
  const options = v.safeParse(OptionsSchema, given);
  return options.success ? canonicalOptions(options.output) : null;
}

function parseOptions(bytes: Uint8Array): Options | null {
  const text = decodeUtf8(bytes);
  if (text === null) return null;
  try {
    const data: unknown = JSON.parse(text);
    const parsed = v.safeParse(OptionsSchema, data);
    if (!parsed.success) return null;
    const canonical = canonicalOptions(parsed.output);
    const same = canonical.length === bytes.length && canonical.every((byte, at) => byte === bytes[at]);
    return same ? parsed.output : null;
  } catch {
    return null;
  }
}

// The form of RFC 8785: members in the order of their names, numbers as ECMAScript writes them.
function canonicalOptions({ firstToken, keep, maxTokens, temperature }: Options): Uint8Array {
  return new TextEncoder().encode(JSON.stringify({ firstToken, keep, maxTokens, temperature }));
}
