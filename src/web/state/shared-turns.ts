// Puts together what another participant lets everyone read of their turn with the assistant. An answer
// that the SDK does not tell to be complete is shown as cut. Turns are told apart by the stream that sealed them:
// names are whatever somebody says, and two people may say the same.
import type { AssistantTerms, SharedTurn } from "../../client/index.ts";
import { NO_ANSWER_YET, type AnswerView, type TurnItem } from "./transcript.ts";

/** UTF-16 code units of one question or answer: twice what the service passes on in bytes, since values are longer than
 * the tokens in their place. Only somebody who means harm sends more. */
const MAX_SHARED_CHARS = 524_288;

/** What came of a question or an answer. */
interface Course {
  attempt: number;
  /** nothing may be added any more */
  closed: boolean;
  /** all of it is here */
  complete: boolean;
}

interface Assembly {
  readonly stream: string;
  participant: string | null;
  readonly question: Course;
  readonly answer: Course;
  item: TurnItem;
}

type Asker = Pick<Assembly, "stream" | "participant">;

/** Turns of others by their sender and id. */
export class SharedTurns {
  readonly #turns = new Map<string, Assembly>();
  readonly #streams = new Set<string>();

  /** The turn as it is after this part. */
  take(part: SharedTurn, terms: AssistantTerms | null, atMs: number): TurnItem {
    const key = `${part.stream}/${part.turn}`;
    const known = this.#turns.get(key) ?? begin(key, part, terms, atMs);
    this.#turns.set(key, known);
    known.participant ??= part.participant;
    const course = known[part.of];
    if (part.attempt < course.attempt) return known.item;
    if (part.attempt > course.attempt) {
      Object.assign(course, newCourse(part.attempt));
      known.item = withoutText(known.item, part);
    }
    if (course.closed) return known.item;
    const before = part.of === "question" ? known.item.question : known.item.answer.text;
    const isTooLong = before.length + part.text.length > MAX_SHARED_CHARS;
    course.closed = isTooLong || part.end !== null;
    course.complete = part.complete && !isTooLong;
    const text = isTooLong ? before : before + part.text;
    if (part.of === "question") known.item = { ...known.item, question: text };
    else {
      const going = withText(known.item.answer, text);
      // Who came when the question had passed reads the answer all the same; half a question makes another of it.
      const isWhole = course.complete && (known.item.question === "" || known.question.complete);
      const stated = isWhole || part.end === "cancelled" || part.end === "error" ? part.end : null;
      known.item = {
        ...known.item,
        answer: course.closed ? ended(going, stated ?? "cut", isWhole) : going,
      };
    }
    return known.item;
  }

  /** Somebody was heard. Whoever speaks through a new stream has lost the old one: what it left open stays open. */
  heard({ stream, participant }: Asker): TurnItem[] {
    if (participant === null || this.#streams.has(stream)) return [];
    this.#streams.add(stream);
    return this.cut((asker) => asker.participant === participant && asker.stream !== stream);
  }

  /** Participants went. A stream that never said whose it is may be any of theirs. */
  left(participants: readonly string[]): TurnItem[] {
    return this.cut(({ participant }) => participant === null || participants.includes(participant));
  }

  /** Unfinished answers are shown as cut from now on; where more comes all the same, they go on. */
  cut(isGone: (asker: Asker) => boolean = () => true): TurnItem[] {
    return [...this.#turns.values()].flatMap((known) => {
      if (known.item.answer.ending !== null || !isGone(known)) return [];
      known.item = { ...known.item, answer: ended(known.item.answer, "cut", false) };
      return [known.item];
    });
  }

  clear(): void {
    this.#turns.clear();
    this.#streams.clear();
  }
}

function newCourse(attempt: number): Course {
  return { attempt, closed: false, complete: false };
}

function begin(
  key: string,
  { attempt, self, name, stream, participant }: SharedTurn,
  terms: AssistantTerms | null,
  atMs: number,
): Assembly {
  const item: TurnItem = {
    kind: "turn",
    key,
    turn: key,
    own: false,
    self,
    name,
    question: "",
    spans: [],
    keep: [],
    terms,
    answer: { ...NO_ANSWER_YET, attempt },
    replaced: false,
    atMs,
  };
  return { stream, participant, question: newCourse(attempt), answer: newCourse(attempt), item };
}

/** A later attempt begins anew. */
function withoutText(item: TurnItem, { of, attempt }: SharedTurn): TurnItem {
  if (of === "question") return { ...item, question: "" };
  return { ...item, answer: { ...NO_ANSWER_YET, attempt } };
}

function withText(answer: AnswerView, text: string): AnswerView {
  return { ...answer, state: "streaming", text, received: text, ending: null };
}

function ended(answer: AnswerView, finish: NonNullable<SharedTurn["end"]>, complete: boolean): AnswerView {
  return { ...answer, state: "done", ending: { finish, complete, problem: null, result: null } };
}
