// What looks like the address of a site or a machine and is none that anyone could be found by: hosts that never leave the machine or
// are set aside for tests and examples (RFC 6761, RFC 6762, the loopback addresses of RFC 1122 and RFC 4291), and names of code that
// begin with a domain (keys of Kubernetes, images of containers, imports of Go, XML name spaces). Each walk is bounded.
import { isBlank, isDigit, isLetter, isWord } from "./context";
import { at, before } from "./memory";

/** Whether the letters from s on are the word, given in small letters. */
function reads(s: u32, word: string): bool {
  const p = changetype<usize>(word); // UTF-16, as the compiler keeps text
  for (let k: u32 = 0; k < <u32>word.length; k++)
    if ((at(s + k) | 0x20) != ((<u32>load<u16>(p + (k << 1))) | 0x20)) return false;
  return true;
}

/** Whether a hyphen stands in [s, e): machines are called after their owners so ("annas-macbook.local"). */
function ofSeveralWords(s: u32, e: u32): bool {
  for (let k = s; k < min<u32>(e, s + 64); k++) if (at(k) == 45) return true;
  return e > s + 64;
}

/** Whether [s, e) is a host that is the machine itself or that nobody can own. */
function reservedHost(s: u32, e: u32): bool {
  const n = e - s;
  if (n >= 7 && n <= 15 && reads(s, "127.") && isDigit(before(e))) return true;
  if (n == 7 && reads(s, "0.0.0.0")) return true;
  if (n >= 9 && reads(e - 9, "localhost")) return n == 9 || at(e - 10) == 46;
  return (
    (n > 6 && reads(e - 6, ".local") && !ofSeveralWords(s, e)) ||
    (n > 5 && reads(e - 5, ".test")) ||
    (n > 8 && (reads(e - 8, ".example") || reads(e - 8, ".invalid")))
  );
}

/** Whether a loopback address of either kind begins at s. */
export function loopbackAt(s: u32): bool {
  return (
    reads(s, "127.") || reads(s, "0.0.0.0") || (reads(s, "::1") && !isWord(at(s + 3)) && at(s + 3) != 58)
  );
}

/**
 * Whether the URL with "://" before s says nothing about a person: its host is reserved, it holds no credentials, and its path names
 * no one ("/users/anna", "/~anna").
 */
export function ownMachine(s: u32, e: u32): bool {
  let h = s;
  if (at(s) == 91) {
    if (!reads(s, "[::1]")) return false;
    h = s + 5;
  } else {
    while (h < e && (isWord(at(h)) || at(h) == 46 || at(h) == 45)) h++;
    if (!reservedHost(s, h)) return false;
  }
  if (at(h) == 58) {
    h++;
    while (h < e && isDigit(at(h))) h++;
  }
  return h >= e || ((at(h) == 47 || at(h) == 63 || at(h) == 35) && !namesSomeone(h, e));
}

/** Whether a part of the path or query [s, e) leads to a person's own place. */
function namesSomeone(s: u32, e: u32): bool {
  const last = min<u32>(e, s + 300);
  for (let k = s; k < last; k++) {
    const c = at(k);
    if (c == 126 || c == 64 || (c == 37 && (reads(k, "%40") || reads(k, "%7e")))) return true;
    if (c != 47 && c != 63 && c != 38) continue;
    if (
      reads(k + 1, "user") ||
      reads(k + 1, "people") ||
      reads(k + 1, "person") ||
      reads(k + 1, "profile") ||
      reads(k + 1, "patient") ||
      reads(k + 1, "customer") ||
      reads(k + 1, "name") ||
      reads(k + 1, "email")
    )
      return true;
  }
  // What is too long to be looked through may name somebody.
  return e > last;
}

/** Whether the URL that begins at s is the value of "xmlns" or "xmlns:svg": the name of a vocabulary. */
export function nameSpaceOfXml(s: u32): bool {
  let i = s;
  if (before(i) != 34 && before(i) != 39) return false;
  i--;
  if (before(i) != 61) return false;
  i--;
  while (s - i < 24 && (isLetter(before(i)) || before(i) == 58)) i--;
  return reads(i, "xmlns");
}

/**
 * Whether the bare domain [s, e) with the path up to `end` is a name of code: the key of a setting on a line ("app.kubernetes.io/name:
 * web"), an image of a container with a tag or digest ("ghcr.io/acme/proxy:v2.1"), an import on a line of its own.
 */
export function nameOfCode(s: u32, e: u32, end: u32): bool {
  if (at(e) != 47) return false;
  for (let k = e; k < end; k++) {
    const c = at(k);
    if (c == 64) return reads(k, "@sha256:");
    if (c == 63 || c == 35) return false;
    // a port, a tag such as ":v2" or ":7.4"
    if (
      c == 58 &&
      (isDigit(at(k + 1)) || reads(k + 1, "latest") || (reads(k + 1, "v") && isDigit(at(k + 2))))
    )
      return true;
  }
  const quote = before(s),
    quoted = quote == 34 || quote == 39;
  let i = quoted ? s - 1 : s,
    after = end;
  if (quoted) {
    if (at(after) != quote) return false;
    after++;
    // gofmt begins such a line with a tab
    if (at(after) == 10 && before(i) == 9) return true;
    if (at(after) == 10 && reads(i - 7, "import ")) return true;
  }
  if (at(after) != 58 || !(isBlank(at(after + 1)) || at(after + 1) == 10)) return false;
  for (let k = 0; k < 80; k++) {
    const c = before(i);
    if (c == 10) return true;
    if (!isBlank(c) && c != 45 && c != 35) return c == 123 || c == 44;
    i--;
  }
  return false;
}
