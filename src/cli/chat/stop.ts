// The wish to end a chat, from wherever it comes: Ctrl-C, Ctrl-D, /quit, a signal, a closed pipe. The first wish
// waits for the last words, the second does not.

export class Stop {
  readonly #first = new AbortController();
  readonly #second = new AbortController();

  /** aborted by the first wish */
  get asked(): AbortSignal {
    return this.#first.signal;
  }

  /** aborted by the second wish */
  get urged(): AbortSignal {
    return this.#second.signal;
  }

  ask(): void {
    if (this.#first.signal.aborted) this.#second.abort();
    else this.#first.abort();
  }
}

/** Resolves when the signal is aborted. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else {
      signal.addEventListener(
        "abort",
        () => {
          resolve();
        },
        { once: true },
      );
    }
  });
}
