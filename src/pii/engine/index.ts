// The engine's whole surface: where to write, scan, where to read, wipe. It imports nothing, so it can reach nothing.
// The caller must wipe after every scan; no value ever leaves through the output, only offsets, types and scores.
import { resetCodes } from "./codes";
import { resetContext } from "./context";
import { scanTokens } from "./dispatch";
import { surveyText } from "./entities";
import { fold } from "./fold";
import { M_SEED } from "./generated/lexicon";
import {
  fits,
  INPUT,
  INPUT_BYTES,
  OUTPUT,
  overflowed,
  SEGMENT_UNITS,
  THRESHOLDS,
  tokenCount,
  tokKind,
  tokMarks,
  wipeAreas,
} from "./memory";
import { resetNumbers } from "./numbers";
import { resolve } from "./resolve";
import { secretsInRuns } from "./secrets";
import { FEWEST, rowAt } from "./seed-phrases";
import { NUM } from "./token-kinds";
import { describeTokens } from "./token-words";
import { tokenise } from "./tokens";
import { scanTriggers } from "./triggers";
import { resetLooks } from "./values";

export function inputOffset(): usize {
  return INPUT;
}
export function inputCapacity(): u32 {
  return INPUT_BYTES;
}
export function segmentUnits(): u32 {
  return SEGMENT_UNITS;
}
export function thresholdsOffset(): usize {
  return THRESHOLDS;
}
export function outputOffset(): usize {
  return OUTPUT;
}
export function ready(): bool {
  return fits();
}
export function wipe(): void {
  wipeAreas();
}

/**
 * Scans `bytes` bytes of UTF-8 at the input offset; returns the number of spans at the output offset, three words each, or -1
 * where there are more candidates than room for them.
 */
export function scan(bytes: u32): i32 {
  resetContext();
  resetNumbers();
  resetCodes();
  resetLooks();
  fold(bytes);
  tokenise();
  if (tokenCount == 0) return 0;
  describeTokens();
  surveyText();
  scanTriggers();
  secretsInRuns();
  scanTokens();
  scanSeedWords();
  resetContext();
  return overflowed ? -1 : resolve();
}

/** Every row of twelve words holds one of these. */
function scanSeedWords(): void {
  for (let i: u32 = FEWEST - 1; i < tokenCount;) {
    // in a numbered list every other token is a word
    if ((tokMarks(i) & M_SEED) == 0 && tokKind(i) == NUM && (tokMarks(i - 1) & M_SEED) != 0) i--;
    if ((tokMarks(i) & M_SEED) == 0) i += FEWEST;
    else i = rowAt(i) + FEWEST - 1;
  }
}
