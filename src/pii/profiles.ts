// Score thresholds: three profiles and per-type overrides. Data only.
import { PII_TYPES, type PiiType } from "./types.ts";

/** `strict` reports weak evidence too, `balanced` is the default, `loose` only what is nearly certain. */
export type PiiProfile = "strict" | "balanced" | "loose";

const PROFILE_THRESHOLD: Readonly<Record<PiiProfile, number>> = { strict: 38, balanced: 50, loose: 70 };
/** Above every score: switches a type off. */
export const NEVER = 101;

/** One threshold per engine type id. */
export function thresholdsFor(
  profile: PiiProfile,
  overrides: Readonly<Partial<Record<PiiType, number>>> = {},
): Uint8Array {
  const table = new Uint8Array(PII_TYPES.length).fill(PROFILE_THRESHOLD[profile]);
  PII_TYPES.forEach((type, id) => {
    const own = overrides[type];
    if (own !== undefined) table[id] = Math.max(1, Math.min(NEVER, Math.round(own)));
  });
  return table;
}
