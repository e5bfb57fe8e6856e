// Reads what stands between the brackets of a link: an address, and a title, which is not shown. It gives up where the
// line of brackets or the address gets too long, so that many beginnings of links cost no more than their length.
import { MAX_HREF_CHARS } from "./blocks.ts";

/** CommonMark lets an implementation stop at so many levels of brackets in an address. */
const MAX_BRACKETS = 32;
const SPACE = /[ \t\n]/;

/** `at`: after the opening bracket. Null where it is no address that a link could have. */
export function readDestination(
  text: string,
  at: number,
): { readonly href: string; readonly end: number } | null {
  const from = passSpace(text, at);
  const to = text[from] === "<" ? angledEnd(text, from + 1) : plainEnd(text, from);
  if (to === null) return null;
  const angled = text[from] === "<";
  const href = text.slice(angled ? from + 1 : from, to);
  const afterHref = angled ? to + 1 : to;
  let next = passSpace(text, afterHref);
  if (next > afterHref && text[next] !== ")") {
    const titleEnd = readTitle(text, next);
    if (titleEnd === null) return null;
    next = passSpace(text, titleEnd);
  }
  if (text[next] !== ")") return null;
  return { href: href.replace(/\\([!-/:-@[-`{-~])/g, "$1"), end: next + 1 };
}

function passSpace(text: string, at: number): number {
  const most = at + MAX_HREF_CHARS;
  let next = at;
  while (next < most && SPACE.test(text.charAt(next))) next += 1;
  return next;
}

function angledEnd(text: string, from: number): number | null {
  for (let at = from; at < text.length && at - from <= MAX_HREF_CHARS; at += 1) {
    const character = text.charAt(at);
    if (character === ">") return at;
    if (character === "<" || character === "\n") return null;
    if (character === "\\") at += 1;
  }
  return null;
}

function plainEnd(text: string, from: number): number | null {
  let open = 0;
  let at = from;
  for (; at < text.length && at - from <= MAX_HREF_CHARS; at += 1) {
    const character = text.charAt(at);
    if (SPACE.test(character)) break;
    if (character === "(" && (open += 1) > MAX_BRACKETS) return null;
    if (character === ")" && (open -= 1) < 0) return at;
    if (character === "\\") at += 1;
  }
  return open === 0 ? at : null;
}

function readTitle(text: string, from: number): number | null {
  const opening = text.charAt(from);
  if (opening !== '"' && opening !== "'" && opening !== "(") return null;
  const closing = opening === "(" ? ")" : opening;
  for (let at = from + 1; at < text.length && at - from <= MAX_HREF_CHARS; at += 1) {
    const character = text.charAt(at);
    if (character === closing) return at + 1;
    if (character === "(" && opening === "(") return null;
    if (character === "\\") at += 1;
  }
  return null;
}
