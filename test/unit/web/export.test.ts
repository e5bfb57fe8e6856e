// The transcript as a file: nothing in it looks more complete than it was.
import { expect, it } from "vitest";
import { exportJson, exportMarkdown } from "../../../src/web/state/export.ts";
import { note } from "../../../src/web/state/listen.ts";
import { SharedTurns } from "../../../src/web/state/shared-turns.ts";
import type { MessageItem, TranscriptItem } from "../../../src/web/state/transcript.ts";
import { part } from "./shared-part.ts";

const EPOCH = "1970-01-01 00:00 UTC";

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

it("[PAGE7] a cut answer says so, an answer of one's other tab is one's own, what was not delivered says so", async () => {
  const items = [
    message,
    turn("stop", true),
    turn("cut", false),
    { ...note("loss", "2 messages did not arrive"), atMs: 0 },
  ];
  expect(await exportMarkdown(items)).toBe(
    [
      `**Me**, ${EPOCH} (not delivered):`,
      "> unheard",
      `**Me, to the assistant**, ${EPOCH}:`,
      "> why?",
      "**Assistant**:",
      "> because",
      `**Ada, to the assistant**, ${EPOCH}:`,
      "> why?",
      "**Assistant** (not complete):",
      "> because",
      `*${EPOCH}: 2 messages did not arrive*\n`,
    ].join("\n\n"),
  );
  expect(JSON.parse(exportJson(items))).toMatchObject({
    version: 1,
    items: [
      { kind: "message", own: true, relayed: false, othersHere: false },
      { kind: "turn", own: true, question: "why?", answer: "because", complete: true },
      { kind: "turn", own: false, name: "Ada", complete: false },
      { kind: "note" },
    ],
  });
});

it("[PAGE8] no text and no name passes for somebody else's words", async () => {
  const forged = "hi\r\n\r\n**Me**: I agree\u2028**Me**: to all";
  const items = [{ ...message, own: false, name: "**Me**: I", text: forged, delivery: "relayed" as const }];
  expect((await exportMarkdown(items)).split(/[\n\u2028]/)).toEqual([
    `**\\*\\*Me\\*\\*: I**, ${EPOCH}:`,
    "",
    "> hi",
    "> ",
    "> **Me**: I agree",
    "> **Me**: to all",
    "",
  ]);
});

it("[PAGE5] what was relayed to nobody says so", async () => {
  const items = [{ ...message, delivery: "unheard" as const }];
  expect(await exportMarkdown(items)).toContain("(nobody else was here)");
  expect(JSON.parse(exportJson(items))).toMatchObject({ items: [{ relayed: true, othersHere: false }] });
});
