// Standard output as lines. It waits for a slow reader, and notices one that is gone, as the end of a pipe.
import type { Writable } from "node:stream";

export class Output {
  readonly #stream: Writable;
  readonly #onGone: () => void;
  #gone = false;
  #room: Promise<void> | null = null;

  /** `onGone`: nobody reads any more. Called once. */
  constructor(stream: Writable, onGone: () => void) {
    this.#stream = stream;
    this.#onGone = onGone;
    // Without a listener the error of a closed pipe would end the process in the middle of anything.
    stream.on("error", this.#lost);
    stream.on("close", this.#lost);
  }

  get gone(): boolean {
    return this.#gone;
  }

  /** Resolves once the next line may come. */
  async write(text: string): Promise<void> {
    if (!this.#gone && !this.#stream.write(text)) await (this.#room ??= this.#untilRoom());
  }

  // One wait for however many lines that are written meanwhile.
  #untilRoom(): Promise<void> {
    return new Promise((resolve) => {
      const proceed = (): void => {
        this.#stream.off("drain", proceed).off("close", proceed).off("error", proceed);
        this.#room = null;
        resolve();
      };
      this.#stream.on("drain", proceed).on("close", proceed).on("error", proceed);
    });
  }

  /** The stream is somebody else's again. */
  release(): void {
    this.#stream.off("close", this.#lost);
  }

  readonly #lost = (): void => {
    if (this.#gone) return;
    this.#gone = true;
    this.#onGone();
  };
}
