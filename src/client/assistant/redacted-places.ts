// Where the service replaced something, in the offsets that an application counts in: it tells bytes. What it says is held
// against what left this device, so that nothing is shown at a place where it did not stand.
import type { Redaction as Told } from "../../crypto/channel/answer-content.ts";
import type { RedactedPlace, Redaction } from "./answer.ts";

/** `contents`: the messages of the request, as they left. */
export function locate(redactions: readonly Told[], contents: readonly string[]): Redaction[] {
  const found = redactions.map(({ places }) => (places === null ? null : ([] as RedactedPlace[])));
  const told = redactions.flatMap(({ places, value }, of) =>
    (places ?? []).map(([message, byte]) => ({ of, message, byte, value })),
  );
  told.sort((one, other) => one.message - other.message || one.byte - other.byte);
  let current = -1;
  let unit = 0;
  let byte = 0;
  /** behind the last place: no two of them overlap */
  let free = 0;
  for (const { of, message, value, byte: start } of told) {
    if (message !== current) unit = byte = free = 0;
    current = message;
    const content = contents[message] ?? "";
    for (; byte < start && unit < content.length; unit++) {
      const code = content.codePointAt(unit) ?? 0;
      byte += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
      if (code >= 0x10000) unit++;
    }
    const end = unit + value.length;
    if (byte === start && unit >= free && end > unit && content.startsWith(value, unit)) {
      found[of]?.push({ message, start: unit, end });
      free = end;
    } else found[of] = null;
  }
  return redactions.map((redaction, of) => ({ ...redaction, places: found[of] ?? null }));
}
