// What is lost where the page goes now. Browsers ask before that with words of their own, so they are to ask only where
// something is lost.
import type { State } from "./state.ts";

/** Whether something is lost that cannot be had again where this page is closed or loaded anew. */
export function isLostWithPage({ place, invite, ending }: State): boolean {
  switch (place) {
    case "chat":
      return true;
    case "burning":
    case "leaving":
      // Closing the tab could stop what is on its way.
      return true;
    case "over":
      // The statement exists nowhere else.
      return ending !== null && !ending.saved && (ending.report?.statement ?? null) !== null;
    case "start":
    case "invited":
    case "connecting":
      return invite;
  }
}

/** Own messages that nobody has: still on their way, or not delivered. */
export function undelivered({ items }: State): number {
  return items.filter(
    (item) =>
      item.kind === "message" && item.own && (item.delivery === "sending" || item.delivery === "unsent"),
  ).length;
}
