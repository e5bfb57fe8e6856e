// What the transcript is made of. It lives in the page's memory only and goes with the session.
import type {
  AnswerResult,
  AnswerState,
  AssistantTerms,
  PiiSpan,
  SentRequest,
  TextRange,
} from "../../client/index.ts";

/** Something that a person said. */
export interface MessageItem {
  readonly kind: "message";
  readonly key: string;
  readonly own: boolean;
  readonly name: string | null;
  readonly text: string;
  readonly atMs: number;
  /** `unheard`: relayed while nobody else was here; `unsent`: not delivered, or nobody knows: `problem` says which */
  readonly delivery: "sending" | "relayed" | "unheard" | "unsent";
  readonly problem: string | null;
}

/** How an answer ended, as far as the page shows it. */
export interface AnswerEnding {
  readonly finish: AnswerResult["finish"];
  readonly complete: boolean;
  readonly problem: string | null;
  /** null for answers to others: their client alone is told */
  readonly result: AnswerResult | null;
}

/** An answer of the assistant while it comes and after. */
export interface AnswerView {
  readonly state: AnswerState;
  readonly attempt: number;
  readonly text: string;
  /** as the model wrote it, with tokens in place of values */
  readonly received: string;
  readonly sent: SentRequest | null;
  readonly ending: AnswerEnding | null;
  /** it was asked again since, in vain: what came of that */
  readonly again: AnswerAgain | null;
}

/** An attempt that did not come to its end, after one that did. */
export interface AnswerAgain {
  readonly text: string;
  readonly ending: AnswerEnding;
}

/** A question to the assistant, by this person or another, and its answer. */
export interface TurnItem {
  readonly kind: "turn";
  readonly key: string;
  readonly turn: string;
  /** asked in this very tab, whose client alone can ask it again */
  readonly own: boolean;
  /** asked by this very participant, here or in another tab */
  readonly self: boolean;
  readonly name: string | null;
  readonly question: string;
  /** what was found in the question on this device */
  readonly spans: readonly PiiSpan[];
  /** what of it was sent as it is, on purpose */
  readonly keep: readonly TextRange[];
  readonly terms: AssistantTerms | null;
  readonly answer: AnswerView;
  /** the conversation went on from before this turn: the assistant is not told of it any more */
  readonly replaced: boolean;
  readonly atMs: number;
}

/** What happened, told by the page. */
export interface NoteItem {
  readonly kind: "note";
  readonly key: string;
  /** `loss`: something is missing; `warning`: somebody does not keep to the rules */
  readonly tone: "quiet" | "loss" | "warning";
  readonly text: string;
  /** the same: the page's words and the names between them, by turns, since a name may read like a note */
  readonly parts: readonly string[];
  /** how often in a row */
  readonly times: number;
  readonly atMs: number;
}

export type TranscriptItem = MessageItem | TurnItem | NoteItem;

/** An answer of which nothing came yet. */
export const NO_ANSWER_YET: AnswerView = {
  state: "asking",
  attempt: 1,
  text: "",
  received: "",
  sent: null,
  ending: null,
  again: null,
};

/**
 * notes in a row. The service says who comes and goes, as often as it likes: in a row as long as this one every other
 * such note is counted only. Those of a loss or a warning, or of the session itself, are few and are told all the same.
 */
const MAX_NOTES_IN_A_ROW = 100;

const MORE = "Something else happened that is not told here.";

/** A note that says the same as the last one is counted there; so is one that a long row of them has already. */
export function withNote(items: readonly TranscriptItem[], note: NoteItem): readonly TranscriptItem[] {
  const row = items.length - 1 - items.findLastIndex(({ kind }) => kind !== "note");
  const isFull = row >= MAX_NOTES_IN_A_ROW;
  const { tone } = note;
  // Who comes and goes is named; what else is told quietly has few words, and is found and counted below.
  const isOfSomebody = tone === "quiet" && note.parts.length > 1;
  const text = isFull && isOfSomebody ? MORE : note.text;
  const from = items.length - (isFull ? row : 1);
  const at = items.findLastIndex((each) => each.kind === "note" && each.tone === tone && each.text === text);
  const told = items[at];
  if (told?.kind !== "note" || at < from)
    return [...items, text === MORE ? { ...note, text, parts: [MORE] } : note];
  return items.with(at, { ...told, times: told.times + 1 });
}
