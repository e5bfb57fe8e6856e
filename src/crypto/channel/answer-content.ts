// What is inside the records of an answer: segments of text, then a summary that says how it ended. A record has
// one fixed size whatever it holds, and everything in it that is not a segment is zero.
import * as v from "valibot";
import { FINISH_REASONS, UsageSchema, type FinishReason } from "../../protocol/assistant.ts";
import { knownCode, type ErrorCode } from "../../protocol/errors.ts";
import { ANSWER_RECORD_BYTES } from "../../protocol/limits.ts";
import { decodeUtf8 } from "../bytes.ts";

/** First byte of a segment. `end`: nothing but zeros follows in this record. */
export const SEGMENT = { end: 0x00, text: 0x01, summary: 0x02 } as const;
/** bytes before a segment's content: type, length. */
export const SEGMENT_HEADER_BYTES = 1 + 2;

const WholeSchema = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const RedactionSchema = v.strictObject({
  type: v.string(),
  token: v.string(),
  value: v.string(),
  /** index of the message and byte of its text, as the request had it; null where there was no room for all places */
  places: v.nullable(v.array(v.tuple([WholeSchema, WholeSchema]))),
});
/** What the service replaced in the request: the token that stands for it, and the value that only the asker gets. */
export type Redaction = Omit<v.InferOutput<typeof RedactionSchema>, "places"> & {
  readonly places: readonly (readonly [message: number, start: number])[] | null;
};

// A service of a later version has more codes: what it sealed is no forgery.
const ErrorCodeSchema = v.pipe(v.string(), v.transform(knownCode));

const SummarySchema = v.pipe(
  v.strictObject({
    v: v.literal(1),
    finish: v.picklist(FINISH_REASONS),
    /** why it failed; null for every other end */
    error: v.nullable(ErrorCodeSchema),
    usage: v.nullable(UsageSchema),
    /** the model that answered */
    model: v.string(),
    /** hash of offer, request and answer, as base64url */
    transcript: v.string(),
    redactions: v.array(RedactionSchema),
  }),
  v.check(({ finish, error }) => (finish === "error") === (error !== null)),
);
/** How an answer ended, as its final record says. */
export type AnswerSummary = Omit<v.InferOutput<typeof SummarySchema>, "redactions"> & {
  readonly redactions: readonly Redaction[];
};

/** What the object says at the end; the transcript is computed where the answer is sealed. */
export type AnswerEnd = Omit<AnswerSummary, "v" | "transcript" | "finish" | "error"> &
  (
    | { readonly finish: Exclude<FinishReason, "error">; readonly error: null }
    | { readonly finish: "error"; readonly error: ErrorCode }
  );

/** One piece of a record. */
export interface Segment {
  readonly type: "text" | "summary";
  /** At least one byte. View into the record. */
  readonly content: Uint8Array;
}

export function encodeSummary(end: AnswerEnd, transcript: string): Uint8Array {
  const { finish, error, usage, model, redactions } = end;
  const summary: AnswerSummary = { v: 1, finish, error, usage, model, transcript, redactions };
  return new TextEncoder().encode(JSON.stringify(summary));
}

/** Reads a summary; null if it is none. */
export function parseSummary(bytes: Uint8Array): AnswerSummary | null {
  const text = decodeUtf8(bytes);
  if (text === null) return null;
  try {
    const data: unknown = JSON.parse(text);
    const parsed = v.safeParse(SummarySchema, data);
    return parsed.success ? parsed.output : null;
  } catch {
    return null;
  }
}

/** Reads the segments of a record; null where it has another size or form. */
export function parseRecord(record: Uint8Array): Segment[] | null {
  if (record.length !== ANSWER_RECORD_BYTES) return null;
  const data = new DataView(record.buffer, record.byteOffset, record.byteLength);
  const segments: Segment[] = [];
  let at = 0;
  while (at < record.length && record[at] !== SEGMENT.end) {
    const start = at + SEGMENT_HEADER_BYTES;
    const type = segmentType(record[at]);
    if (type === null || start > record.length) return null;
    const length = data.getUint16(at + 1);
    at = start + length;
    if (length === 0 || at > record.length) return null;
    segments.push({ type, content: record.subarray(start, at) });
  }
  return record.subarray(at).some((byte) => byte !== 0) ? null : segments;
}

function segmentType(byte: number | undefined): Segment["type"] | null {
  if (byte === SEGMENT.text) return "text";
  return byte === SEGMENT.summary ? "summary" : null;
}
