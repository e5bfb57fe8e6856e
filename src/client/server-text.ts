// Reads text frames of the service. Types that are not known yet are skipped, as the protocol asks; a known type
// of a wrong form is a broken service.
import { parseServerControl, PONG, ServerControlSchema, type ServerControl } from "../protocol/control.ts";
import { ERRORS, type ErrorCode } from "../protocol/errors.ts";
import { MAX_SERVER_TEXT_CHARS } from "./limits.ts";

const KNOWN: ReadonlySet<string> = new Set(
  ServerControlSchema.options.map(({ entries }) => entries.type.literal),
);

/** The message; `skip` where it means nothing to this version; null where it breaks the protocol. */
export function readServerText(text: string): ServerControl | "pong" | "skip" | null {
  if (text === PONG) return "pong";
  if (text.length > MAX_SERVER_TEXT_CHARS) return null;
  const control = parseServerControl(text);
  if (control.ok) return control.value;
  return isUnknownType(text) ? "skip" : null;
}

function isUnknownType(text: string): boolean {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    return false;
  }
  if (typeof data !== "object" || data === null || !("type" in data)) return false;
  return typeof data.type === "string" && !KNOWN.has(data.type);
}

/** The error behind a close: what the reason names, or the last `error` message, or the first row of that code. */
export function errorOfClose(code: number, reason: string, told: ErrorCode | null): ErrorCode | null {
  const fits = (error: string): error is ErrorCode =>
    error in ERRORS && ERRORS[error as ErrorCode].close === code;
  if (fits(reason)) return reason;
  if (told !== null && fits(told)) return told;
  return Object.keys(ERRORS).find(fits) ?? null;
}
