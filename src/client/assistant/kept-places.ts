// The places of a request that the service is told to leave as they are, in its bytes. There is room for so many, and
// earlier turns go along with theirs: the newest are told, and the service replaces what it finds in the others.
import type { KeptPlace } from "../../crypto/channel/request-content.ts";
import { MAX_KEPT_PLACES } from "../../protocol/limits.ts";
import type { SanitisedMessage, TextRange } from "./privacy.ts";

/** What the person keeps, then what the settings leave alone, of the newest message first. */
export function placesToKeep(messages: readonly SanitisedMessage[]): KeptPlace[] {
  const places: KeptPlace[] = [];
  for (const which of ["kept", "free"] as const) {
    for (let at = messages.length - 1; at >= 0 && places.length < MAX_KEPT_PLACES; at--) {
      const { content = "", [which]: ranges = [] } = messages[at] ?? {};
      places.push(...placed(at, content, ranges));
    }
  }
  return places.slice(0, MAX_KEPT_PLACES);
}

function placed(message: number, content: string, ranges: readonly TextRange[]): KeptPlace[] {
  const encoder = new TextEncoder();
  const places: KeptPlace[] = [];
  let unit = 0;
  let byte = 0;
  const byteAt = (next: number): number => {
    byte += encoder.encode(content.slice(unit, next)).length;
    unit = next;
    return byte;
  };
  for (const { start, end } of joined(content, ranges)) {
    const from = byteAt(start);
    places.push({ message, start: from, length: byteAt(end) - from });
  }
  return places;
}

/** In order, and one where nothing but blanks stands between two: there is nothing that could be found. */
function joined(content: string, ranges: readonly TextRange[]): TextRange[] {
  const out: TextRange[] = [];
  for (const range of [...ranges].sort((one, other) => one.start - other.start)) {
    const last = out.at(-1);
    if (last === undefined || content.slice(last.end, range.start).trim() !== "") out.push(range);
    else out[out.length - 1] = { start: last.start, end: Math.max(last.end, range.end) };
  }
  return out;
}
