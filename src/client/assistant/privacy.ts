// Keeps personal data on the device: finds it, puts tokens in its place before a turn is encrypted, and puts the
// values back into the answer. The map between the two lives in this object only. If anything fails nothing is sent.
import type { DetectorOptions, PiiDetector, PiiSpan } from "../../pii/detector.ts";
import type { PiiVault } from "../../pii/vault.ts";
import type { WebAssemblyModule } from "../../pii/wasm-types.ts";
import { GhostError } from "../error.ts";
import type { Redaction } from "./answer.ts";
import type { AskMessage } from "./context.ts";

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
}

/** Puts values back while text comes. */
export interface Restorer {
  push(text: string): string;
  flush(): string;
}

interface Loaded {
  readonly pii: Awaited<ReturnType<typeof importPii>>;
  readonly detector: PiiDetector;
  readonly vault: PiiVault;
}

export class Privacy {
  readonly #options: PrivacyOptions;
  #loading: Promise<Loaded> | null = null;
  #loaded: Loaded | null = null;

  constructor(options: PrivacyOptions) {
    this.#options = options;
  }

  /** Loads the engine; further calls share it. @throws {@link GhostError} `pii_failed` */
  async load(): Promise<void> {
    await this.#load();
  }

  /** What would be replaced. Gives no numbers out, so it may run with every key. @throws {@link GhostError} `pii_failed` */
  async find(text: string): Promise<readonly PiiSpan[]> {
    const { detector } = await this.#load();
    return failClosed(() => detector.detect(text));
  }

  /** Puts tokens in place of what is found. The same value has the same token in every message. */
  async sanitise(messages: readonly PrivateMessage[]): Promise<SanitisedMessage[]> {
    const { pii, detector, vault } = await this.#load();
    return failClosed(() =>
      messages.map(({ role, content, keep = [] }) => {
        const values = new Set<string>();
        const { text } = pii.redact(content, detector, vault, {
          keep: (span) => {
            if (!keep.some(({ start, end }) => start < span.end && span.start < end)) return true;
            values.add(content.slice(span.start, span.end));
            return false;
          },
        });
        // What the service's scan of the same text would find there, and is to leave as it is.
        const again = values.size === 0 ? [] : detector.detect(text);
        const kept = again.filter(({ start, end }) => values.has(text.slice(start, end)));
        return { role, content: text, kept };
      }),
    );
  }

  /** The lowest number that no token of this conversation has, for tokens that the service makes. */
  get nextNumber(): number {
    return (this.#loaded?.vault.highestNumber ?? 0) + 1;
  }

  /** Remembers what the service replaced, so that this device does it by itself from now on. */
  learn(redactions: readonly Redaction[]): void {
    for (const { token, type, value } of redactions) this.#loaded?.vault.adopt(token, type, value);
  }

  /**
   * Null before the engine was loaded: then there is nothing to put back. Tokens from number `firstToken` on are not
   * this device's and stay as they are.
   */
  restorer(firstToken: number): Restorer | null {
    if (this.#loaded === null) return null;
    const { pii, vault } = this.#loaded;
    return pii.createRestoreStream(ownOnly(vault, firstToken, []));
  }

  /** Puts back this device's tokens, numbered below `firstToken`, and from there on those of `redactions`. */
  restore(text: string, firstToken: number, redactions: readonly Redaction[]): string {
    if (this.#loaded === null) return text;
    const { pii, vault } = this.#loaded;
    return pii.restore(text, ownOnly(vault, firstToken, redactions));
  }

  /** Forgets every value. */
  clear(): void {
    this.#loaded?.vault.clear();
    this.#loaded = this.#loading = null;
  }

  async #load(): Promise<Loaded> {
    this.#loading ??= this.#make();
    try {
      this.#loaded = await this.#loading;
      return this.#loaded;
    } catch {
      // The next call may find the network again.
      this.#loading = null;
      throw new GhostError("pii_failed");
    }
  }

  async #make(): Promise<Loaded> {
    const { engine, ...options } = this.#options;
    const pii = await importPii();
    const module =
      typeof engine === "function" ? await (engine as () => Promise<WebAssemblyModule>)() : engine;
    return { pii, detector: pii.createDetector(module, options), vault: pii.createVault() };
  }
}

/** A vault as one answer may read it. */
function ownOnly(vault: PiiVault, firstToken: number, redactions: readonly Redaction[]): PiiVault {
  const told = new Map(redactions.map(({ token, value }) => [token.slice(1, -1), value]));
  return {
    ...vault,
    valueOf: (name) => (numberOf(name) < firstToken ? vault.valueOf(name) : told.get(name)),
  };
}

/** The number in a token's name, as 12 in `EMAIL_12B`. */
function numberOf(name: string): number {
  return Number.parseInt(name.slice(name.lastIndexOf("_") + 1), 10);
}

// Loaded with the engine: applications that leave this to the service do not pay for it.
function importPii() {
  return import("../../pii/index.ts");
}

function failClosed<T>(run: () => T): T {
  try {
    return run();
  } catch {
    throw new GhostError("pii_failed");
  }
}
