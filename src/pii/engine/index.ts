// The engine's whole surface: where to write, scan, where to read, wipe. It imports nothing, so it can reach nothing.
// The caller must wipe after every scan; no value ever leaves through the output, only offsets, types and scores.
import { accountWordAt, commandUserAt } from "./accounts";
import { addressAt } from "./addresses";
import { ageAt } from "./ages";
import { codeAt, ibanUpTo, resetCodes } from "./codes";
import { gapKind, isDigit, isUpper, resetContext, S_NONE } from "./context";
import { figureDateAt, monthAt, weekdayAt, yearAt } from "./dates";
import { entityAt, surveyText } from "./entities";
import { fold } from "./fold";
import {
  M_ARTICLE,
  M_COMMON,
  M_MONTH,
  M_NRP,
  M_PARTICLE,
  M_SEED,
  M_STREET,
  M_STREETLEAD,
  M_UNIT,
  M_WEEKDAY,
} from "./generated/lexicon";
import { cornerAt, militaryAt, postcodeAt } from "./landmarks";
import {
  at,
  fits,
  INPUT,
  INPUT_BYTES,
  OUTPUT,
  overflowed,
  SEGMENT_UNITS,
  THRESHOLDS,
  tokCue,
  tokenCount,
  tokEnd,
  tokKind,
  tokLen,
  tokMarks,
  tokStart,
  visit,
  visitCount,
  wipeAreas,
} from "./memory";
import { dashMacAt, dottedMacAt, ipv4At } from "./network-addresses";
import { numberAt, resetNumbers } from "./numbers";
import { resolve } from "./resolve";
import { pemAt, secretsInRuns } from "./secrets";
import { FEWEST, rowAt, seedPhraseAt } from "./seed-phrases";
import { ALNUM, ENTITY, LOWER, NUM, OTHER, TITLE, UPPER } from "./token-kinds";
import { describeTokens } from "./token-words";
import { tokenise } from "./tokens";
import { streetEndingAt } from "./word-lookup";
import { scanTriggers } from "./triggers";
import { resetLooks } from "./values";
import { walletAt } from "./wallets";

const STREET_LEAD: u32 = M_STREET | M_STREETLEAD;

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

