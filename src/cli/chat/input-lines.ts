// Standard input as lines of UTF-8. A line is never cut, joined or repaired in silence: what cannot be sent as it
// stands comes out as a problem with its number.
import { MAX_LINE_BYTES } from "./limits.ts";

/** One line of input, without its end. */
export interface InputLine {
  /** counted from 1 */
  readonly number: number;
  readonly text: string;
  /** why it cannot be sent; `text` is empty then */
  readonly problem: "message_too_large" | "not_utf8" | null;
}

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** Lines end with LF or CRLF; the last one needs no end. */
export async function* readLines(source: AsyncIterable<Uint8Array>): AsyncGenerator<InputLine, undefined> {
  const parts: Uint8Array[] = [];
  let size = 0;
  let number = 0;
  const take = (chunk: Uint8Array): void => {
    size += chunk.length;
    if (size <= MAX_LINE_BYTES) parts.push(chunk);
  };
  const finish = (): InputLine => {
    const bytes = Buffer.concat(parts.splice(0));
    const tooLong = size > MAX_LINE_BYTES;
    size = 0;
    number += 1;
    return tooLong ? { number, text: "", problem: "message_too_large" } : decode(number, bytes);
  };
  for await (const chunk of source) {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      take(chunk.subarray(start, end));
      yield finish();
      start = end + 1;
    }
    // A copy: a stream may use its buffer again.
    if (start < chunk.length) take(Uint8Array.from(chunk.subarray(start)));
  }
  if (size > 0) yield finish();
}

function decode(number: number, bytes: Uint8Array): InputLine {
  const end = bytes.at(-1) === CARRIAGE_RETURN ? -1 : bytes.length;
  try {
    const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    return { number, text: decoder.decode(bytes.subarray(0, end)), problem: null };
  } catch {
    return { number, text: "", problem: "not_utf8" };
  }
}
