// Anchored on single characters: '@' gives e-mail addresses and handles, "://" and "www." URLs, dots domains and IPv4, colons IPv6
// and hardware addresses. Each walk is bounded. Base: RFC 5321 lengths, RFC 3986, RFC 4291.
import { CC_EMAIL, CLASS } from "./generated/chars";
import { C_NEG } from "./generated/lexicon";
import { T_EMAIL, T_IP, T_MAC, T_SECRET, T_URL, T_USERNAME } from "./generated/types";
import { bit, cuesBefore, isDigit, isLetter, isLower, isOther, isSpace, isUpper, isWord } from "./context";
import { addSpan, at, before, length, tokStart } from "./memory";
import { commonValue } from "./secrets";
import { knownTld } from "./tlds";

const MAX_LOCAL: u32 = 64;
const MAX_DOMAIN: u32 = 190;
const MAX_URL: u32 = 2000;

function isDomainChar(c: u32): bool {
  return (isWord(c) && c != 95) || c == 45;
}
function isHex(c: u32): bool {
  return isDigit(c) || ((c | 0x20) >= 97 && (c | 0x20) <= 102);
}

/** End of the domain name that starts at s, or s if there is none with a dot and a plausible last label. */
function domainEnd(s: u32): u32 {
  let i = s,
    label = s,
    lastDot: u32 = 0;
  while (i - s < MAX_DOMAIN) {
    const c = at(i);
    if (isDomainChar(c) || isOther(c)) i++;
    else if (c == 46 && i > label && isDomainChar(at(i + 1))) {
      lastDot = i;
      i++;
      label = i;
    } else break;
  }
  if (lastDot == 0) return s;
  // a script without blanks goes on right after the name
  if (isLetter(at(lastDot + 1))) while (isOther(at(i - 1))) i--;
  while (i > s && at(i - 1) == 45) i--;
  // the last label: letters only, or punycode
  let letters: u32 = 0;
  for (let k = lastDot + 1; k < i; k++)
    if (isLetter(at(k)) || at(k) == 45 || isOther(at(k))) letters++;
    else if (!(letters >= 2)) return s;
  return i - lastDot - 1 >= 2 && letters >= 2 ? i : s;
}

export function emailAt(p: u32): void {
  let s = p;
  while (p - s < MAX_LOCAL && (load<u8>(CLASS + before(s)) & CC_EMAIL) != 0) s--;
  while (s < p && !isWord(at(s))) s++;
  // a key before '=' or '/' is not part of the address
  for (let k = s; k < p; k++) {
    const c = at(k);
    if (c == 61 || c == 47 || c == 39 || c == 123 || c == 124 || c == 96) s = k + 1;
  }
  if (insideUserInfo(s)) return;
  const e = domainEnd(p + 1);
  if (s < p && before(p) != 46) {
    if (e > p + 1) {
      addSpan(T_EMAIL, s, e, 95);
      return;
    }
    const alt = spelledDomain(p + 1);
    if (alt > 0) {
      addSpan(T_EMAIL, s, alt, 80);
      return;
    }
    // user@[1.2.3.4] and user@localhost are left to the other rules
    return;
  }
  // a handle
  if (!isWord(before(p)) && before(p) != 46 && before(p) != 47 && isLetter(at(p + 1))) {
    let h = p + 1;
    while (h - p < 40 && (isWord(at(h)) || (at(h) == 46 && isWord(at(h + 1))))) h++;
    if (h - p >= 4 && at(h) != 47 && at(h) != 40) addSpan(T_USERNAME, p, h, handleScore(p));
  }
}

/** Whether what begins at s stands between "//" and '@' of a URL: credentials, not a mailbox. */
function insideUserInfo(s: u32): bool {
  let i = s;
  if (before(i) == 58) {
    i--;
    while (s - i < 64 && (isWord(before(i)) || before(i) == 45 || before(i) == 46)) i--;
  }
  return before(i) == 47 && at(i - 2) == 47;
}

/** "name@host[DOT]com" and "(dot)". */
function spelledDomain(s: u32): u32 {
  let i = s;
  while (i - s < 60 && isDomainChar(at(i))) i++;
  const open = at(i);
  if (i == s || (open != 91 && open != 40 && open != 123)) return 0;
  if ((at(i + 1) | 0x20) != 100 || (at(i + 2) | 0x20) != 111 || (at(i + 3) | 0x20) != 116) return 0;
  i += 5;
  const t = i;
  while (i - t < 12 && isLetter(at(i))) i++;
  return i - t >= 2 ? i : 0;
}

