// The table: what was measured, as it stands to the bare object in the same run, and what we aim at.
import { NAMES, type Name } from "./contender.ts";
import type { Samples } from "./rounds.ts";
import { least, median } from "./statistics.ts";

/** One line of the table. */
export interface Row {
  readonly what: string;
  readonly unit: string;
  readonly samples: Samples;
  /** How rounds become one figure. `least`: for figures that noise can only raise. */
  readonly by: "median" | "least";
  /** Our target against raw; null: no target, for information. */
  readonly target: { readonly bound: "at least" | "at most"; readonly ratio: number } | null;
}

export function renderTable(rows: readonly Row[]): string {
  const head = ["measure", ...NAMES, "partyserver / raw", "ghost-session / raw", "target", ""];
  const lines = rows.map((row) => [
    `${row.what}, ${row.unit}`,
    ...NAMES.map((name) => showValue(figure(row, name))),
    showRatio(ratios(row, "partyserver")),
    showRatio(ratios(row, "ghost-session")),
    row.target === null
      ? ""
      : `${row.target.bound === "at least" ? "≥" : "≤"} ${row.target.ratio.toFixed(2)}`,
    verdict(row),
  ]);
  return renderCells([head, ...lines]);
}

/** A table in Markdown; the first row is its head. */
export function renderCells([head = [], ...lines]: readonly (readonly string[])[]): string {
  return [head, head.map((_, i) => (i === 0 ? "---" : "---:")), ...lines].map(renderLine).join("\n");
}

function renderLine(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

function figure({ samples, by }: Row, name: Name): number {
  return (by === "median" ? median : least)(samples[name]);
}

interface Ratios {
  readonly middle: number;
  /** of single rounds; null where rounds are not compared one by one */
  readonly range: readonly [number, number] | null;
}

// Each round is compared with raw in the same round, so that a slow minute of the machine cancels out.
function ratios(row: Row, name: Name): Ratios | null {
  const own = row.samples[name];
  const raw = row.samples.raw;
  if (own.length === 0 || raw.length === 0) return null;
  if (row.by === "least") return { middle: least(own) / least(raw), range: null };
  const each = own.map((value, round) => value / (raw[round] ?? Number.NaN)).filter(Number.isFinite);
  if (each.length === 0) return null;
  return { middle: median(each), range: [Math.min(...each), Math.max(...each)] };
}

function verdict(row: Row): string {
  const ours = ratios(row, "ghost-session");
  if (row.target === null || ours === null) return "";
  const { bound, ratio } = row.target;
  return (bound === "at least" ? ours.middle >= ratio : ours.middle <= ratio) ? "reached" : "missed";
}

function showRatio(shown: Ratios | null): string {
  if (shown === null) return "";
  const { middle, range } = shown;
  return range === null
    ? middle.toFixed(2)
    : `${middle.toFixed(2)} (${range[0].toFixed(2)}–${range[1].toFixed(2)})`;
}

/** Three digits, or whole thousands. */
export function showValue(value: number): string {
  if (!Number.isFinite(value)) return "";
  if (value >= 1000) return Math.round(value).toLocaleString("en");
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
