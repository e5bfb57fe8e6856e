// The second scan: in the isolate, over the bytes of a whole context, before they leave for a model. It replaces what
// the client did not, tells what it replaced, and keeps nothing. No text becomes a string here but what is replaced.
import { createEngine, type Engine } from "./engine-instance.ts";
import { normaliseValue } from "./normal-value.ts";
import { thresholdsFor, type PiiProfile } from "./profiles.ts";
import { byteSegmentAt, scanSegment, type Segment } from "./segments.ts";
import { tokenName } from "./tokens.ts";
import { addTokenNumbers } from "./token-numbers.ts";
import { MAX_TOKEN_NUMBER, shapedTokens } from "./token-syntax.ts";
import type { PiiType } from "./types.ts";
import type { WebAssemblyModule } from "./wasm-types.ts";

/** One message; whatever else it has stays as it is. */
export interface ScannedMessage {
  /** UTF-8 */
  readonly content: Uint8Array;
}

/** A value that was replaced. */
export interface Replacement {
  readonly type: PiiType;
  /** what stands in its place, as `[EMAIL_1]` */
  readonly token: string;
  readonly value: string;
}

/** What a scan is told besides the messages. */
export interface ScanOptions {
  /** lowest number that a new token may have; those below belong to the client */
  readonly firstToken: number;
  /** places, in bytes of one message, that are left as they are */
  readonly keep: readonly { readonly message: number; readonly start: number; readonly length: number }[];
}

/** What a scan gives back. */
export interface ScanResult<M extends ScannedMessage> {
  /** new contents where something was replaced, the same ones elsewhere */
  readonly messages: readonly M[];
  readonly replaced: readonly Replacement[];
}

/** Scans the bytes of whole conversations. */
export interface MessageScan {
  /** Throws where the engine fails or numbers run out: the caller must send nothing then. */
  scan<M extends ScannedMessage>(messages: readonly M[], options: ScanOptions): ScanResult<M>;
}

/** bytes; how far a token can reach to either side of what the engine found: the longest name and its brackets. */
const TOKEN_REACH_BYTES = 44;
const OPENING_BRACKET = 91;

interface ByteSpan {
  readonly start: number;
  readonly end: number;
  readonly type: PiiType;
}

/** Creates the scan over a compiled engine module. */
export function createMessageScan(module: WebAssemblyModule, profile: PiiProfile = "balanced"): MessageScan {
  return messageScanOver(createEngine(module), profile);
}

export function messageScanOver(engine: Engine, profile: PiiProfile = "balanced"): MessageScan {
  const thresholds = thresholdsFor(profile);
  return {
    scan(messages, { firstToken, keep }) {
      const taken = new Set<number>();
      for (const { content } of messages) addTokenNumbers(content, taken);
      const tokens = new Tokens(firstToken, taken);
      const copies: Uint8Array[] = [];
      try {
        const cleaned = messages.map((message, index) => {
          const kept = keep.filter((place) => place.message === index);
          const spans = findSpans(engine, thresholds, message.content)
            .filter(
              (span) => !kept.some(({ start, length }) => start < span.end && span.start < start + length),
            )
            .flatMap((span) => outsideTokens(message.content, span, firstToken));
          if (spans.length === 0) return message;
          const content = replace(message.content, spans, tokens);
          copies.push(content);
          return { ...message, content };
        });
        return { messages: cleaned, replaced: tokens.replaced };
      } catch (error) {
        for (const copy of copies) copy.fill(0);
        throw error;
      }
    },
  };
}

/** Gives out one token for each value and keeps account of them, for one scan. */
class Tokens {
  readonly replaced: Replacement[] = [];
  readonly #tokens = new Map<string, string>();
  readonly #numbers = new Map<string, { readonly number: number; variants: number }>();
  readonly #next = new Map<PiiType, number>();
  readonly #first: number;
  readonly #taken: ReadonlySet<number>;

  /** `taken`: numbers that are left out, whatever the type. */
  constructor(first: number, taken: ReadonlySet<number>) {
    this.#first = first;
    this.#taken = taken;
  }

