// The transcript as a file: nothing in it looks more complete than it was.
import { expect, it } from "vitest";
import { exportJson, exportMarkdown } from "../../../src/web/state/export.ts";
import { note } from "../../../src/web/state/listen.ts";
import { SharedTurns } from "../../../src/web/state/shared-turns.ts";
import type { MessageItem, TranscriptItem } from "../../../src/web/state/transcript.ts";
import { part } from "./shared-part.ts";

const message: MessageItem = {
  kind: "message",
  key: "m",
  own: true,
  name: null,
  text: "unheard",
  atMs: 0,
  delivery: "unsent",
  problem: "x",
};

function turn(end: "stop" | "cut", self: boolean): TranscriptItem {
  const turns = new SharedTurns();
  turns.take({ ...part(0, "why?", "stop"), of: "question", self }, null, 0);
  return turns.take({ ...part(0, "because", end), self }, null, 0);
}

it("[PAGE7] a cut answer says so, an answer of one's other tab is one's own, what was not delivered says so", () => {
  const items = [message, turn("stop", true), turn("cut", false), note("loss", "2 messages did not arrive")];
  expect(exportMarkdown(items)).toBe(
    [
      "**Me** (not delivered): unheard",
      "**Me, to the assistant**: why?",
      "**Assistant**:",
      "because",
      "**Ada, to the assistant**: why?",
      "**Assistant** (not complete):",
      "because",
      "> 2 messages did not arrive\n",
    ].join("\n\n"),
  );
  expect(JSON.parse(exportJson(items))).toMatchObject({
    version: 1,
    items: [
      { kind: "message", own: true, delivered: false },
      { kind: "turn", own: true, question: "why?", answer: "because", complete: true },
      { kind: "turn", own: false, name: "Ada", complete: false },
      { kind: "note" },
    ],
  });
});
