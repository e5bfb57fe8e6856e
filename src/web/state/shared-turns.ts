// Puts together what another participant lets everyone read of their turn with the assistant. An answer
// that the SDK does not tell to be complete is shown as cut. Turns are told apart by the stream that sealed them:
// names are whatever somebody says, and two people may say the same.
import type { AssistantTerms, SharedTurn } from "../../client/index.ts";
import { NO_ANSWER_YET, type AnswerEnding, type TurnItem } from "./transcript.ts";

/** UTF-16 code units of one question or answer: twice what the service passes on in bytes, since values are longer than
 * the tokens in their place. Only somebody who means harm sends more. */
const MAX_SHARED_CHARS = 524_288;

/** What came of a question or an answer. */
interface Course {
  attempt: number;
  text: string;
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
  /** of the latest attempt; null while more of it may come */
  ending: AnswerEnding | null;
  /** the latest answer that was complete, with the question that it is the answer to */
  whole: Pick<TurnItem, "question" | "answer"> | null;
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
    // A later attempt begins anew.
    if (part.attempt > course.attempt) Object.assign(course, newCourse(part.attempt));
    if (course.closed) return known.item;
    const isTooLong = course.text.length + part.text.length > MAX_SHARED_CHARS;
    course.closed = isTooLong || part.end !== null;
    course.complete = part.complete && !isTooLong;
    if (!isTooLong) course.text += part.text;
    if (part.of === "answer") {
      // Who came when the question had passed reads the answer all the same; half a question makes another of it.
      const isWhole = course.complete && (known.question.text === "" || known.question.complete);
      const stated = isWhole || part.end === "cancelled" || part.end === "error" ? part.end : null;
      known.ending = course.closed ? endingOf(stated ?? "cut", isWhole) : null;
    }
    return shown(known);
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
      if (known.ending !== null || !isGone(known)) return [];
      known.ending = endingOf("cut", false);
      return [shown(known)];
    });
  }

  clear(): void {
    this.#turns.clear();
    this.#streams.clear();
  }
}

function newCourse(attempt: number): Course {
  return { attempt, text: "", closed: false, complete: false };
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
  const [asked, answered] = [newCourse(attempt), newCourse(attempt)];
  return { stream, participant, question: asked, answer: answered, ending: null, whole: null, item };
}

function endingOf(finish: AnswerEnding["finish"], complete: boolean): AnswerEnding {
  return { finish, complete, problem: null, result: null };
}

/** The turn as it is now. An answer that was complete comes back where a later attempt comes to no end. */
function shown(known: Assembly): TurnItem {
  const { question, answer, ending, whole } = known;
  const { attempt, text } = answer;
  const isLater = attempt !== whole?.answer.attempt;
  if (whole !== null && (!isLater || ending?.complete === false)) {
    const again = isLater && ending !== null ? { text, ending } : null;
    known.item = { ...known.item, ...whole, answer: { ...whole.answer, again } };
    return known.item;
  }
  const state = ending !== null ? "done" : text === "" ? "asking" : "streaming";
  const now = {
    question: question.text,
    answer: { ...NO_ANSWER_YET, state, attempt, text, received: text, ending } as const,
  };
  if (ending?.complete === true) known.whole = now;
  known.item = { ...known.item, ...now };
  return known.item;
}
