// One part of an answer that somebody else shares.
import type { SharedTurn } from "../../../src/client/index.ts";

export const part = (
  index: number,
  text: string,
  end: SharedTurn["end"] = null,
  attempt = 1,
): SharedTurn => ({
  of: "answer",
  turn: "t",
  attempt,
  index,
  end,
  text,
  stream: "s",
  participant: "p",
  name: "Ada",
  self: false,
});
