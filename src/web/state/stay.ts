// "Stay through reloads": the one thing that the page ever keeps, only where the person switched it on, only for this
// tab, and only until the session burns or is left. Whoever can read the tab's storage meanwhile can read the chat.
// Browsers may refuse their storage at any moment, by throwing at its very name: that is an answer here, never an error.
import { GhostError, type GhostErrorCode } from "../../client/index.ts";

const KEY = "ghost-session.stay";

/** What is kept: the way back of this very participant, token and room key included. */
export interface Kept {
  readonly link: string;
  readonly name: string;
}

/** False where the browser refuses. */
export function keep(kept: Kept): boolean {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(kept));
    return true;
  } catch {
    return false;
  }
}

/** False where the browser refuses: what was kept may still be there. */
export function forget(): boolean {
  try {
    sessionStorage.removeItem(KEY);
    return true;
  } catch {
    return false;
  }
}

/** What this tab kept, if anything. */
export function recall(): Kept | null {
  try {
    const { link, name } = JSON.parse(sessionStorage.getItem(KEY) ?? "null") as Kept;
    return typeof link === "string" && typeof name === "string" ? { link, name } : null;
  } catch {
    return null;
  }
}

const LOST_FOR_GOOD: ReadonlySet<GhostErrorCode> = new Set([
  "burned",
  "removed",
  "unauthorised",
  "token_expired",
  "invite_revoked",
  "link_malformed",
  "link_truncated",
  "link_insecure",
]);

/** Whether what was kept is of no use any more. Whatever else went wrong may go well the next time. */
export function isLostForGood(error: unknown): boolean {
  return error instanceof GhostError && LOST_FOR_GOOD.has(error.code);
}
