// Keeps personal data on the device: finds it, puts tokens in its place before a turn is encrypted, and puts the
// values back into the answer. The map between the two lives in this object only. If anything fails nothing is sent.
import type { DetectorOptions, PiiSpan } from "../../pii/detector.ts";
import type { WebAssemblyModule } from "../../pii/wasm-types.ts";
import { GhostError } from "../error.ts";
import type { Redaction } from "./answer.ts";
import type { AskMessage } from "./context.ts";
import type { Sanitiser } from "./sanitiser.ts";

/** How personal data is found on this device; see docs/pii.md. */
export interface PrivacyOptions extends DetectorOptions {
  /** the compiled engine, or how to get it: `loadPiiModule` of `ghost-session/pii/node` or `ghost-session/pii/browser` */
  readonly engine: WebAssemblyModule | (() => Promise<WebAssemblyModule>);
}

/** A place in a text, in UTF-16 offsets. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/** A message as it is in the context, with the places that its author wants to be sent as they are. */
export interface PrivateMessage extends AskMessage {
  readonly keep?: readonly TextRange[];
}

/** A message as it leaves. */
export interface SanitisedMessage extends AskMessage {
  /** places that were kept on purpose, in the sanitised text */
  readonly kept: readonly TextRange[];
  /** places there that the session's own settings leave alone, and the service's scan would not */
  readonly free?: readonly TextRange[];
}

/** What the answer to one request may put back: nothing of another turn's. */
export interface RequestTokens {
  /** names of this device's tokens that stand in the request, its context included */
  readonly names: ReadonlySet<string>;
  /** lowest number of the tokens that the service makes for it */
  readonly first: number;
}

/** A value that the service replaced. */
export type Replaced = Omit<Redaction, "places">;

/** Puts values back while text comes. */
export interface Restorer {
  push(text: string): string;
  flush(): string;
}

export class Privacy {
  readonly #options: PrivacyOptions;
  #loading: Promise<Sanitiser> | null = null;
  #loaded: Sanitiser | null = null;
  #closed = false;

  constructor(options: PrivacyOptions) {
    this.#options = options;
  }

  /** Loads the engine; further calls share it. @throws {@link GhostError} `pii_failed` */
  async load(): Promise<void> {
    await this.#load();
  }

  /** What would be replaced. Gives no numbers out, so it may run with every key. @throws {@link GhostError} `pii_failed` */
  async find(text: string): Promise<readonly PiiSpan[]> {
    const sanitiser = await this.#load();
    return failClosed(() => sanitiser.find(text));
  }

  /** Puts tokens in place of what is found. The same value has the same token in every message, of every turn. */
  async sanitise(messages: readonly PrivateMessage[]): Promise<SanitisedMessage[]> {
    const sanitiser = await this.#load();
    return failClosed(() => sanitiser.sanitise(messages));
  }

  /** Above every token that this device holds: for tokens that the service makes. */
  get nextNumber(): number {
    return (this.#loaded?.highestNumber ?? 0) + 1;
  }

  /** What the answer to these messages may put back. */
  tokensOf(messages: readonly SanitisedMessage[]): RequestTokens {
    return { names: this.#loaded?.tokensIn(messages) ?? new Set(), first: this.nextNumber };
  }

  /** Remembers what the service replaced, so that this device does it by itself from now on. Never throws. */
  learn(redactions: readonly Replaced[]): void {
    this.#loaded?.learn(redactions);
  }

  /** Null before the engine was loaded: then there is nothing to put back. Every other token stays as it is. */
  restorer(tokens: RequestTokens): Restorer | null {
    return this.#loaded?.restorer(tokens) ?? null;
  }

  /**
   * Puts back the request's own tokens and those of `redactions`. Whoever tells the model this very text again gets the
   * same tokens.
   */
  restore(text: string, tokens: RequestTokens, redactions: readonly Replaced[]): string {
    return this.#loaded?.restore(text, tokens, redactions) ?? text;
  }

  /** Forgets every value, for good: what is still loading or replacing fails. */
  clear(): void {
    this.#closed = true;
    this.#loaded?.clear();
    this.#loaded = this.#loading = null;
  }

  async #load(): Promise<Sanitiser> {
    this.#loading ??= this.#make();
    try {
      const sanitiser = await this.#loading;
      // The session may have ended meanwhile: nothing may be remembered after that.
      if (this.#closed) throw new Error("closed");
      this.#loaded = sanitiser;
      return sanitiser;
    } catch {
      // The next call may find the network again.
      this.#loading = null;
      throw new GhostError("pii_failed");
    }
  }

  async #make(): Promise<Sanitiser> {
    const { engine, ...options } = this.#options;
    // Loaded with the engine: applications that leave this to the service do not pay for it.
    const { createSanitiser } = await import("./sanitiser.ts");
    const module =
      typeof engine === "function" ? await (engine as () => Promise<WebAssemblyModule>)() : engine;
    return createSanitiser(module, options);
  }
}

function failClosed<T>(run: () => T): T {
  try {
    return run();
  } catch {
    throw new GhostError("pii_failed");
  }
}
