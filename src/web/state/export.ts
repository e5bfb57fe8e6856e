// The transcript as a file: what this page shows, in clear. Only ever made when a person asks for it.
import type { TranscriptItem } from "./transcript.ts";

/** For people. */
export function exportMarkdown(items: readonly TranscriptItem[]): string {
  return items.map(paragraph).join("\n\n") + "\n";
}

/** For programs. */
export function exportJson(items: readonly TranscriptItem[]): string {
  return JSON.stringify({ version: 1, items: items.map(record) }, null, 2) + "\n";
}

function paragraph(item: TranscriptItem): string {
  if (item.kind === "note") return `> ${item.text}`;
  const who = isOwn(item) ? "Me" : (item.name ?? "Somebody");
  if (item.kind === "message") {
    return `**${who}**${item.delivery === "relayed" ? "" : " (not delivered)"}: ${item.text}`;
  }
  const { text, ending } = item.answer;
  const state = ending?.complete === true ? "" : " (not complete)";
  return `**${who}, to the assistant**: ${item.question}\n\n**Assistant**${state}:\n\n${text}`;
}

function record(item: TranscriptItem): object {
  const at = new Date(item.atMs).toISOString();
  if (item.kind === "note") return { kind: "note", at, text: item.text };
  const from = { kind: item.kind, at, own: isOwn(item), name: item.name };
  if (item.kind === "message") return { ...from, text: item.text, delivered: item.delivery === "relayed" };
  const { text, ending } = item.answer;
  return { ...from, question: item.question, answer: text, complete: ending?.complete === true };
}

/** Said by this very person, in whichever tab. */
function isOwn(item: Exclude<TranscriptItem, { kind: "note" }>): boolean {
  return item.kind === "turn" ? item.self : item.own;
}
