// How a chat ended, for scripts. Where several apply the lowest is taken, so that a refusal is never mistaken for
// a mere loss. docs/cli.md lists them.
import { ERRORS } from "../../protocol/errors.ts";
import type { GhostErrorCode } from "../../client/index.ts";

export const CHAT_EXIT = {
  /** left, or burned with a verified statement that storage is empty; everything was delivered */
  done: 0,
  /** wrong arguments, or this Node has no WebSocket; nothing was done */
  unusable: 2,
  /** the link, the service or the session said no for good */
  refused: 3,
  /** the service could not be reached, or could not answer; later it may */
  unreachable: 4,
  /** burned, but no verified statement says that storage is empty */
  unproven: 5,
  /** a message was not delivered for certain, or messages for this side are missing */
  lost: 6,
  /** an answer that a script asked for is not complete */
  unanswered: 7,
  /** interrupted before the session was joined, as a shell counts SIGINT */
  interrupted: 130,
} as const;

/** The exit code of what a session could not be started with, or was ended by. */
export function exitOfError(code: GhostErrorCode): number {
  switch (code) {
    case "aborted":
      return CHAT_EXIT.interrupted;
    case "misuse":
    case "name_invalid":
      return CHAT_EXIT.unusable;
    case "unreachable":
      return CHAT_EXIT.unreachable;
    default:
      return isRetryable(code) ? CHAT_EXIT.unreachable : CHAT_EXIT.refused;
  }
}

function isRetryable(code: GhostErrorCode): boolean {
  const rows: Readonly<Record<string, { readonly retryable: boolean }>> = ERRORS;
  return Object.hasOwn(rows, code) && rows[code]?.retryable === true;
}