  tokenFor(type: PiiType, value: string): string {
    const key = `${type} ${value}`;
    const known = this.#tokens.get(key);
    if (known !== undefined) return known;
    const valueKey = `${type} ${normaliseValue(type, value)}`;
    let entry = this.#numbers.get(valueKey);
    if (entry === undefined) {
      let number = this.#next.get(type) ?? this.#first;
      while (this.#taken.has(number)) number += 1;
      if (number > MAX_TOKEN_NUMBER) throw new RangeError("pii_tokens_exhausted");
      this.#next.set(type, number + 1);
      entry = { number, variants: 0 };
      this.#numbers.set(valueKey, entry);
    } else entry.variants += 1;
    const token = `[${tokenName(type, entry.number, entry.variants)}]`;
    this.#tokens.set(key, token);
    this.replaced.push({ type, token, value });
    return token;
  }
}

function findSpans(engine: Engine, thresholds: Uint8Array, content: Uint8Array): ByteSpan[] {
  const spans: ByteSpan[] = [];
  for (let from = 0; from < content.length;) {
    const pieceOf = ({ start, end }: Segment): Uint8Array => content.subarray(start, end);
    const segment = scanSegment(
      (units) => byteSegmentAt(content, from, units),
      (each) => engine.scanBytes(pieceOf(each), thresholds),
    );
    if (segment === undefined) throw new Error("pii_segment");
    const offsets = new ByteOffsets(pieceOf(segment));
    let cut = segment.cut;
    for (const found of segment.found) {
      const start = segment.start + offsets.at(found.start),
        end = segment.start + offsets.at(found.end);
      // found by the segment before, but for what it did not see of it
      if (end <= from) continue;
      if (start >= cut) break;
      spans.push({ type: found.type, start: Math.max(start, from), end });
      // a value across the cut belongs to this segment
      if (end > cut) cut = end;
    }
    from = cut;
  }
  return spans;
}

/**
 * What of a span is not itself a token of the client's: after a cue, as in `my password is [PASSWORD_1]`, the engine takes
 * the token for the value. Only what the client can have written counts, to the letter: everything else may be the value.
 */
function outsideTokens(content: Uint8Array, span: ByteSpan, firstToken: number): ByteSpan[] {
  const from = Math.max(0, span.start - TOKEN_REACH_BYTES);
  const near = content.subarray(from, span.end + TOKEN_REACH_BYTES);
  if (!near.includes(OPENING_BRACKET)) return [span];
  // One character a byte: a token is ASCII, and its places are wanted in bytes.
  const text = Array.from(near, (byte) => String.fromCharCode(byte)).join("");
  const left: ByteSpan[] = [];
  let start = span.start;
  for (const token of shapedTokens(text)) {
    if (text.slice(token.start, token.end) !== `[${token.name}]` || numberOf(token.name) >= firstToken)
      continue;
    if (from + token.end <= span.start || from + token.start >= span.end) continue;
    left.push({ ...span, start, end: Math.max(start, from + token.start) });
    start = Math.min(span.end, from + token.end);
  }
  if (left.length === 0) return [span];
  left.push({ ...span, start, end: span.end });
  return left.filter((piece) => content.subarray(piece.start, piece.end).some(saysSomething));
}

/** The number in the name of a token. */
function numberOf(name: string): number {
  return Number.parseInt(name.slice(name.lastIndexOf("_") + 1), 10);
}

/** Letters and digits, those beyond ASCII included. */
function saysSomething(byte: number): boolean {
  const letter = byte | 0x20;
  return byte >= 0x80 || (byte >= 48 && byte <= 57) || (letter >= 97 && letter <= 122);
}

/** Turns rising UTF-16 offsets into offsets in UTF-8. */
class ByteOffsets {
  readonly #bytes: Uint8Array;
  #unit = 0;
  #byte = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  at(unit: number): number {
    while (this.#unit < unit) {
      const lead = this.#bytes[this.#byte];
      if (lead === undefined) throw new Error("pii_engine_output");
      this.#unit += lead >= 0xf0 ? 2 : 1;
      this.#byte += lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
    }
    return this.#byte;
  }
}

function replace(content: Uint8Array, spans: readonly ByteSpan[], tokens: Tokens): Uint8Array {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const encoder = new TextEncoder();
  const pieces: Uint8Array[] = [];
  let at = 0;
  for (const { start, end, type } of spans) {
    const token = tokens.tokenFor(type, decoder.decode(content.subarray(start, end)));
    pieces.push(content.subarray(at, start), encoder.encode(token));
    at = end;
  }
  pieces.push(content.subarray(at));
  const out = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let offset = 0;
  for (const piece of pieces) {
    out.set(piece, offset);
    offset += piece.length;
  }
  return out;
}
