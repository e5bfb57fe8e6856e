// Where the service replaced something, in the offsets that an application counts in: it tells bytes. What it says is held
// against what left this device, so that nothing is shown at a place where it did not stand.
import { decodeUtf8 } from "../../crypto/bytes.ts";
import type { Redaction as Told } from "../../crypto/channel/answer-content.ts";
import type { RedactedPlace, Redaction } from "./answer.ts";

/** `contents`: the messages of the request, as they left. With one place wrong or untold none is taken for certain. */
export function locate(redactions: readonly Told[], contents: readonly string[]): Redaction[] {
  const found = placesOf(redactions, contents);
  return redactions.map((redaction, of) => ({ ...redaction, places: found?.[of] ?? null }));
}

function placesOf(redactions: readonly Told[], contents: readonly string[]): RedactedPlace[][] | null {
  if (redactions.some(({ places }) => places === null)) return null;
  const found = redactions.map((): RedactedPlace[] => []);
  const told = redactions.flatMap(({ places, value }, of) =>
    (places ?? []).map(([message, start]) => ({ of, message, start, value })),
  );
  told.sort((one, other) => one.message - other.message || one.start - other.start);
  const encoder = new TextEncoder();
  let current = -1;
  let bytes = encoder.encode();
  let byte = 0;
  let unit = 0;
  for (const { of, message, start, value } of told) {
    if (message !== current) {
      bytes = encoder.encode(contents[message]);
      current = message;
      byte = unit = 0;
    }
    const end = start + encoder.encode(value).length;
    if (start < byte || start === end || decodeUtf8(bytes.subarray(start, end)) !== value) return null;
    unit += decodeUtf8(bytes.subarray(byte, start))?.length ?? 0;
    found[of]?.push({ message, start: unit, end: unit + value.length });
    unit += value.length;
    byte = end;
  }
  return found;
}
