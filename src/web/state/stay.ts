// "Stay through reloads": the one thing that the page ever keeps, only where the person switched it on, only for this
// tab, and only until the session burns or is left. Whoever can read the tab's storage meanwhile can read the chat.

const KEY = "ghost-session.stay";

/** What is kept: the way back of this very participant, token and room key included. */
export interface Kept {
  readonly link: string;
  readonly name: string;
}

export function keep(kept: Kept): void {
  sessionStorage.setItem(KEY, JSON.stringify(kept));
}

export function forget(): void {
  sessionStorage.removeItem(KEY);
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
