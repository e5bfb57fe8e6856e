// The transcript as a file: what this page shows, in clear. Only ever made when a person asks for it.
import { nextTask } from "../timers.ts";
import { withoutHtml } from "./export-text.ts";
import type { TranscriptItem } from "./transcript.ts";
import { counted } from "./words.ts";

/** For people. Others wrote most of it, of any length: between two items the page does what else it is asked for. */
export async function exportMarkdown(items: readonly TranscriptItem[]): Promise<string> {
  const paragraphs: string[] = [];
  for (const item of items) {
    paragraphs.push(paragraph(item));
    await nextTask();
  }
  return paragraphs.join("\n\n") + "\n";
}

/** For programs. */
export function exportJson(items: readonly TranscriptItem[]): string {
  return JSON.stringify({ version: 1, items: items.map(record) }, null, 2) + "\n";
}

const DELIVERED = {
  relayed: "",
  unheard: " (nobody else was here)",
  sending: " (not delivered)",
  unsent: " (not delivered)",
} as const;

/** Who and when in the page's own words; what was said is quoted, so that no text passes for another's. */
function paragraph(item: TranscriptItem): string {
  const at = new Date(item.atMs).toISOString().slice(0, 16).replace("T", " ") + " UTC";
  if (item.kind === "note")
    return `*${at}: ${escaped(item.text)}${item.times > 1 ? ` ${counted(item.times, "time")}` : ""}*`;
  const who = isOwn(item) ? "Me" : escaped(item.name ?? "Somebody");
  if (item.kind === "message") return said(`${who}**, ${at}${DELIVERED[item.delivery]}`, item.text);
  const { text, ending } = item.answer;
  const state = ending?.complete === true ? "" : " (not complete)";
  return `${said(`${who}, to the assistant**, ${at}`, item.question)}\n\n${said(`Assistant**${state}`, text)}`;
}

function said(who: string, text: string): string {
  return `**${who}:\n\n${withoutHtml(text).replace(/^/gm, "> ")}`;
}

/** Without a meaning in Markdown. */
function escaped(text: string): string {
  return text.replace(/[\\`*_{}[\]<>()#+.!|~-]/g, "\\$&");
}

function record(item: TranscriptItem): object {
  const at = new Date(item.atMs).toISOString();
  if (item.kind === "note") return { kind: "note", at, text: item.text, times: item.times };
  const from = { kind: item.kind, at, own: isOwn(item), name: item.name };
  if (item.kind === "message") {
    const { text, delivery } = item;
    const isRelayed = delivery === "relayed" || delivery === "unheard";
    return { ...from, text, relayed: isRelayed, othersHere: delivery === "relayed" };
  }
  const { text, ending } = item.answer;
  return { ...from, question: item.question, answer: text, complete: ending?.complete === true };
}

/** Said by this very person, in whichever tab. */
function isOwn(item: Exclude<TranscriptItem, { kind: "note" }>): boolean {
  return item.kind === "turn" ? item.self : item.own;
}
