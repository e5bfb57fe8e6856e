// Addresses of machines: dotted quads, IPv6 and hardware addresses with colons, hardware addresses with hyphens. Each walk is
// bounded. Base: RFC 4291 with mapped and prefix forms.
import { bit, cuesBefore, isDigit, isSpace, isWord } from "./context";
import { C_NEG } from "./generated/lexicon";
import { T_IP, T_MAC } from "./generated/types";
import { addSpan, at, before, tokStart } from "./memory";
import { loopbackAt } from "./reserved-hosts";

function isHex(c: u32): bool {
  return isDigit(c) || ((c | 0x20) >= 97 && (c | 0x20) <= 102);
}

/** Dotted quad that begins at token i; true if reported. */
function ipv4End(s: u32): u32 {
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
  // "127.0.0.1:8080", "http://127.0.0.1/": the machine itself, listening
  if (loopbackAt(s) && ((c == 58 && isDigit(at(e + 1))) || (p == 47 && before(s - 1) == 47))) return true;
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
      if (!(at(e) == 93 && before(s) == 91 && loopbackAt(s) && (at(e + 1) == 58 || before(s - 1) == 47)))
        addSpan(T_IP, s, cidr(e, 128), score);
    }
  }
  return e > p ? e : p + 1;
}

function hasFigure(s: u32, e: u32): bool {
  for (let k = s; k < e; k++) if (isDigit(at(k))) return true;
  return false;
}

/** Hardware address in three groups of four with stops, from token i: "001b.4411.3ab7". */
export function dottedMacAt(i: u32): bool {
  const s = tokStart(i),
    e = s + 14;
  if (at(s + 9) != 46 || isWord(at(e)) || at(e) == 46 || isWord(before(s)) || before(s) == 46) return false;
  let letters = 0;
  for (let k: u32 = 0; k < 14; k++) {
    const c = at(s + k);
    if (k == 4 || k == 9) continue;
    if (!isHex(c)) return false;
    if (!isDigit(c)) letters++;
  }
  return letters > 0 && addSpan(T_MAC, s, e, 80);
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
