// Reads a list: its items by their markers, and what belongs to each by how far it is moved to the right.
import { blocksOf, dedent, indentOf, isBlank, isFence, isRule, interrupts, type Read } from "./blocks.ts";
import type { ListItem } from "./document.ts";

const MARKER = /^( {0,3})([-*+]|(\d{1,9})[.)])(?:([ \t]+)(?=\S)|[ \t]*$)/;
const TASK = /^\[([ xX])\](?=\s)/;
/** columns; more white space after a marker than this belongs to code in the item. */
const MAX_MARKER_SPACE = 4;

interface Marker {
  /** what all markers of one list share: the sign of a bullet, or what stands after the number */
  readonly kind: string;
  readonly number: number | null;
  /** columns; what is moved so far to the right belongs to the item */
  readonly width: number;
  readonly empty: boolean;
}

function markerOf(line: string): Marker | null {
  const found = MARKER.exec(line);
  if (found === null || isRule(line)) return null;
  const [, before = "", sign = "", number, space = ""] = found;
  const spaces = indentOf(space);
  return {
    kind: sign.at(-1) ?? "",
    number: number === undefined ? null : Number(number),
    width: before.length + sign.length + (spaces > MAX_MARKER_SPACE || spaces === 0 ? 1 : spaces),
    empty: spaces === 0,
  };
}

/** `inParagraph`: there only what cannot be meant as text begins a list. */
export function startsList(line: string, inParagraph: boolean): boolean {
  const marker = markerOf(line);
  if (marker === null) return false;
  return !inParagraph || (!marker.empty && (marker.number === null || marker.number === 1));
}

export function readList(lines: readonly string[], at: number, depth: number): Read {
  const first = markerOf(lines[at] ?? "");
  const items: ListItem[] = [];
  let loose = false;
  let next = at;
  for (let marker = first; marker !== null && marker.kind === first?.kind;) {
    const item = readItem(lines, next, marker);
    items.push(itemOf(item.content, depth));
    const following = markerOf(lines[item.next] ?? "");
    loose ||= item.loose || (item.endsBlank && following?.kind === marker.kind);
    next = item.next;
    marker = following;
  }
  return { blocks: [{ type: "list", start: first?.number ?? null, loose, items }], next };
}

interface ItemLines {
  readonly content: readonly string[];
  readonly next: number;
  readonly loose: boolean;
  readonly endsBlank: boolean;
}

function readItem(lines: readonly string[], at: number, { width }: Marker): ItemLines {
  const head = lines[at] ?? "";
  // The marker becomes white space, so that what follows it is as far to the right as what stands below.
  const content = [
    dedent(
      head.replace(MARKER, (marker) => " ".repeat(indentAfter(marker))),
      width,
    ),
  ];
  let fenced = isFence(content[0] ?? "");
  let loose = false;
  let blanks = 0;
  let next = at + 1;
  for (; next < lines.length; next += 1) {
    const line = lines[next] ?? "";
    if (isBlank(line)) {
      blanks += 1;
      continue;
    }
    const inside = indentOf(line) >= width;
    const goesOn = blanks === 0 && !fenced && !interrupts(line) && markerOf(line) === null;
    if (!inside && !goesOn) break;
    if (blanks > 0) loose ||= !fenced;
    for (; blanks > 0; blanks -= 1) content.push("");
    const text = dedent(line, width);
    if (isFence(text)) fenced = !fenced;
    content.push(text);
  }
  return { content, next, loose, endsBlank: blanks > 0 };
}

function indentAfter(marker: string): number {
  const signs = marker.trimEnd().length;
  return signs + indentOf(marker.slice(signs));
}

function itemOf(content: readonly string[], depth: number): ListItem {
  const [head = "", ...rest] = content;
  const task = TASK.exec(head);
  if (task === null) return { ticked: null, blocks: blocksOf(content, depth + 1) };
  return { ticked: task[1] !== " ", blocks: blocksOf([head.slice(task[0].length), ...rest], depth + 1) };
}
