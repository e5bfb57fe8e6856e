// Pieces of an answer as UTF-8. A provider may cut a character between two pieces; each half alone would come out
// as a replacement character, so that the first waits for the second.
const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;

export class TextPieces {
  readonly #encoder = new TextEncoder();
  #half = "";

  /** Whole characters of what came so far. */
  push(piece: string): Uint8Array {
    const text = this.#half + piece;
    const cut =
      text !== "" && isHighSurrogate(text.charCodeAt(text.length - 1)) ? text.length - 1 : text.length;
    this.#half = text.slice(cut);
    return this.#encoder.encode(text.slice(0, cut));
  }

  /** What is left at the end: a half that never found its other one. */
  flush(): Uint8Array {
    const half = this.#half;
    this.#half = "";
    return this.#encoder.encode(half);
  }
}
