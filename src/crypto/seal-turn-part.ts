// How the one who asked the assistant lets the others read along: question and answer travel in parts through the
// seal, so that the service sees neither. A part says where it belongs; only the asker's stream is believed.
import { FINISH_REASONS, type FinishReason } from "../protocol/assistant.ts";
import { ID_BYTES } from "../protocol/ids.ts";
import { decodeUtf8, fromBase64Url, toBase64Url } from "./bytes.ts";

/** One part of a question or of an answer. */
export interface TurnPart {
  readonly kind: "turn";
  readonly of: "question" | "answer";
  /** the turn's id, as it travels on the channel */
  readonly turn: string;
  /** 1 for the first try; a part of a later one begins the answer anew */
  readonly attempt: number;
  /** place of this part, from 0 on */
  readonly index: number;
  /**
   * How it ended, in its last part; null in the others. A question ends with `stop`. `cut`: the asker did not
   * receive the whole answer.
   */
  readonly end: FinishReason | "cut" | null;
  readonly text: string;
}

const PARTS = ["question", "answer"] as const;
const ENDS = [null, ...FINISH_REASONS, "cut"] as const;
const INDEX_AT = 1 + ID_BYTES + 2;

/** bytes before the text: part, turn, attempt, index, end. */
export const TURN_PART_PREFIX_BYTES = INDEX_AT + 4 + 1;

export function encodeTurnPart(part: TurnPart): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(part.text);
  const out = new Uint8Array(TURN_PART_PREFIX_BYTES + text.length);
  const data = new DataView(out.buffer);
  out[0] = PARTS.indexOf(part.of) + 1;
  out.set(fromBase64Url(part.turn), 1);
  data.setUint16(1 + ID_BYTES, part.attempt);
  data.setUint32(INDEX_AT, part.index);
  out[INDEX_AT + 4] = ENDS.indexOf(part.end);
  out.set(text, TURN_PART_PREFIX_BYTES);
  text.fill(0);
  return out;
}

/** Null where the bytes are not the encoding of a part. */
export function parseTurnPart(bytes: Uint8Array): TurnPart | null {
  if (bytes.length < TURN_PART_PREFIX_BYTES) return null;
  const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const of = PARTS[(bytes[0] ?? 0) - 1];
  const end = ENDS[bytes[INDEX_AT + 4] ?? ENDS.length];
  const text = decodeUtf8(bytes.subarray(TURN_PART_PREFIX_BYTES));
  const attempt = data.getUint16(1 + ID_BYTES);
  if (of === undefined || end === undefined || text === null || attempt === 0) return null;
  const turn = toBase64Url(bytes.subarray(1, 1 + ID_BYTES));
  return { kind: "turn", of, turn, attempt, index: data.getUint32(INDEX_AT), end, text };
}
