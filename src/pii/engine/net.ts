// Anchored on single characters: '@' gives e-mail addresses and handles, "://" and "www." URLs, dots domains and IPv4, colons IPv6
// and hardware addresses. Each walk is bounded. Base: RFC 5321 lengths, RFC 3986, RFC 4291.
import { commonValue } from "./assignments";
import { isLetter, isLower, isOther, isSpace, isUpper, isWord } from "./context";
import { CC_EMAIL, CLASS } from "./generated/chars";
import { T_EMAIL, T_SECRET, T_URL, T_USERNAME } from "./generated/types";
import { addSpan, at, before, length } from "./memory";
import { nameOfCode, nameSpaceOfXml, ownMachine } from "./reserved-hosts";
import { insidePassword, spelledLocal } from "./spelled-mail";
import { knownTld } from "./tlds";

const MAX_LOCAL: u32 = 64;
const MAX_DOMAIN: u32 = 190;
const MAX_URL: u32 = 2000;

function isDomainChar(c: u32): bool {
  return (isWord(c) && c != 95) || c == 45;
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
    if (c == 39 && k > s && isLetter(before(k)) && isLetter(at(k + 1))) continue; // "o'brien"
    if (c == 61 || c == 47 || c == 39 || c == 123 || c == 124 || c == 96) s = k + 1;
  }
  if (insideUserInfo(s)) return;
  const e = domainEnd(p + 1);
  if (s < p && before(p) != 46) {
    if (e > p + 1) {
      if (insidePassword(s)) return;
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
  if (!isWord(before(p)) && before(p) != 46 && before(p) != 47 && before(p) != 123 && isLetter(at(p + 1))) {
    let h = p + 1;
    while (h - p < 40 && (isWord(at(h)) || (at(h) == 46 && isWord(at(h + 1))))) h++;
    if (h - p >= 4 && at(h) != 47 && at(h) != 40 && !(at(h) == 45 && isWord(at(h + 1))))
      addSpan(T_USERNAME, p, h, handleScore(p));
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
    const d = at(i + 1) | 0x20,
      f = at(i + 2) | 0x20,
      g = at(i + 3) | 0x20;
    if (c == 105 && d == 110 && f == 115 && g == 116 && (at(i + 4) | 0x20) == 97 && (at(i + 5) | 0x20) != 108)
      return 70; // insta(gram), not "install"
    if (c == 102 && d == 111 && f == 108 && g == 108 && (at(i + 4) | 0x20) == 111) return 70; // follo(w)
    if (c == 116 && d == 105 && f == 107 && g == 116) return 70; // tikt(ok)
    if (c == 115 && d == 110 && f == 97 && g == 112 && (at(i + 4) | 0x20) == 99) return 70; // snapc(hat)
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
  if (userEnd == 0 && (ownMachine(p + 3, e) || nameSpaceOfXml(s))) return e;
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

function firstDot(s: u32): u32 {
  let i = s;
  while (at(i) != 46) i++;
  return i;
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
  const local = spelledLocal(s);
  if (local < s) {
    addSpan(T_EMAIL, local, e, 88);
    return;
  }
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
  // "local.name", "error.name": a name of two parts under this domain is one of code
  if (nameOfCode(s, e, end) || (e - dot == 4 && (at(dot) | 0x20) == 110 && firstDot(s) == dot - 1)) return;
  let score = e - dot <= 3 ? 55 : 52;
  if (at(s) == 119 && at(s + 1) == 119 && at(s + 2) == 119) {
    let dots = 0;
    for (let k = s; k < e; k++) if (at(k) == 46) dots++;
    if (dots < 2) return;
    score = 70;
  }
  addSpan(T_URL, s, end, score);
}
