// Asks the recognisers about the tokens at which they may begin. Addresses and names are left to loops of their own over lists that the
// first loop makes: where one kind of candidate comes after another, the code is at hand and the processor's guesses are better.
// resolve.ts puts the candidates of the three rows in text order again.
import { accountWordAt, commandUserAt } from "./accounts";
import { addressAt } from "./addresses";
import { goesOn, LONGEST_NUMBER } from "./address-words";
import { ageAt } from "./ages";
import { codeAt, ibanUpTo } from "./codes";
import { flag, gapKind, isDigit, isUpper, LOOK_BACK, S_NONE } from "./context";
import { figureDateAt, monthAt, weekdayAt, yearAt } from "./dates";
import { entityAt } from "./entities";
import {
  C_POSTAL,
  M_ARTICLE,
  M_COMMON,
  M_MONTH,
  M_NRP,
  M_PARTICLE,
  M_STREET,
  M_STREETLEAD,
  M_UNIT,
  M_WEEKDAY,
} from "./generated/lexicon";
import { cornerAt, militaryAt, postcodeAt } from "./landmarks";
import {
  at,
  listed,
  NAMES,
  PLACES,
  placeSpans,
  tokCue,
  tokenCount,
  tokEnd,
  tokKind,
  tokLen,
  tokMarks,
  tokStart,
  visitCount,
  VISITS,
} from "./memory";
import { dashMacAt, dottedMacAt, ipv4At } from "./network-addresses";
import { numberAt } from "./numbers";
import { pemAt } from "./secrets";
import { seedPhraseAt } from "./seed-phrases";
import { ALNUM, ENTITY, LOWER, NUM, OTHER, TITLE, UPPER } from "./token-kinds";
import { walletAt } from "./wallets";
import { streetEndingAt } from "./word-lookup";

const STREETS: u32 = M_STREET | M_STREETLEAD;
const ADDRESS: u32 = STREETS | M_UNIT;
/** A capitalised word with no other marks than the first of these only opens a sentence, if a small word follows. */
const PLAIN: u32 = M_COMMON;
const TELLING: u32 = M_COMMON | ENTITY | M_MONTH | M_WEEKDAY | ADDRESS | M_PARTICLE;
/** Shortest word that can be a wallet's address. */
const WALLET: u32 = 26;

// What the loops find at one token has this order, as if each token were asked about everything in turn.
const FIRST: u32 = 1;
const BY_SMALL_NAME: u32 = 2;
const BY_PLACE: u32 = 3;
const BY_NAME: u32 = 4;
/** Behind all of them; resolve.ts keeps the highest number for itself. */
const LAST_PLACE: u32 = 0xfffffffe;

let placeCount: u32 = 0;
let nameCount: u32 = 0;
let codesFrom: u32 = 0;
let numbersFrom: u32 = 0;
/** Behind the last token before which a word for a postal code is near enough. */
let postalUpTo: u32 = 0;

/** Asks all recognisers that begin at a token. */
export function scanTokens(): void {
  placeCount = 0;
  nameCount = 0;
  codesFrom = 0;
  numbersFrom = 0;
  postalUpTo = 0;
  for (let k: u32 = 0; k < visitCount; k++) {
    const i = listed(VISITS, k),
      kind = tokKind(i),
      cue = tokCue(i);
    if (cue == C_POSTAL) postalUpTo = i + LOOK_BACK + 1;
    if (i < ibanUpTo) continue;
    placeSpans((i << 3) | FIRST);
    if (kind == NUM) numberToken(i);
    else if (kind == ALNUM) mixedToken(i);
    else if (kind != OTHER) {
      if (cue != 0) {
        accountWordAt(i);
        seedPhraseAt(i);
        cornerAt(i);
      }
      if (kind == LOWER) smallWord(i);
      else capitalWord(i, kind);
    }
  }
  scanPlaces();
  scanNames();
  placeSpans(LAST_PLACE);
}

function notePlace(i: u32, yes: u32): void {
  store<u16>(PLACES + (placeCount << 1), i);
  placeCount += yes;
}
function noteName(i: u32, yes: u32): void {
  store<u16>(NAMES + (nameCount << 1), i);
  nameCount += yes;
}

