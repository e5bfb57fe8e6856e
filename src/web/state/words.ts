// How the page says things: errors, causes, times and sizes, in words for people.
import { GhostError, type BurnCause, type BurnPolicy } from "../../client/index.ts";
import type { ChoicePart } from "./choices.ts";

/** The text of an error; what is not ours is never shown as it is. */
export function wordsOf(error: unknown): string {
  return error instanceof GhostError ? error.message : "Something went wrong in this page.";
}

export const NAME_REFUSED = "That name is too long, or has characters that cannot be shown. Choose another.";

const INSTEAD: Readonly<Record<ChoicePart, string>> = {
  burn: "This service does not allow that timer. Choose a longer or a shorter one.",
  assistant: "This service does not offer that model, or not in the place that was chosen. Choose another.",
  jurisdiction: "This service cannot keep a session there. Choose another place, or anywhere.",
};

const CARD_CHANGED =
  "What this model's provider says about prompts has changed, or does not fit the place that was chosen. Read its card again, or choose another model.";

/** Why nothing began, and what to do. `part`: what of the choices it is about. */
export function wordsOfRefusal(error: unknown, part: ChoicePart | null): string {
  if (error instanceof GhostError && error.code === "policy_unmet") return CARD_CHANGED;
  if (part !== null) return INSTEAD[part];
  return error instanceof GhostError && error.code === "unreachable"
    ? `${error.message} Look at your network, then try again.`
    : wordsOf(error);
}

export const LEFT_UNTOLD =
  "The service could not be told that you left. The others may see you as connected until it notices that your connection is gone, and your place stays taken until the session burns.";

/** What goes with leaving. `waiting`: own messages that nobody has yet. */
export function wordsOfLeaving(waiting: number): string {
  const all = "Leaving is for good: your key and everything that was said are gone from this page.";
  if (waiting === 0) return all;
  return `${all} ${wordsOfUndelivered(waiting)}; ${waiting === 1 ? "it goes" : "they go"} with it.`;
}

export function wordsOfUndelivered(count: number): string {
  return `${counted(count, "message")} ${count === 1 ? "has" : "have"} not been delivered`;
}

export const ONE_AT_A_TIME =
  "Another invite link was opened in this tab. Open it in a tab of its own to join.";
export const NOT_FORGOTTEN =
  "This browser does not let go of what was kept. Clear this site's data in its settings.";
export const COME_BACK =
  "The page was loaded anew. What was said before is not kept anywhere and is not shown here.";

export const NOT_KEPT = "This browser does not let the page keep anything. Nothing was kept.";

export const NOT_EDITABLE = "The assistant is not told of this question any more. Ask it anew instead.";

export const CAUSE: Readonly<Record<BurnCause, string>> = {
  ttl: "its time was over",
  idle: "nobody said anything for the time that was set",
  empty: "everyone had left",
  messages: "the number of messages that was set was reached",
  asked: "somebody who may do so burned it",
  recovered: "the service found it without its record and ended it",
};

/** `1 h 05 min`, `12:09`, `0:42`. */
export function countdown(ms: number): string {
  const seconds = Math.ceil(ms / 1_000);
  const two = (value: number): string => String(value).padStart(2, "0");
  if (seconds >= 3_600) {
    return `${String(Math.floor(seconds / 3_600))} h ${two(Math.floor((seconds % 3_600) / 60))} min`;
  }
  return `${String(Math.floor(seconds / 60))}:${two(seconds % 60)}`;
}

/** The time of the day, with the day where it is another one. */
export function instant(atMs: number): string {
  const at = new Date(atMs);
  const today = at.toDateString() === new Date().toDateString();
  const time = { hour: "2-digit", minute: "2-digit" } as const;
  return today
    ? at.toLocaleTimeString(undefined, time)
    : at.toLocaleString(undefined, { weekday: "short", ...time });
}

/** A length of time in the largest unit that it fills. */
export function duration(seconds: number): string {
  const units: [number, string][] = [
    [86_400, "day"],
    [3_600, "hour"],
    [60, "minute"],
  ];
  for (const [size, name] of units) {
    if (seconds >= size && seconds % size === 0) return counted(seconds / size, name);
  }
  return counted(seconds, "second");
}

/** `1 message`, `2 messages`. */
export function counted(count: number, thing: string): string {
  return `${String(count)} ${thing}${count === 1 ? "" : "s"}`;
}

export function bytes(count: number): string {
  return count < 1_024
    ? `${String(count)} bytes`
    : `${(count / 1_024).toFixed(count % 1_024 === 0 ? 0 : 1)} KiB`;
}

/** What a session that burns after some messages counts: the service cannot tell one sealed frame from another. */
export const COUNTED =
  "Every sealed frame counts: each message and question, each part of an answer, and one or two for each person who joins.";

/** Every timer of a policy in words. */
export function rulesOf({ ttl, idle, empty, messages }: BurnPolicy): string[] {
  return [
    `Burns ${duration(ttl)} after it began, whatever happens.`,
    ...(idle === null ? [] : [`Burns after ${duration(idle)} of silence.`]),
    ...(empty === null
      ? []
      : [
          empty === 0
            ? "Burns as soon as everyone has left. A lost connection counts as leaving."
            : `Burns ${duration(empty)} after everyone left. A lost connection counts as leaving.`,
        ]),
    ...(messages === null ? [] : [`Burns after ${counted(messages, "message")}. ${COUNTED}`]),
  ];
}
