// Questions to the assistant and its answers, one's own and those that others share. A row of an answer starts with
// "| ", a question with "? ", so that neither can pass for a message or for a word of the program. What is incomplete,
// or stops coming, is said to be.
import type { SharedTurn } from "../../client/index.ts";
import { AnswerRows } from "./answer-rows.ts";
import { describeAnswered, describeFinish, describeUnfinished } from "./assistant-words.ts";
import type { ChatEvents } from "./chat-event.ts";
import { MAX_OPEN_TURNS } from "./limits.ts";
import { printable } from "./printable.ts";
import { notice, warning, type Line } from "./line.ts";
import { describeWho } from "./who.ts";

interface OpenTurn {
  readonly who: string;
  readonly participant: string | null;
  readonly attempt: number;
  readonly rows: AnswerRows;
  /** its rows stand here from the first on */
  readonly fromStart: boolean;
}

export class TurnView {
  readonly #rowChars: number;
  /** answers that are still coming, the oldest first */
  readonly #open = new Map<string, OpenTurn>();
  /** whose answer the last row belongs to */
  #shown = "";

  /** `rowChars`: most characters of one row of an answer. */
  constructor(rowChars: number) {
    this.#rowChars = rowChars;
  }

  /** A part of one's own answer. */
  answer({ turn, attempt, text }: ChatEvents["answer"]): Line[] {
    const open = this.#openTurn(turn, { who: "you", participant: null, attempt, fromStart: true });
    return this.#rows(turn, open.lines, open.turn, open.turn.rows.push(text));
  }

  /** The end of one's own answer. */
  answered(event: ChatEvents["answered"]): Line[] {
    const open = this.#open.get(event.turn);
    const rest = open === undefined ? [] : this.#rows(event.turn, [], open, open.rows.flush());
    this.#close(event.turn);
    return [...rest, ...describeAnswered(event).map(event.complete ? notice : warning)];
  }

  /** A part of a question or an answer that somebody else shares. */
  shared(part: SharedTurn): Line[] {
    return part.of === "question" ? question(part) : this.#sharedAnswer(part);
  }

  /** Participants who are gone finish no answer. */
  left(participants: readonly string[]): Line[] {
    const gone = [...this.#open].filter(([, turn]) => participants.includes(turn.participant ?? ""));
    return gone.flatMap(([key, turn]) => this.#giveUp(key, turn, "whoever asked has left"));
  }

  /** At the end of the chat nothing comes any more. */
  end(): Line[] {
    return [...this.#open].flatMap(([key, turn]) => this.#giveUp(key, turn, "the rest did not come"));
  }

  #sharedAnswer(part: SharedTurn): Line[] {
    const { stream, turn, attempt, index, text, end, complete, participant } = part;
    const key = `${stream} ${turn}`;
    const known = this.#open.get(key);
    if (known !== undefined && attempt < known.attempt) return [];
    const asked = { who: whoAsks(part), participant, attempt, fromStart: index === 0 };
    const { lines, turn: open } = this.#openTurn(key, asked);
    const rows = this.#rows(key, lines, open, open.rows.push(text));
    if (end === null) return rows;
    const rest = this.#rows(key, [], open, open.rows.flush());
    const last =
      complete && open.fromStart
        ? notice(`${describeFinish(end)} It was for ${open.who}.`)
        : warning(`${describeUnfinished(end)} It was for ${open.who}.`);
    this.#close(key);
    return [...rows, ...rest, last];
  }

  #openTurn(key: string, asked: Omit<OpenTurn, "rows">): { readonly turn: OpenTurn; readonly lines: Line[] } {
    const known = this.#open.get(key);
    if (known?.attempt === asked.attempt) return { turn: known, lines: [] };
    const lines: Line[] = [];
    if (known !== undefined) {
      this.#close(key);
      lines.push(notice(`The assistant was asked again; what came before for ${asked.who} does not count.`));
    }
    const [oldest] = this.#open;
    if (this.#open.size >= MAX_OPEN_TURNS && oldest !== undefined) {
      lines.push(...this.#giveUp(...oldest, "too many answers come at once"));
    }
    const turn = { ...asked, rows: new AnswerRows(this.#rowChars) };
    this.#open.set(key, turn);
    return { turn, lines };
  }

  // Says whose answer it is where that is not plain from the row before.
  #rows(key: string, before: readonly Line[], { who }: OpenTurn, rows: readonly string[]): Line[] {
    if (rows.length === 0) return [...before];
    const title = this.#shown === key ? [] : [notice(`The assistant answers ${who}:`)];
    this.#shown = key;
    return [
      ...before,
      ...title,
      ...rows.map((row): Line => ({ tone: "message", text: `| ${printable(row)}` })),
    ];
  }

  #giveUp(key: string, turn: OpenTurn, why: string): Line[] {
    const rest = this.#rows(key, [], turn, turn.rows.flush());
    this.#close(key);
    return [...rest, warning(`INCOMPLETE: the answer to ${turn.who} ends here; ${why}.`)];
  }

  #close(key: string): void {
    this.#open.delete(key);
    if (this.#shown === key) this.#shown = "";
  }
}

function question(part: SharedTurn): Line[] {
  const more = part.index === 0 ? "" : " goes on";
  return [{ tone: "message", text: `? ${whoAsks(part)}${more}: ${printable(part.text)}` }];
}

function whoAsks({ participant, name, self }: SharedTurn): string {
  return `${describeWho(participant, name)}${self ? " (you, elsewhere)" : ""}`;
}