function smallWord(i: u32): void {
  // most words of a text end here: in the lexicon as plain words, or unknown to it
  const n = tokLen(i),
    marks = tokMarks(i),
    common = flag((marks & M_COMMON) != 0);
  if (n <= 4) {
    if ((n == 4 || n == 1) && at(tokStart(i)) == 117) commandUserAt(i);
    if (common == 0 && n <= 3 && i >= codesFrom && codeLead(i)) tryCode(i);
  }
  if (marks & M_MONTH) monthAt(i);
  noteName(i, flag((marks & ENTITY) != 0) & ((common ^ 1) | flag((marks & M_NRP) != 0)));
  // a street or unit word needs a number or a name after it
  const c = at(tokStart(i + 1)),
    next = tokMarks(i + 1);
  notePlace(
    i,
    flag(i + 1 < tokenCount) &
      (flag(isDigit(c)) |
        (flag(isUpper(c)) & flag((marks & STREETS) != 0)) |
        flag((marks & (M_STREET | M_COMMON)) == M_STREET) |
        // "calle de Alcalá 50", "via garibaldi 9"
        (flag((marks & STREETS) == STREETS) &
          (flag((next & (M_PARTICLE | M_ARTICLE)) != 0) | flag((next & M_COMMON) == 0)))),
  );
}

function numberToken(i: u32): void {
  const size = tokLen(i),
    after = at(tokEnd(i)),
    // a date is parted by strokes, hyphens or stops, an address by stops; no age or year has more figures than these
    parted = size <= 4 && (after == 45 || after == 46 || after == 47);
  if (!(parted && figureDateAt(i)) && i >= numbersFrom) {
    if (!(parted && after == 46 && ipv4At(i))) numbersFrom = numberAt(i);
    if (size == 4) yearAt(i);
  }
  if (size <= 3) ageAt(i);
  if (size == 2 && after == 45) dashMacAt(i);
  if (size == 4 && after == 46) dottedMacAt(i);
  // figures alone begin a code only if letters follow
  if (
    i >= codesFrom &&
    i + 1 < tokenCount &&
    tokKind(i + 1) != NUM &&
    tokLen(i + 1) <= 4 &&
    ((tokMarks(i + 1) & M_MONTH) == 0 || tokKind(i + 1) == UPPER) &&
    gapKind(i) != S_NONE
  )
    tryCode(i);
  if (i < postalUpTo) postcodeAt(i);
  notePlace(i, goesOn(i));
}

function mixedToken(i: u32): void {
  const size = tokLen(i),
    after = at(tokEnd(i)),
    leads = isDigit(at(tokStart(i)));
  if (size == 2 && after == 45) dashMacAt(i);
  if (size == 4 && after == 46) dottedMacAt(i);
  if (size >= WALLET) walletAt(i);
  if (i >= codesFrom) tryCode(i);
  if (!leads) return;
  if (i < postalUpTo) postcodeAt(i);
  // a longer one may be a street with figures glued before it: "48Straße des 17. Juni 135"
  notePlace(i, flag(size > LONGEST_NUMBER) | goesOn(i));
}

function capitalWord(i: u32, kind: u32): void {
  const marks = tokMarks(i),
    size = tokLen(i);
  // a plain word that only opens a sentence
  if (kind == TITLE && (marks & TELLING) == PLAIN && i + 1 < tokenCount && tokKind(i + 1) == LOWER) return;
  if (size == 2 && at(tokEnd(i)) == 45) dashMacAt(i);
  if (kind == UPPER) {
    if (size == 5) pemAt(i);
    if (size == 3) militaryAt(i);
  }
  if (size >= WALLET) walletAt(i);
  // a month in a date with a figure right behind it is nothing else
  if ((marks & M_MONTH) != 0 && monthAt(i) && i + 1 < tokenCount && tokKind(i + 1) == NUM) return;
  if (size <= 5 && i >= codesFrom && codeLead(i)) tryCode(i);
  if (marks & M_WEEKDAY) weekdayAt(i);
  // without a street or unit word of its own, an address goes on with a capital or a number
  const c = at(tokStart(i + 1));
  notePlace(
    i,
    flag((marks & ADDRESS) != 0) | (flag(i + 1 < tokenCount) & (flag(isUpper(c)) | flag(isDigit(c)))),
  );
  noteName(i, 1);
}

function tryCode(i: u32): void {
  const end = codeAt(i);
  if (end > i) codesFrom = end;
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

/** Addresses. */
function scanPlaces(): void {
  let from: u32 = 0;
  for (let k: u32 = 0; k < placeCount; k++) {
    const i = listed(PLACES, k);
    if (i < from || (tokKind(i) == LOWER && (tokMarks(i) & ADDRESS) == 0 && !streetEndingAt(i))) continue;
    placeSpans((i << 3) | BY_PLACE);
    const end = addressAt(i);
    if (end > i) from = end;
  }
}

/** People, places and organisations. */
function scanNames(): void {
  let from: u32 = 0;
  for (let k: u32 = 0; k < nameCount; k++) {
    const i = listed(NAMES, k);
    if (i < from) continue;
    placeSpans((i << 3) | (tokKind(i) == LOWER ? BY_SMALL_NAME : BY_NAME));
    from = entityAt(i);
  }
}
