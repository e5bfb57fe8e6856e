// How a script gets answers: they alone stand on standard output, line for line and safe to print, and everything else
// goes to standard error. A script must never have to tell the two apart.
import type { Writable } from "node:stream";
import { AnswerRows } from "./answer-rows.ts";
import type { Show } from "./chat-event.ts";
import type { Output } from "./output.ts";
import { printable } from "./printable.ts";
import type { TextView } from "./text-view.ts";

export interface AnswerStreams {
  /** A terminal shows both: there rows of an answer are marked. */
  readonly stdout: { readonly isTTY?: boolean };
  readonly stderr: Writable;
}

export function showAnswers(view: TextView, output: Output, { stdout, stderr }: AnswerStreams): Show {
  // One's own answers have a bound of their own, so that nothing but their line breaks has to count.
  const rows = new AnswerRows(Infinity);
  const mark = stdout.isTTY === true ? "| " : "";
  const write = async (lines: readonly string[]): Promise<void> => {
    for (const line of lines) await output.write(`${mark}${printable(line)}\n`);
  };
  return async (event) => {
    if (event.type === "answer") {
      await write(rows.push(event.text));
      return;
    }
    if (event.type === "answered") await write(rows.flush());
    for (const { text } of view.lines(event)) stderr.write(`${text}\n`);
  };
}
