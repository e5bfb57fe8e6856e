// The typed side of a chat: a prompt at the bottom, and lines above it. Lines that were typed are kept in no
// history, neither on disk nor in memory.
import { clearScreenDown, createInterface, cursorTo, moveCursor, type Interface } from "node:readline";
import { Writable, type Readable } from "node:stream";
import type { Line } from "./line.ts";
import { wrap } from "./wrap.ts";

/** columns; where the terminal does not say how wide it is. */
const USUAL_COLUMNS = 80;
const DIM = "\u001b[2m";
const BOLD = "\u001b[1m";
const PLAIN = "\u001b[0m";

export interface TerminalEvents {
  line(text: string): void;
  /** Ctrl-C */
  interrupt(): void;
  /** Ctrl-D, or the terminal is gone */
  end(): void;
}

/** Standard output, where it is a terminal. */
export type TerminalOutput = Writable & { readonly columns?: number };

export class Terminal {
  readonly #input: Readable;
  readonly #output: TerminalOutput;
  readonly #readline: Interface & { prevRows?: number };
  readonly #styled: boolean;
  #closed = false;

  constructor(input: Readable, output: TerminalOutput, styled: boolean, events: TerminalEvents) {
    this.#input = input;
    this.#output = output;
    this.#styled = styled;
    this.#readline = createInterface({ input, output, terminal: true, historySize: 0, prompt: "> " });
    this.#readline.on("line", (text) => {
      events.line(text);
      if (!this.#closed) this.#readline.prompt();
    });
    // After readline's own listener, which was there first.
    input.on("keypress", this.#followKeys);
    this.#readline.on("SIGINT", () => {
      events.interrupt();
    });
    this.#readline.on("close", () => {
      if (this.#closed) return;
      this.#finish();
      events.end();
    });
  }

  /** The text in front of what is typed. Drawn anew where it changed. */
  setPrompt(prompt: string): void {
    if (this.#closed || prompt === this.#readline.getPrompt()) return;
    this.#redraw(() => {
      this.#readline.setPrompt(prompt);
    });
  }

  /** Writes lines above the prompt; what is being typed stays. */
  print(lines: readonly Line[]): void {
    if (lines.length === 0) return;
    const text = lines.map((line) => `${this.#dress(line)}\n`).join("");
    if (this.#closed) this.#output.write(text);
    else this.#redraw(() => this.#output.write(text));
  }

  readonly #followKeys = (): void => {
    if (!this.#closed) this.#noteRows(this.#readline.getCursorPos().rows);
  };

  /** Takes the prompt away and gives the input back. */
  close(): void {
    if (this.#closed) return;
    this.#finish();
    this.#readline.close();
  }

  // Readline closes by itself on Ctrl-D; a prompt that is drawn after that throws.
  #finish(): void {
    this.#clearInput();
    this.#closed = true;
    this.#input.off("keypress", this.#followKeys);
  }

  #redraw(draw: () => void): void {
    this.#clearInput();
    draw();
    this.#noteRows(0);
    this.#readline.prompt(true);
  }

  #clearInput(): void {
    moveCursor(this.#output, 0, -this.#readline.getCursorPos().rows);
    cursorTo(this.#output, 0);
    clearScreenDown(this.#output);
  }

  // Before readline draws, it goes up by the rows that the cursor was below the prompt when it drew last. It forgets
  // to count those that typing at the end adds (Node 24, November 2026), and cannot know of lines that we print.
  #noteRows(rows: number): void {
    this.#readline.prevRows = rows;
  }

  #dress({ tone, text }: Line): string {
    if (tone === "verbatim") return text;
    const wrapped = wrap(text, this.#output.columns ?? USUAL_COLUMNS);
    if (!this.#styled || tone === "message") return wrapped;
    return `${tone === "warning" ? BOLD : DIM}${wrapped}${PLAIN}`;
  }
}

/** Asks for a secret: what is typed or pasted is not shown. Null where Ctrl-C or Ctrl-D came first. */
export function askSecret(input: Readable, output: Writable, question: string): Promise<string | null> {
  const mute = new Writable({
    write: (_chunk, _encoding, done) => {
      done();
    },
  });
  output.write(question);
  const readline = createInterface({ input, output: mute, terminal: true, historySize: 0 });
  return new Promise((resolve) => {
    const finish = (answer: string | null): void => {
      resolve(answer);
      readline.close();
      output.write("\n");
    };
    readline.once("line", finish);
    readline.once("SIGINT", () => {
      finish(null);
    });
    readline.once("close", () => {
      resolve(null);
    });
  });
}
