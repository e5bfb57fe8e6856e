// Puts together what another participant lets everyone read of their turn with the assistant. Parts come in order;
// where one is missing, or the end never comes, the answer is shown as cut.
import type { AssistantTerms, SharedTurn } from "../../client/index.ts";
import { NO_ANSWER_YET, type AnswerView, type TurnItem } from "./transcript.ts";

interface Assembly {
  readonly next: { question: number; answer: number };
  broken: boolean;
  item: TurnItem;
}

/** Turns of others by their sender and id. */
export class SharedTurns {
  readonly #turns = new Map<string, Assembly>();

  /** The turn as it is after this part. */
  take(part: SharedTurn, terms: AssistantTerms | null, atMs: number): TurnItem {
    const key = `${part.stream}/${part.turn}`;
    const known = this.#turns.get(key) ?? begin(key, part, terms, atMs);
    this.#turns.set(key, known);
    if (part.of === "answer" && part.attempt > known.item.answer.attempt) {
      known.next.answer = 0;
      known.broken = false;
      known.item = { ...known.item, answer: { ...NO_ANSWER_YET, attempt: part.attempt } };
    }
    if (part.index !== known.next[part.of]) known.broken = true;
    known.next[part.of] = part.index + 1;
    if (part.of === "question") known.item = { ...known.item, question: known.item.question + part.text };
    else known.item = { ...known.item, answer: withPart(known.item.answer, part, known.broken) };
    return known.item;
  }

  /** Turns of somebody who is gone will get no more parts. */
  cutAll(isGone: (name: string | null) => boolean): TurnItem[] {
    return [...this.#turns.values()].flatMap((known) => {
      if (known.item.answer.ending !== null || !isGone(known.item.name)) return [];
      known.item = { ...known.item, answer: ended(known.item.answer, "cut") };
      return [known.item];
    });
  }

  clear(): void {
    this.#turns.clear();
  }
}

function begin(
  key: string,
  { attempt, self, name }: SharedTurn,
  terms: AssistantTerms | null,
  atMs: number,
): Assembly {
  const item: TurnItem = {
    kind: "turn",
    key,
    turn: key,
    own: self,
    name,
    question: "",
    spans: [],
    keep: [],
    terms,
    answer: { ...NO_ANSWER_YET, attempt },
    replaced: false,
    atMs,
  };
  return { next: { question: 0, answer: 0 }, broken: false, item };
}

function withPart(answer: AnswerView, part: SharedTurn, broken: boolean): AnswerView {
  const text = answer.text + part.text;
  const going: AnswerView = { ...answer, state: "streaming", text, received: text };
  return part.end === null ? going : ended(going, broken ? "cut" : part.end);
}

function ended(answer: AnswerView, finish: NonNullable<SharedTurn["end"]>): AnswerView {
  const complete = finish === "stop" || finish === "length" || finish === "filtered";
  return { ...answer, state: "done", ending: { finish, complete, problem: null, result: null } };
}