function handleScore(p: u32): i32 {
  // "tweet at @name", "my tweeter is @name": a social word just before
  let i = p,
    words = 0;
  while (i > 0 && p - i < 40 && words < 4) {
    i--;
    if (isSpace(at(i))) words++;
    const c = at(i) | 0x20;
    if (c == 116 && (at(i + 1) | 0x20) == 119 && (at(i + 2) | 0x20) == 101) return 70; // twe(et)
    if (c == 105 && (at(i + 1) | 0x20) == 110 && (at(i + 2) | 0x20) == 115 && (at(i + 3) | 0x20) == 116)
      return 70; // inst(agram)
    if (c == 104 && (at(i + 1) | 0x20) == 97 && (at(i + 2) | 0x20) == 110 && (at(i + 3) | 0x20) == 100)
      return 70; // hand(le)
  }
  return 40;
}

/** URL around "://" with its colon at p; returns where the next one can begin. */
export function urlAt(p: u32): u32 {
  let s = p;
  while (p - s < 20 && (isWord(before(s)) || before(s) == 43 || before(s) == 45)) s--;
  if (s == p || !isLetter(at(s))) return p + 1;
  let e = p + 3;
  let userEnd: u32 = 0,
    hadColon: u32 = 0,
    path = false;
  while (e < length && e - p < MAX_URL) {
    const c = at(e);
    if (
      isSpace(c) ||
      c < 33 ||
      c == 34 ||
      c == 60 ||
      c == 62 ||
      c == 96 ||
      c == 0x81 ||
      c == 92 ||
      c == 123 ||
      c == 125 ||
      c == 124
    )
      break;
    if (c == 0x80 && !path) break;
    if (c == 47 || c == 63 || c == 35) path = true;
    if (!path && c == 58 && hadColon == 0 && userEnd == 0) hadColon = e;
    if (!path && c == 64) userEnd = e;
    e++;
  }
  e = trimUrl(p + 3, e);
  if (e <= p + 4) return p + 1;
  if (userEnd > 0 && hadColon > 0 && hadColon < userEnd && userEnd < e) {
    // credentials: what stands before the '@' is the secret
    if (!placeholderUser(p + 3, userEnd)) addSpan(T_SECRET, p + 3, userEnd, 92);
  }
  const first = at(p + 3);
  if (!(isWord(first) || first == 91 || first == 0x80)) return e;
  if ((at(s) | 0x20) == 102 && (at(s + 1) | 0x20) == 105 && (at(s + 2) | 0x20) == 108) return e; // file://
  if (first == 91) return p + 3; // an address in brackets is found as an IP address
  addSpan(T_URL, s, e, 60);
  return e;
}

/** Closing punctuation does not belong to a URL, nor a bracket that was not opened in it. */
function trimUrl(s: u32, e: u32): u32 {
  let open = 0;
  for (let k = s; k < e; k++) {
    const c = at(k);
    if (c == 40) open++;
    else if (c == 41) open--;
  }
  while (e > s) {
    const c = at(e - 1);
    if (c == 46 || c == 44 || c == 59 || c == 58 || c == 33 || c == 63 || c == 39 || c == 42 || c == 93) {
      e--;
      continue;
    }
    if (c == 41 && open < 0) {
      e--;
      open++;
      continue;
    }
    break;
  }
  return e;
}

function placeholderUser(s: u32, e: u32): bool {
  const c = at(s);
  if (c == 36 || c == 60 || c == 37) return true;
  for (let k = s; k < e; k++)
    if (at(k) == 58) {
      const d = at(k + 1);
      return d == 36 || d == 60 || d == 42 || d == 64 || k + 1 == e || commonValue(k + 1, e);
    }
  return false;
}

/** A bare domain whose last label is a known top-level domain, the dot at p being its first. */
export function domainAt(p: u32): void {
  if (!isDomainChar(before(p)) || !isLetter(at(p + 1)) || (isUpper(at(p + 1)) && isLower(before(p)))) return;
  let s = p;
  while (p - s < 63 && isDomainChar(before(s))) s--;
  const l = before(s);
  if (s == p || l == 64 || l == 46 || l == 47 || l == 95 || (l == 58 && at(s - 2) == 47) || l == 0x80) return;
  const e = domainEnd(s);
  if (e == s || at(e) == 40 || at(e) == 64 || isWord(at(e))) return;
  let dot = e;
  while (dot > s && before(dot) != 46) dot--;
  if (!knownTld(dot, e)) return;
  // code: "module.name" ends in an identifier; prose: a domain is in small letters and followed by a blank, a path or an end
  let end = e;
  if (at(e) == 47) {
    while (
      end < length &&
      end - e < 300 &&
      !isSpace(at(end)) &&
      at(end) != 34 &&
      at(end) != 62 &&
      at(end) != 41
    )
      end++;
    end = trimUrl(s, end);
  }
  let score = e - dot <= 3 ? 55 : 52;
  if (at(s) == 119 && at(s + 1) == 119 && at(s + 2) == 119) {
    let dots = 0;
    for (let k = s; k < e; k++) if (at(k) == 46) dots++;
    if (dots < 2) return;
    score = 70;
  }
  addSpan(T_URL, s, end, score);
}

