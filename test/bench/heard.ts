// What somebody heard of an answer, and when. The text is held against the script: a token that is missing, doubled,
// moved or altered ends the run.
import { CountError } from "./peer.ts";
import { TOKEN_BYTES, tokensFrom, type Script } from "./script.ts";

/** One answer, all times in ms since it was asked for. */
export interface Heard {
  readonly firstMs: number;
  readonly endMs: number;
  /** of every token, how long after its place in the script it came */
  readonly lateMs: readonly number[];
  /** bytes of text that came together, in order */
  readonly pieces: readonly number[];
}

export class Listener {
  readonly #script: Script;
  readonly #startedAt = performance.now();
  readonly #arrivals: number[] = [];
  readonly #pieces: number[] = [];
  #text = "";

  /** Made when the question is asked. */
  constructor(script: Script) {
    this.#script = script;
  }

  hear(text: string): void {
    if (text === "") return;
    this.#text += text;
    this.#pieces.push(text.length);
    const now = performance.now() - this.#startedAt;
    while ((this.#arrivals.length + 1) * TOKEN_BYTES <= this.#text.length) this.#arrivals.push(now);
  }

  /** The answer is complete, as far as whoever brought it can tell. */
  end(): Heard {
    const endMs = performance.now() - this.#startedAt;
    const { tokens, everyMs, tokensPerEvent } = this.#script;
    if (this.#text !== tokensFrom(0, tokens)) {
      throw new CountError(
        `an answer of ${String(tokens)} tokens came as ${String(this.#text.length)} bytes`,
      );
    }
    const lateMs = this.#arrivals.map((at, token) => at - Math.floor(token / tokensPerEvent) * everyMs);
    return { firstMs: this.#arrivals[0] ?? Number.NaN, endMs, lateMs, pieces: this.#pieces };
  }
}
