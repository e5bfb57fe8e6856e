// Replaces what the detector finds by tokens, in a text or a stream. For every string, lone surrogates included, restoring the result
// gives the string back: text that looks like a token is kept clear of, and each piece is checked before it leaves.
import { MAX_TEXT_UNITS, type PiiDetector, type PiiSpan, PiiTextTooLongError } from "./detector.ts";
import { restore } from "./restore.ts";
import { CONTEXT_UNITS } from "./segments.ts";
import { shapedTokens } from "./token-syntax.ts";
import type { PiiVault } from "./vault.ts";

/** A redacted place: its offsets in the original text, its type and score. Never its value. */
export type RedactedSpan = PiiSpan;

/** Options of redaction. */
export interface RedactOptions {
  /** Return false to leave a found place as it is: the person's opt-out. Offsets are those of the whole text. */
  readonly keep?: (span: PiiSpan) => boolean;
}

/** A redacted text, or piece of one, and what was replaced in it. */
export interface RedactResult {
  readonly text: string;
  readonly spans: readonly RedactedSpan[];
}

/** Redaction over a text that comes in chunks. */
export interface RedactStream {
  /** Takes a chunk and returns the redacted pieces that are complete. */
  push(chunk: string): RedactResult;
  /** Redacts and returns the rest. */
  flush(): RedactResult;
}

/** What of the last piece can still be part of a token that ends in the next: longer than any token, escapes included. */
const SEAM_UNITS = 96;

/**
 * Redacts a stream; it holds back at most one segment of the detector.
 *
 * @throws {@link PiiTextTooLongError} and {@link PiiVaultFullError} from `push` and `flush`
 */
export function createRedactStream(
  detector: PiiDetector,
  vault: PiiVault,
  options: RedactOptions = {},
): RedactStream {
  let buffer = "";
  let offset = 0; // of the buffer in the whole text
  let from = 0; // of the next segment in the buffer
  let tail = ""; // the last redacted units

  const redactPiece = (piece: string, found: readonly PiiSpan[], spans: PiiSpan[]): string => {
    const shift = offset + from;
    const redacted: PiiSpan[] = [];
    for (const each of found) {
      const span = { ...each, start: each.start + shift, end: each.end + shift };
      if (options.keep?.(span) !== false) redacted.push(each);
    }
    // what the user wrote in the shape of a token
    const seam = tail.length;
    const literals: { start: number; end: number }[] = [];
    let done = seam;
    for (const { start, end, name } of shapedTokens(tail + piece)) {
      vault.reserve(name);
      if (vault.valueOf(name) === undefined || end <= done) continue;
      literals.push({ start: Math.max(0, start - seam), end: end - seam });
      done = end;
    }
    for (const { start, end } of vault.note(tail + piece))
      if (end > seam) literals.push({ start: Math.max(0, start - seam), end: end - seam });
    let out = build(piece, redacted, literals);
    if (restore(tail + out, vault) !== restore(tail, vault) + piece) out = vault.literalFor(piece);
    // What is cut out may leave a token-like name behind that the text did not have.
    for (const { name } of shapedTokens(tail + out)) vault.reserve(name);
    vault.note(tail + out);
    for (const s of redacted) spans.push({ ...s, start: s.start + shift, end: s.end + shift });
    tail = (tail + out).slice(-SEAM_UNITS);
    return out;
  };

  const build = (
    piece: string,
    found: readonly PiiSpan[],
    literals: readonly { start: number; end: number }[],
  ): string => {
    const edits = [
      ...found.map((s) => ({
        start: s.start,
        end: s.end,
        token: () => vault.tokenFor(s.type, piece.slice(s.start, s.end)),
      })),
      ...literals
        .filter((l) => !found.some((s) => s.start < l.end && l.start < s.end))
        .map((l) => ({
          start: l.start,
          end: l.end,
          token: () => vault.literalFor(piece.slice(l.start, l.end)),
        })),
    ].sort((a, b) => a.start - b.start);
    let out = "";
    let at = 0;
    for (const edit of edits) {
      out += piece.slice(at, edit.start) + edit.token();
      at = edit.end;
    }
    return out + piece.slice(at);
  };

  const drain = (final: boolean): RedactResult => {
    let text = "";
    const spans: PiiSpan[] = [];
    while (from < buffer.length) {
      const segment = detector.detectSegment(buffer, from, final);
      if (segment === undefined) break;
      text += redactPiece(buffer.slice(from, from + segment.length), segment.spans, spans);
      from += segment.length;
    }
    const done = Math.max(0, from - CONTEXT_UNITS);
    buffer = buffer.slice(done);
    offset += done;
    from -= done;
    return { text, spans };
  };

  return {
    push(chunk) {
      if (offset + buffer.length + chunk.length > MAX_TEXT_UNITS) throw new PiiTextTooLongError();
      buffer += chunk;
      return drain(false);
    },
    flush: () => drain(true),
  };
}

/**
 * Redacts a whole text. Throws rather than return anything unredacted.
 *
 * @throws {@link PiiTextTooLongError}, {@link PiiVaultFullError}
 */
export function redact(
  text: string,
  detector: PiiDetector,
  vault: PiiVault,
  options: RedactOptions = {},
): RedactResult {
  const stream = createRedactStream(detector, vault, options);
  const head = stream.push(text);
  const rest = stream.flush();
  return { text: head.text + rest.text, spans: [...head.spans, ...rest.spans] };
}
