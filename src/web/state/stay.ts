// "Stay through reloads": the one thing that the page ever keeps, only where the person switched it on, only for this
// tab, and only until the session burns or is left. Whoever can read the tab's storage meanwhile can read the chat.
// Browsers may refuse their storage at any moment, by throwing at its very name: that is an answer here, never an error.
import { GhostError, type GhostErrorCode, type Session } from "../../client/index.ts";

const KEY = "ghost-session.stay";

/** What is kept: the way back of this very participant, token and room key included. */
export interface Kept {
  readonly link: string;
  readonly name: string;
}

/** The way back that this tab keeps, if any, as far as its browser lets it. */
export class KeptAccess {
  #isKept = recall() !== null;

  get isKept(): boolean {
    return this.#isKept;
  }

  keep(session: Session): void {
    if (keep({ link: session.rejoinLink(), name: session.name })) this.#isKept = true;
  }

  drop(): void {
    if (forget()) this.#isKept = false;
  }
}

/** False where the browser refuses. */
function keep(kept: Kept): boolean {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(kept));
    return true;
  } catch {
    return false;
  }
}

/** False where the browser refuses: what was kept may still be there. */
function forget(): boolean {
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
  "invite_spent",
  "link_malformed",
  "link_truncated",
  "link_insecure",
]);

/** Whether a way in, kept or by invite, is of no use any more. Whatever else went wrong may go well the next time. */
export function isLostForGood(error: unknown): boolean {
  return error instanceof GhostError && LOST_FOR_GOOD.has(error.code);
}
