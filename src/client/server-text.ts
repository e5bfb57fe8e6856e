// Reads text frames of the service. Types, fields and error codes that are not known yet are looked past, as the
// protocol asks; a known type of a wrong form is a broken service.
import * as v from "valibot";
import { PONG, ServerControlSchema, type ServerControl } from "../protocol/control.ts";
import { ERRORS, knownCode, type ErrorCode } from "../protocol/errors.ts";
import { MAX_SERVER_TEXT_CHARS } from "./limits.ts";

const KNOWN: ReadonlySet<string> = new Set(
  ServerControlSchema.options.map(({ entries }) => entries.type.literal),
);
/** fields of a later version that are looked past; each costs one more look at the message. */
const MAX_UNKNOWN_FIELDS = 16;

/** The message; `skip` where it means nothing to this version; null where it breaks the protocol. */
export function readServerText(text: string): ServerControl | "pong" | "skip" | null {
  if (text === PONG) return "pong";
  if (text.length > MAX_SERVER_TEXT_CHARS) return null;
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof data !== "object" || data === null || !("type" in data)) return null;
  if (typeof data.type === "string" && !KNOWN.has(data.type)) return "skip";
  if (data.type === "turn_refused" && "code" in data && typeof data.code === "string") {
    data.code = knownCode(data.code);
  }
  for (let looks = 0; looks <= MAX_UNKNOWN_FIELDS; looks++) {
    const parsed = v.safeParse(ServerControlSchema, data);
    if (parsed.success) return parsed.output;
    // What follows from an error with a code that is not known here, the close code says.
    if (!parsed.issues.every(dropUnknownField)) return data.type === "error" ? "skip" : null;
  }
  return null;
}

/** Takes the field out that an issue is about; false where it is about anything but an unknown field. */
function dropUnknownField(issue: v.BaseIssue<unknown>): boolean {
  const at = issue.path?.at(-1);
  const unknown = issue.type === "strict_object" && issue.expected === "never";
  return unknown && at?.type === "object" && Reflect.deleteProperty(at.input, at.key);
}

/** The error behind a close: what the reason names, or the last `error` message, or the first row of that code. */
export function errorOfClose(code: number, reason: string, told: ErrorCode | null): ErrorCode | null {
  const fits = (error: string): error is ErrorCode =>
    error in ERRORS && ERRORS[error as ErrorCode].close === code;
  if (fits(reason)) return reason;
  if (told !== null && fits(told)) return told;
  return Object.keys(ERRORS).find(fits) ?? null;
}
