// JSON whose content never was a string: the text of messages goes from UTF-8 bytes straight into the bytes of
// a request body, which is zeroed after use. Only names and settings of ours pass through JSON.stringify.

/** A piece of a JSON document: text that is JSON already, or UTF-8 content to be written as a JSON string. */
export type JsonPart = string | { readonly content: Uint8Array };

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const FIRST_PRINTABLE = 0x20;
const HEX = [...new TextEncoder().encode("0123456789abcdef")];
/** Control characters with a short form (RFC 8259 section 7): the letter behind the backslash. */
const SHORT_FORMS = new Map([
  [0x08, 0x62],
  [0x09, 0x74],
  [0x0a, 0x6e],
  [0x0c, 0x66],
  [0x0d, 0x72],
]);
/** bytes; `\u` and four digits */
const LONG_FORM_BYTES = 6;

/** Joins the parts into one buffer. The caller zeroes it; nothing else that held content is left behind. */
export function writeJson(parts: readonly JsonPart[]): Uint8Array<ArrayBuffer> {
  const encoder = new TextEncoder();
  const pieces = parts.map((part) => (typeof part === "string" ? encoder.encode(part) : part));
  const body = new Uint8Array(
    pieces.reduce(
      (sum, piece) => sum + (piece instanceof Uint8Array ? piece.length : sizeOf(piece.content)),
      0,
    ),
  );
  let at = 0;
  for (const piece of pieces) {
    if (piece instanceof Uint8Array) {
      body.set(piece, at);
      at += piece.length;
    } else {
      at = writeString(body, at, piece.content);
    }
  }
  return body;
}

/** The content as one JSON string, quotes included. Equals `JSON.stringify` of the same text. */
export function escapeJson(content: Uint8Array): Uint8Array<ArrayBuffer> {
  return writeJson([{ content }]);
}

function sizeOf(content: Uint8Array): number {
  let size = 2;
  for (const byte of content) {
    if (byte === QUOTE || byte === BACKSLASH || SHORT_FORMS.has(byte)) size += 2;
    else size += byte < FIRST_PRINTABLE ? LONG_FORM_BYTES : 1;
  }
  return size;
}

function writeString(body: Uint8Array, start: number, content: Uint8Array): number {
  let at = start;
  body[at++] = QUOTE;
  for (const byte of content) {
    if (byte >= FIRST_PRINTABLE && byte !== QUOTE && byte !== BACKSLASH) {
      body[at++] = byte;
      continue;
    }
    body[at++] = BACKSLASH;
    const short = SHORT_FORMS.get(byte);
    if (byte >= FIRST_PRINTABLE) body[at++] = byte;
    else if (short !== undefined) body[at++] = short;
    else {
      body.set([0x75, 0x30, 0x30, HEX[byte >> 4] ?? 0, HEX[byte & 15] ?? 0], at);
      at += LONG_FORM_BYTES - 1;
    }
  }
  body[at++] = QUOTE;
  return at;
}
