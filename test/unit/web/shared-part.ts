// One part of an answer that somebody else shares, as the SDK tells it where none is missing.
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
  complete: end === "stop",
  text,
  stream: "s",
  participant: "p",
  name: "Ada",
  self: false,
});