function scanTokens(): void {
  let numbersFrom: u32 = 0,
    codesFrom: u32 = 0,
    entitiesFrom: u32 = 0,
    addressesFrom: u32 = 0;
  const n = tokenCount;
  for (let k: u32 = 0; k < visitCount; k++) {
    const i = visit(k);
    if (i < ibanUpTo) continue;
    const kind = tokKind(i),
      marks = tokMarks(i),
      cue = tokCue(i);
    if (kind == LOWER) {
      // most words of a text end here: in the lexicon as plain words, or unknown to it
      const short = tokLen(i) <= 4;
      if (cue != 0) {
        accountWordAt(i);
        seedPhraseAt(i);
        cornerAt(i);
      }
      if (short) {
        const c = at(tokStart(i));
        if (c == 117 && (tokLen(i) == 4 || tokLen(i) == 1)) commandUserAt(i);
        if ((marks & M_COMMON) == 0 && tokLen(i) <= 3 && i >= codesFrom && codeLead(i)) {
          const t = codeAt(i);
          if (t > i) codesFrom = t;
        }
      }
      if (marks & M_MONTH) monthAt(i);
      if ((marks & ENTITY) != 0 && ((marks & M_COMMON) == 0 || (marks & M_NRP) != 0) && i >= entitiesFrom)
        entitiesFrom = entityAt(i);
      // a street or unit word needs a number or a name after it
      if (i + 1 < n && i >= addressesFrom) {
        const c = at(tokStart(i + 1));
        if (
          (isDigit(c) ||
            (isUpper(c) && (marks & (M_STREET | M_STREETLEAD)) != 0) ||
            (marks & (M_STREET | M_COMMON)) == M_STREET ||
            // "calle de Alcalá 50"
            ((marks & STREET_LEAD) == STREET_LEAD &&
              ((tokMarks(i + 1) & (M_PARTICLE | M_ARTICLE)) != 0 || (tokMarks(i + 1) & M_COMMON) == 0))) &&
          ((marks & (M_STREET | M_UNIT | M_STREETLEAD)) != 0 || streetEndingAt(i))
        ) {
          const a = addressAt(i);
          if (a > i) addressesFrom = a;
        }
      }
      continue;
    }
    const size = tokLen(i),
      after = at(tokEnd(i));
    if (kind == NUM || kind == ALNUM) {
      if (kind == NUM) {
        // a date is parted by strokes, hyphens or stops, an address by stops; no age or year has more figures than these
        const parted = size <= 4 && (after == 45 || after == 46 || after == 47);
        if (!(parted && figureDateAt(i)) && i >= numbersFrom) {
          if (!(parted && after == 46 && ipv4At(i))) numbersFrom = numberAt(i);
          if (size == 4) yearAt(i);
        }
        if (size <= 3) ageAt(i);
      }
      if (size == 2 && after == 45) dashMacAt(i);
      if (size == 4 && after == 46) dottedMacAt(i);
      if (kind == ALNUM && size >= 26) walletAt(i);
      // figures alone begin a code only if letters follow
      if (
        i >= codesFrom &&
        (kind == ALNUM ||
          (i + 1 < n &&
            tokKind(i + 1) != NUM &&
            tokLen(i + 1) <= 4 &&
            ((tokMarks(i + 1) & M_MONTH) == 0 || tokKind(i + 1) == UPPER) &&
            gapKind(i) != S_NONE))
      ) {
        const c = codeAt(i);
        if (c > i) codesFrom = c;
      }
      if (isDigit(at(tokStart(i)))) {
        postcodeAt(i);
        if (i >= addressesFrom) {
          const a = addressAt(i);
          if (a > i) addressesFrom = a;
        }
      }
      continue;
    }
    if (kind == OTHER) continue;
    // a word with a capital letter
    if (cue != 0) {
      accountWordAt(i);
      seedPhraseAt(i);
      cornerAt(i);
    }
    // a plain word that only opens a sentence
    if (
      kind == TITLE &&
      (marks & (M_COMMON | ENTITY | M_MONTH | M_WEEKDAY | M_STREET | M_STREETLEAD | M_UNIT | M_PARTICLE)) ==
        M_COMMON &&
      i + 1 < n &&
      tokKind(i + 1) == LOWER
    )
      continue;
    if (size == 2 && after == 45) dashMacAt(i);
    if (kind == UPPER) {
      if (size == 5) pemAt(i);
      if (size == 3) militaryAt(i);
    }
    if (size >= 26) walletAt(i);
    // a month in a date with a figure right behind it is nothing else
    if ((marks & M_MONTH) != 0 && monthAt(i) && i + 1 < n && tokKind(i + 1) == NUM) continue;
    if (size <= 5 && i >= codesFrom && codeLead(i)) {
      const c = codeAt(i);
      if (c > i) codesFrom = c;
    }
    if (marks & M_WEEKDAY) weekdayAt(i);
    // without a street or unit word of its own, an address goes on with a capital or a number
    if (i >= addressesFrom && ((marks & (M_STREET | M_UNIT | M_STREETLEAD)) != 0 || nameOrFigureFollows(i))) {
      const a = addressAt(i);
      if (a > i) addressesFrom = a;
    }
    if (i >= entitiesFrom) entitiesFrom = entityAt(i);
  }
}

/** Whether the token after token i begins with a capital or a figure. */
function nameOrFigureFollows(i: u32): bool {
  if (i + 1 >= tokenCount) return false;
  const c = at(tokStart(i + 1));
  return isUpper(c) || isDigit(c);
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

/** Whether letters at token i can begin a code: a figure follows after one blank or hyphen. */
function codeLead(i: u32): bool {
  if (i + 1 >= tokenCount) return false;
  const e = tokEnd(i),
    c = at(e);
  if (tokStart(i + 1) != e + 1 || (c != 32 && c != 45)) return false;
  return (
    isDigit(at(e + 1)) ||
    tokKind(i + 1) == ALNUM ||
    (i + 2 < tokenCount &&
      tokLen(i + 1) <= 3 &&
      tokStart(i + 2) == tokEnd(i + 1) + 1 &&
      isDigit(at(tokStart(i + 2))))
  );
}
