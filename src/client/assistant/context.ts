// What the assistant is told with a turn: the whole context, every time, since the service keeps nothing between
// turns. It lives in this instance's memory and goes with it.
import { MAX_TURN_BYTES, MAX_TURN_MESSAGES } from "../../protocol/limits.ts";
import { GhostError } from "../error.ts";
import { MAX_CONTEXT_TURNS } from "../limits.ts";
import type { PrivateMessage, TextRange } from "./privacy.ts";

/** One message of a context. */
export interface AskMessage {
  readonly role: "system" | "user" | "assistant";
  readonly content: string;
}

/** A turn that was asked here. */
export interface AskedTurn {
  readonly turn: string;
  readonly question: string;
  /** places in the question that are sent as they are */
  readonly keep: readonly TextRange[];
  /** null while it is coming, and where it is not complete: then the model is told of neither */
  readonly answer: string | null;
}

/** bytes; room for framing and options, and for tokens that are longer than what they stand for. */
const RESERVED_BYTES = MAX_TURN_BYTES / 8;
/** bytes; framing of one message. */
const MESSAGE_OVERHEAD_BYTES = 5;

export class Context {
  #exchanges: readonly AskedTurn[] = [];

  /** Turns in their order, with their complete answers. */
  get turns(): readonly AskedTurn[] {
    return this.#exchanges;
  }

  find(turn: string): AskedTurn | null {
    return this.#exchanges.find((exchange) => exchange.turn === turn) ?? null;
  }

  /**
   * Puts a turn behind those that came before it. One that is asked again goes without what followed it, and keeps its
   * answer until another one is complete.
   * `after`: the turn to continue from, null for none, undefined for the last.
   *
   * @throws {@link GhostError} `turn_unknown`
   */
  begin(asked: Omit<AskedTurn, "answer">, after: string | null | undefined): void {
    const { turn } = asked;
    const again = this.#exchanges.findIndex((exchange) => exchange.turn === turn);
    const keep = again >= 0 ? again : this.#lengthUpTo(after);
    const earlier = this.#exchanges.slice(0, keep).slice(1 - MAX_CONTEXT_TURNS);
    this.#exchanges = [...earlier, { ...asked, answer: this.#exchanges[again]?.answer ?? null }];
  }

  /** The answer of a turn is complete. */
  complete(turn: string, answer: string): void {
    this.#exchanges = this.#exchanges.map((each) => (each.turn === turn ? { ...each, answer } : each));
  }

  /** The messages of a turn that was begun, the oldest exchanges left out where they do not fit. */
  messagesOf(turn: string, system: string | null): { messages: readonly PrivateMessage[]; dropped: number } {
    const at = this.#exchanges.findIndex((exchange) => exchange.turn === turn);
    const asked = this.#exchanges[at];
    const first: AskMessage[] = system === null ? [] : [{ role: "system", content: system }];
    const last: PrivateMessage = { role: "user", content: asked?.question ?? "", keep: asked?.keep ?? [] };
    let room = MAX_TURN_BYTES - RESERVED_BYTES - bytesOf([...first, last]);
    let places = MAX_TURN_MESSAGES - first.length - 1;
    const earlier: PrivateMessage[] = [];
    const known = this.#exchanges.slice(0, Math.max(at, 0)).filter(({ answer }) => answer !== null);
    let kept = 0;
    for (const { question, keep, answer } of [...known].reverse()) {
      const pair: PrivateMessage[] = [
        { role: "user", content: question, keep },
        { role: "assistant", content: answer ?? "" },
      ];
      room -= bytesOf(pair);
      places -= pair.length;
      if (room < 0 || places < 0) break;
      earlier.unshift(...pair);
      kept += 1;
    }
    return { messages: [...first, ...earlier, last], dropped: known.length - kept };
  }

  #lengthUpTo(after: string | null | undefined): number {
    if (after === undefined) return this.#exchanges.length;
    if (after === null) return 0;
    const at = this.#exchanges.findIndex((exchange) => exchange.turn === after);
    // Guessing would forget what the person still wants.
    if (at < 0) throw new GhostError("turn_unknown");
    return at + 1;
  }

  clear(): void {
    this.#exchanges = [];
  }
}

function bytesOf(messages: readonly AskMessage[]): number {
  const encoder = new TextEncoder();
  return messages.reduce(
    (sum, { content }) => sum + MESSAGE_OVERHEAD_BYTES + encoder.encode(content).length,
    0,
  );
}
