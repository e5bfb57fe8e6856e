// Words for what a destruction statement says, shared by whoever shows one.
import type { BurnCause } from "../protocol/burn-policy.ts";

/** Completes "the session burned, because ...". */
export const CAUSES: Readonly<Record<BurnCause, string>> = {
  ttl: "its time was up",
  idle: "nobody wrote for as long as its burn timer allows",
  empty: "everybody had left",
  messages: "the agreed number of messages was reached",
  asked: "somebody who may do that asked for it",
  recovered: "a burn that a crash had cut short was finished, or the record could not be read",
};

export function instant(ms: number): string {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? `${String(ms)} ms` : date.toISOString();
}

export function duration(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  const parts: readonly (readonly [number, string])[] = [
    [Math.floor(seconds / 86_400), "d"],
    [Math.floor(seconds / 3_600) % 24, "h"],
    [Math.floor(seconds / 60) % 60, "min"],
    [seconds % 60, "s"],
  ];
  const shown = parts.filter(([value]) => value > 0).map(([value, unit]) => `${String(value)} ${unit}`);
  return shown.length > 0 ? shown.join(" ") : `${String(ms)} ms`;
}
