// The one thing that somebody waits for: what is set later takes the place of what was set before.
import type { Environment } from "../environment.ts";

export class Timer {
  readonly #environment: Environment;
  #cancel: (() => void) | null = null;

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  set(delayMs: number, run: () => void): void {
    this.clear();
    this.#cancel = this.#environment.after(delayMs, () => {
      this.#cancel = null;
      run();
    });
  }

  clear(): void {
    this.#cancel?.();
    this.#cancel = null;
  }
}
