// What is said at the end: the burn, what its statement is worth, and what was lost.
import type { BurnReport } from "../../client/index.ts";
import { CAUSES, duration, instant } from "../statement-words.ts";
import type { ChatEnd, StatementVerdict } from "./chat-event.ts";
import { printable } from "./printable.ts";
import { count } from "./who.ts";

export function verdictOf({ statement, verified }: BurnReport): StatementVerdict {
  if (statement === null) return "none";
  return verified === null ? "unverified" : "verified";
}

/** `trust`: where the pinned key came from, as it completes "the key". */
export function describeReport(report: BurnReport, trust: string): readonly string[] {
  const { cause, verified } = report;
  const why = cause === null ? "the service gave no cause" : `${CAUSES[cause]} (${cause})`;
  return [`The session burned: ${why}.`, ...describeStatement(verdictOf(report), verified, trust)];
}

function describeStatement(
  verdict: StatementVerdict,
  statement: BurnReport["verified"],
  trust: string,
): readonly string[] {
  if (verdict === "none") return ["NO destruction statement came. Nothing proves this burn."];
  if (statement === null) {
    return [
      "The destruction statement is NOT VERIFIED: it was changed, it is about something else, or",
      "another key signed it. It proves nothing.",
    ];
  }
  const { createdAt, burnedAt, messages, bytes, complete, storageKeys, build } = statement;
  const left = storageKeys === 0 ? "nothing" : `${String(storageKeys)} KEYS STILL THERE`;
  return [
    `The destruction statement is verified. It is signed by the key ${trust}.`,
    `  burned ${instant(burnedAt)}, after ${duration(burnedAt - createdAt)}`,
    `  relayed ${complete ? "exactly" : "at least"} ${count(messages, "message")}, ${count(bytes, "sealed byte")}`,
    `  left in storage after the wipe: ${left}`,
    `  build ${printable(build)}, as the service says itself`,
  ];
}

export function describeEnd(end: ChatEnd): readonly string[] {
  const { state, undelivered, missed, unanswered, savedTo } = end;
  return [
    ...(state === "left" ? ["You left. The session goes on until it burns."] : []),
    ...(undelivered > 0 ? [`${count(undelivered, "message")} of yours not delivered for certain.`] : []),
    ...(missed > 0 ? [`${count(missed, "frame")} for you missing for good.`] : []),
    ...(unanswered > 0 ? [`${count(unanswered, "question")} without a complete answer.`] : []),
    ...(savedTo === null ? [] : [`The statement is in ${printable(savedTo)}.`]),
  ];
}
