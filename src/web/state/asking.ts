// Asks the assistant and shows the answer while it comes. What is detected on the device goes into the transcript as
// places, never as values of its own.
import { GhostError, type Answer, type AskOptions, type PiiSpan, type Session } from "../../client/index.ts";
import { every } from "../timers.ts";
import { DRAW_EVERY_MS } from "./draw.ts";
import type { Store } from "./state.ts";
import { NO_ANSWER_YET, type AnswerView, type TurnItem } from "./transcript.ts";
import { NOT_EDITABLE, wordsOf } from "./words.ts";

/** What a person asks. */
export interface Question {
  readonly text: string;
  readonly spans: readonly PiiSpan[];
  /** found places that are to be sent as they are */
  readonly keep: readonly PiiSpan[];
  /** asks this turn anew, with another text */
  readonly edits: string | null;
}

/** The answers of one session that are coming. */
export class Asking {
  readonly #session: Session;
  readonly #store: Store;
  readonly #answers = new Map<string, Answer>();
  readonly #stops = new Set<() => void>();

  constructor(session: Session, store: Store) {
    this.#session = session;
    this.#store = store;
  }

  /** Null, or why it cannot be asked. */
  ask({ text, spans, keep, edits }: Question): string | null {
    const before = edits === null ? undefined : this.#turnBefore(edits);
    // To go on from a turn that is not known would be to go on from nothing.
    if (edits !== null && before === undefined) return NOT_EDITABLE;
    return this.#start(text, { keep, ...(before !== undefined && { after: before }) }, (answer) => {
      const turns = new Set(this.#session.turns.map(({ turn }) => turn));
      const replaced = this.#store
        .get()
        .items.flatMap((item) =>
          item.kind === "turn" && item.own && !turns.has(item.turn) ? [item.turn] : [],
        );
      this.#store.dispatch({ type: "replace", turns: replaced });
      const item: TurnItem = {
        kind: "turn",
        key: answer.turn,
        turn: answer.turn,
        own: true,
        self: true,
        name: null,
        question: text,
        spans,
        keep,
        terms: this.#session.assistant,
        answer: NO_ANSWER_YET,
        replaced: false,
        atMs: Date.now(),
      };
      this.#store.dispatch({ type: "add", item });
    });
  }

  /** The same question once more, in place of its answer; that comes back where no other comes to its end. */
  again(turn: string): string | null {
    const { items } = this.#store.get();
    const at = items.findIndex((item) => item.kind === "turn" && item.turn === turn);
    const item = items[at];
    if (item?.kind !== "turn") return NOT_EDITABLE;
    const before = item.answer.ending?.complete === true ? item : null;
    const following = items
      .slice(at + 1)
      .flatMap((each) => (each.kind === "turn" && each.own ? [each.turn] : []));
    const begun = (): void => {
      this.#store.dispatch({ type: "replace", turns: following });
      void this.#findAnew(item);
    };
    return this.#start("", { regenerate: turn }, begun, before);
  }

  cancel(turn: string): void {
    this.#answers.get(turn)?.cancel();
  }

  close(): void {
    for (const stop of this.#stops) stop();
    this.#answers.clear();
  }

  #start(
    text: string,
    options: AskOptions,
    begun: (answer: Answer) => void,
    before: TurnItem | null = null,
  ): string | null {
    let answer: Answer;
    try {
      answer = this.#session.ask(text, options);
    } catch (error) {
      return wordsOf(error);
    }
    begun(answer);
    this.#answers.set(answer.turn, answer);
    this.#draw(answer, before);
    return null;
  }

  /** `before`: the turn with an answer that was complete, which stays unless this one becomes so. */
  #draw(answer: Answer, before: TurnItem | null): void {
    let drawn = "";
    const show = (view: AnswerView): void => {
      this.#store.dispatch({ type: "answer", turn: answer.turn, answer: view });
    };
    const look = (): AnswerView => ({
      state: answer.state,
      attempt: answer.attempt,
      text: answer.text,
      received: answer.received,
      sent: answer.sent,
      ending: null,
      again: null,
    });
    const stop = every(DRAW_EVERY_MS, () => {
      const now = `${answer.state} ${String(answer.received.length)} ${String(answer.sent?.bytes)}`;
      if (now === drawn || answer.state === "done") return;
      drawn = now;
      show(look());
    });
    this.#stops.add(stop);
    show(look());
    void answer.result.then((result) => {
      stop();
      this.#stops.delete(stop);
      if (this.#answers.get(answer.turn) !== answer) return;
      this.#answers.delete(answer.turn);
      const { finish, complete, error, text } = result;
      const problem = error === null ? null : wordsOfCode(error);
      const ending = { finish, complete, problem, result };
      const item = this.#itemOf(answer.turn);
      if (before !== null && item !== null && !complete) {
        // Its answer as it was, with what was found at that time. What became of the turn since stays.
        const { spans } = before;
        const whole = { ...before.answer, again: { text, ending } };
        this.#store.dispatch({ type: "turn", item: { ...item, spans, answer: whole } });
      } else show({ ...look(), state: "done", text, ending });
    });
  }

  /** What was caught since the first time is known by now, and replaced here as well. */
  async #findAnew({ turn, question }: TurnItem): Promise<void> {
    const spans = await this.#session.preview(question).catch(() => null);
    const item = this.#itemOf(turn);
    if (spans !== null && item !== null) this.#store.dispatch({ type: "turn", item: { ...item, spans } });
  }

  #itemOf(turn: string): TurnItem | null {
    const { items } = this.#store.get();
    return items.find((each): each is TurnItem => each.kind === "turn" && each.turn === turn) ?? null;
  }

  /** Null for the first; undefined where the turn is not one of the context. */
  #turnBefore(turn: string): string | null | undefined {
    const { turns } = this.#session;
    const at = turns.findIndex((each) => each.turn === turn);
    return at < 0 ? undefined : (turns[at - 1]?.turn ?? null);
  }
}

function wordsOfCode(code: ConstructorParameters<typeof GhostError>[0]): string {
  return new GhostError(code).message;
}