/** Dotted quad that begins at token i; true if reported. */
export function ipv4End(s: u32): u32 {
  let i = s;
  for (let part = 0; part < 4; part++) {
    let v: u32 = 0,
      n: u32 = 0;
    while (isDigit(at(i)) && n < 4) {
      v = v * 10 + at(i) - 48;
      n++;
      i++;
    }
    if (n == 0 || n > 3 || v > 255 || (n > 1 && at(i - n) == 48 && n == 3 && v < 8)) return 0;
    if (part < 3) {
      if (at(i) != 46) return 0;
      i++;
    }
  }
  return i;
}

function cidr(e: u32, most: u32): u32 {
  if (at(e) != 47 || !isDigit(at(e + 1))) return e;
  let v: u32 = 0,
    i = e + 1;
  while (isDigit(at(i)) && i - e < 5) {
    v = v * 10 + at(i) - 48;
    i++;
  }
  return v <= most && !isWord(at(i)) ? i : e;
}

export function ipv4At(i: u32): bool {
  const s = tokStart(i);
  const p = before(s);
  if (isWord(p) || (p == 46 && isDigit(before(s - 1))) || p == 45) return false;
  const e = ipv4End(s);
  if (e == 0) return false;
  const c = at(e);
  if (isWord(c) || (c == 46 && isDigit(at(e + 1))) || (c == 45 && isWord(at(e + 1)))) return false;
  let score = 85;
  const neg = i > 0 && (cuesBefore(i) & bit(C_NEG)) != 0;
  if (neg || p == 118) score = 30;
  // section and version numbers are small; addresses in use are not
  return addSpan(T_IP, s, cidr(e, 32), score);
}

/** IPv6 or a hardware address around the colon at p, which is the first colon of its run. */
export function colonAt(p: u32): u32 {
  let s = p;
  while (p - s < 5 && isHex(before(s))) s--;
  if (isWord(before(s)) || (before(s) == 58 && s < p)) return p + 1;
  let i = s,
    groups = 0,
    digits = 0,
    colons = 0,
    double = 0,
    bad = false,
    v4 = false;
  while (i - s < 60) {
    const c = at(i);
    if (isHex(c)) {
      digits++;
      if (digits > 4) {
        bad = true;
      }
      i++;
    } else if (c == 58) {
      if (digits > 0) groups++;
      digits = 0;
      colons++;
      if (at(i + 1) == 58) {
        double++;
        i++;
        colons++;
        if (at(i + 1) == 58) bad = true;
      }
      i++;
      if (!isHex(at(i)) && before(i) == 58 && before(i - 1) != 58) {
        i--;
        colons--;
        break;
      }
      const q = isDigit(at(i)) ? ipv4End(i) : 0;
      if (q > 0 && groups + 2 <= 8) {
        i = q;
        v4 = true;
        break;
      }
    } else break;
  }
  const e = i;
  if (digits > 0 && !v4) groups++;
  if (v4) groups += 2;
  if (!bad && !isWord(at(e)) && double <= 1 && colons >= 2) {
    const mac = groups == 6 && colons == 5 && double == 0 && e - s == 17 && !v4;
    if (mac) {
      addSpan(T_MAC, s, e, 90);
      return e;
    }
    const full = double == 0 && (groups == 8 || (groups == 9 && at(e) != 58));
    const short = double == 1 && groups <= 7;
    if (full || short) {
      if (
        short &&
        groups == 0 &&
        !(isSpace(before(s)) || before(s) == 61 || before(s) == 91 || before(s) == 34 || before(s) == 39)
      )
        return e;
      if (short && groups <= 2 && !v4 && !hasFigure(s, e) && groups > 0) return e; // "a::b" is code
      let score = groups == 9 ? 55 : groups == 0 ? 52 : 88;
      if (at(e) == 46 && isDigit(at(e + 1))) return e;
      if (at(e) == 46 && isWord(at(e + 1))) score = 20;
      addSpan(T_IP, s, cidr(e, 128), score);
    }
  }
  return e > p ? e : p + 1;
}

function hasFigure(s: u32, e: u32): bool {
  for (let k = s; k < e; k++) if (isDigit(at(k))) return true;
  return false;
}

/** Hardware address with hyphens, from token i. */
export function dashMacAt(i: u32): bool {
  const s = tokStart(i);
  if (isWord(before(s)) || before(s) == 45) return false;
  for (let k: u32 = 0; k < 6; k++) {
    if (!isHex(at(s + k * 3)) || !isHex(at(s + k * 3 + 1))) return false;
    if (k < 5 && at(s + k * 3 + 2) != 45) return false;
  }
  const e = s + 17;
  if (isWord(at(e)) || at(e) == 45) return false;
  return addSpan(T_MAC, s, e, 90);
}
