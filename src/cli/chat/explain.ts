// An error in one line: the text for people, and the code for look-ups.
import { GhostError, type GhostErrorCode } from "../../client/index.ts";

export function explain(code: GhostErrorCode | "not_utf8"): string {
  return code === "not_utf8" ? "It is not UTF-8." : `${new GhostError(code).message} (${code})`;
}
