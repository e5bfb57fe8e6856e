// The second scan: in the isolate, over the bytes of a whole context, before they leave for a model. It replaces what
// the client did not, tells what it replaced and where, and keeps nothing. No text becomes a string here but what is
// replaced.
import { type BytePlace, clientTokens } from "./client-tokens.ts";
import { createEngine, type Engine } from "./engine-instance.ts";
import { normaliseValue } from "./normal-value.ts";
import { thresholdsFor, type PiiProfile } from "./profiles.ts";
import { byteSegmentAt, scanSegment, type Segment } from "./segments.ts";
import { tokenName } from "./tokens.ts";
import { addTokenNumbers } from "./token-numbers.ts";
import { MAX_TOKEN_NUMBER } from "./token-syntax.ts";
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
  /** every place where it stood: index of the message, and bytes from the beginning of its text as it came */
  readonly places: readonly (readonly [message: number, start: number])[];
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

/** bytes; the longest name of a token, escaped: what is glued to a place and longer is none. */
const GLUE_BYTES = 48;
const UNDERSCORE = 95;
const BACKSLASH = 92;

interface ByteSpan extends BytePlace {
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
          const { content } = message;
          const kept = keptIn(keep, index);
          const found = outside(kept, findSpans(engine, thresholds, content));
          const open = outsideTokens(content, found, clientTokens(content, firstToken));
          const spans = withGlued(content, open, kept, firstToken);
          if (spans.length === 0) return message;
          const copy = replace(content, spans, (type, value, start) => tokens.put(type, value, index, start));
          copies.push(copy);
          return { ...message, content: copy };
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
  readonly #tokens = new Map<string, { readonly token: string; readonly places: [number, number][] }>();
  readonly #numbers = new Map<string, { readonly number: number; variants: number }>();
  readonly #next = new Map<PiiType, number>();
  readonly #first: number;
  readonly #taken: ReadonlySet<number>;

  /** `taken`: numbers that are left out, whatever the type. */
  constructor(first: number, taken: ReadonlySet<number>) {
    this.#first = first;
    this.#taken = taken;
  }

  /** The token for a value that stands at this place. */
  put(type: PiiType, value: string, message: number, start: number): string {
    const key = `${type} ${value}`;
    let known = this.#tokens.get(key);
    if (known === undefined) {
      known = { token: this.#newToken(type, value), places: [] };
      this.#tokens.set(key, known);
      this.replaced.push({ type, value, ...known });
    }
    known.places.push([message, start]);
    return known.token;
  }

  #newToken(type: PiiType, value: string): string {
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
    return `[${tokenName(type, entry.number, entry.variants)}]`;
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

/** What one message keeps, in order. */
function keptIn(keep: ScanOptions["keep"], index: number): BytePlace[] {
  return keep
    .filter(({ message }) => message === index)
    .map(({ start, length }) => ({ start, end: start + length }))
    .sort((one, other) => one.start - other.start);
}

/** Spans without those that touch a place that is kept. */
function outside(kept: readonly BytePlace[], spans: readonly ByteSpan[]): readonly ByteSpan[] {
  let at = 0;
  return spans.filter(({ start, end }) => {
    while ((kept[at]?.end ?? Infinity) <= start) at++;
    return (kept[at]?.start ?? Infinity) >= end;
  });
}

/**
 * What of spans is not itself a token of the client's: after a cue, as in `my password is [PASSWORD_1]`, the engine takes
 * the token for the value. Both lists are in order.
 */
function outsideTokens(
  content: Uint8Array,
  spans: readonly ByteSpan[],
  tokens: readonly BytePlace[],
): readonly ByteSpan[] {
  let first = 0;
  return spans.flatMap((span) => {
    while ((tokens[first]?.end ?? Infinity) <= span.start) first++;
    const left: ByteSpan[] = [];
    let start = span.start;
    for (let at = first; (tokens[at]?.start ?? Infinity) < span.end; at++) {
      const token = tokens[at] ?? span;
      left.push({ ...span, start, end: Math.max(start, token.start) });
      start = Math.min(span.end, token.end);
    }
    if (left.length === 0) return [span];
    left.push({ ...span, start, end: span.end });
    return left.filter((piece) => content.subarray(piece.start, piece.end).some(saysSomething));
  });
}

/**
 * Spans together with what is glued to them and would be read as a token of the client's once they are cut out, as
 * PERSON_1 in `PERSON_1\_anna@example.org`.
 */
function withGlued(
  content: Uint8Array,
  spans: readonly ByteSpan[],
  kept: readonly BytePlace[],
  firstToken: number,
): readonly ByteSpan[] {
  let last = 0;
  const namesToken = (start: number, end: number): boolean => {
    if (start === end || kept.some((place) => place.start < end && start < place.end)) return false;
    const numbers = new Set<number>();
    addTokenNumbers(content.subarray(start, end), numbers);
    return [...numbers].some((number) => number < firstToken);
  };
  return spans.map((span, index) => {
    let { start, end } = span;
    const next = spans[index + 1]?.start ?? content.length;
    while (start > Math.max(last, span.start - GLUE_BYTES) && isGlue(content[start - 1])) start--;
    while (end < Math.min(next, span.end + GLUE_BYTES) && isGlue(content[end])) end++;
    if (!namesToken(start, span.start)) start = span.start;
    if (!namesToken(span.end, end)) end = span.end;
    last = end;
    return start === span.start && end === span.end ? span : { ...span, start, end };
  });
}

/** What may stand in a bare token, escaped or not. */
function isGlue(byte = 0): boolean {
  return byte === UNDERSCORE || byte === BACKSLASH || (byte < 0x80 && saysSomething(byte));
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

function replace(
  content: Uint8Array,
  spans: readonly ByteSpan[],
  tokenFor: (type: PiiType, value: string, start: number) => string,
): Uint8Array {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const encoder = new TextEncoder();
  const pieces: Uint8Array[] = [];
  let at = 0;
  for (const { start, end, type } of spans) {
    const token = tokenFor(type, decoder.decode(content.subarray(start, end)), start);
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
