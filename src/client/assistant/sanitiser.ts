// The loaded half of the privacy: one detector, one vault, and what both make of messages and answers. A value that is
// held once leaves this device no more as it was written, also where nothing around it gives it away; loaded on demand.
import { detectorOver, type DetectorOptions, type PiiDetector, type PiiSpan } from "../../pii/detector.ts";
import { createEngine } from "../../pii/engine-instance.ts";
import { joinSpans } from "../../pii/join-spans.ts";
import { KnownValues } from "../../pii/known-values.ts";
import { NEVER, thresholdsFor } from "../../pii/profiles.ts";
import { redact } from "../../pii/redact.ts";
import { createRestoreStream, type RestoredPlace } from "../../pii/restore.ts";
import { shapedTokens } from "../../pii/token-syntax.ts";
import { isPiiType, PII_TYPES, type PiiType } from "../../pii/types.ts";
import { createVault, type HeldValue, type PiiVault } from "../../pii/vault.ts";
import type { WebAssemblyModule } from "../../pii/wasm-types.ts";
import { MAX_CONTEXT_TURNS } from "../limits.ts";
import { addTokens, vaultOf } from "./answer-tokens.ts";
import type { PrivateMessage, Replaced, RequestTokens, Restorer, SanitisedMessage } from "./privacy.ts";

/** UTF-16 units; a text is replaced in pieces of this size, each of which is checked by itself. */
const PIECE_UNITS = 16_384;
/** UTF-16 units; longer values of a service are not kept: one that names many would fill this device's memory. */
const MAX_LEARNED_UNITS = 1_024;

/** Throws where the engine fails. */
export function createSanitiser(module: WebAssemblyModule, options: DetectorOptions): Sanitiser {
  const engine = createEngine(module);
  const own = thresholdsFor(options.profile ?? "balanced", options.thresholds);
  const looser =
    (options.allow ?? []).length > 0 || thresholdsFor("balanced").some((score, id) => score < (own[id] ?? 0));
  const allowed = new Set((options.allow ?? []).map((value) => value.toLowerCase()));
  return new Sanitiser(
    detectorOver(engine, options),
    looser ? detectorOver(engine) : null,
    (type, value) => allowed.has(value.toLowerCase()) || own[PII_TYPES.indexOf(type)] === NEVER,
  );
}

export class Sanitiser {
  readonly #detector: PiiDetector;
  /** as the service's scan finds; null where this device finds all of that */
  readonly #service: PiiDetector | null;
  /** whether the settings say of a value that it is never replaced, whoever found it */
  readonly #isFree: (type: PiiType, value: string) => boolean;
  readonly #vault: PiiVault = createVault();
  /** values in the answers that were restored here, by the whole text of an answer */
  readonly #restored = new Map<string, readonly PiiSpan[]>();
  /** values that a model wrote, by the text of its answer: they go along with later questions, and are replaced there */
  readonly #said = new Map<string, readonly HeldValue[]>();

  constructor(
    detector: PiiDetector,
    service: PiiDetector | null,
    isFree: (type: PiiType, value: string) => boolean,
  ) {
    this.#detector = detector;
    this.#service = service;
    this.#isFree = isFree;
  }

  /** What would be replaced. Gives no numbers out. */
  find(text: string): PiiSpan[] {
    const detected = this.#detector.detect(text);
    const known = [this.#held(), valuesOf(text, detected), new KnownValues([...this.#said.values()].flat())];
    return this.#spansOf({ role: "user", content: text }, detected, known);
  }

  /** Throws rather than let a value through. */
  sanitise(messages: readonly PrivateMessage[]): SanitisedMessage[] {
    const detected = messages.map(({ content }) => this.#detector.detect(content));
    this.#take(messages, detected);
    // With the values of all messages: one may be found in the last and stand in the first.
    const known = [this.#held()];
    return messages.map((message, at) => this.#replace(message, detected[at] ?? [], known));
  }

  get highestNumber(): number {
    return this.#vault.highestNumber;
  }

  learn(redactions: readonly Replaced[]): void {
    for (const { token, type, value } of redactions) {
      if (value.length > MAX_LEARNED_UNITS) continue;
      if (!isPiiType(type) || !this.#isFree(type, value)) this.#vault.adopt(token, type, value);
    }
  }

  tokensIn(messages: readonly SanitisedMessage[]): ReadonlySet<string> {
    const names = new Set<string>();
    for (const { content } of messages) addTokens(content, this.#vault, names);
    return names;
  }

  restorer(tokens: RequestTokens): Restorer {
    return createRestoreStream(vaultOf(this.#vault, tokens, []));
  }

  restore(text: string, tokens: RequestTokens, redactions: readonly Replaced[]): string {
    const places: RestoredPlace[] = [];
    const stream = createRestoreStream(vaultOf(this.#vault, tokens, redactions), (place) => {
      places.push(place);
    });
    const whole = stream.push(text) + stream.flush();
    this.#remember(whole, places);
    keepNewest(this.#said, whole, surfacesOf(whole, this.#detector.detect(whole)));
    return whole;
  }

  clear(): void {
    this.#vault.clear();
    this.#restored.clear();
    this.#said.clear();
  }

  /** Gives tokens to all that was found, numbers that stand in any of the texts left out. */
  #take(messages: readonly PrivateMessage[], detected: readonly (readonly PiiSpan[])[]): void {
    for (const { content } of messages) {
      for (const { name } of shapedTokens(content)) {
        this.#vault.reserve(name);
      }
    }
    const held = this.#held();
    messages.forEach((message, at) => {
      const { content, keep = [] } = message;
      const found = detected[at] ?? [];
      // Also the value of a place that is kept, where it stands in another place of the message that is not.
      const known = keep.length === 0 ? [held] : [held, valuesOf(content, found)];
      for (const { type, start, end } of this.#spansOf(message, found, known)) {
        this.#vault.tokenFor(type, content.slice(start, end));
      }
    });
  }

  #held(): KnownValues {
    return new KnownValues(this.#vault.held());
  }

  #replace(
    message: PrivateMessage,
    detected: readonly PiiSpan[],
    known: readonly KnownValues[],
  ): SanitisedMessage {
    const { role, content } = message;
    const { text } = redact(
      content,
      foundAlready(content, this.#spansOf(message, detected, known)),
      this.#vault,
    );
    const values = new Set(
      detected.filter((span) => isKept(span, message)).map(({ start, end }) => content.slice(start, end)),
    );
    // What the service's scan of the same text would find there, and is to leave as it is.
    const again = values.size === 0 ? [] : this.#detector.detect(text);
    const kept = again.filter(({ start, end }) => values.has(text.slice(start, end)));
    return { role, content: text, kept, free: this.#freeIn(text) };
  }

  /**
   * What the service's scan would find in a sanitised text although the settings leave it alone. What this device would
   * find there too is not among it: that the service is to replace.
   */
  #freeIn(text: string): PiiSpan[] {
    if (this.#service === null) return [];
    const own = this.#detector.detect(text);
    let at = 0;
    return this.#service.detect(text).filter(({ start, end }) => {
      while ((own[at]?.end ?? Infinity) <= start) at++;
      return (own[at]?.start ?? Infinity) >= end;
    });
  }

  /** Places without those whose value the settings leave alone. */
  #bound(text: string, spans: readonly PiiSpan[]): PiiSpan[] {
    return spans.filter(({ type, start, end }) => !this.#isFree(type, text.slice(start, end)));
  }

  #spansOf(message: PrivateMessage, detected: readonly PiiSpan[], known: readonly KnownValues[]): PiiSpan[] {
    const open = (span: PiiSpan): boolean => !isKept(span, message);
    const { content } = message;
    const certain = [
      ...(this.#restored.get(content) ?? []),
      ...known.flatMap((values) => values.find(content)),
    ];
    return joinSpans(detected.filter(open), this.#bound(content, certain).filter(open));
  }

  #remember(text: string, places: readonly RestoredPlace[]): void {
    const spans = places.flatMap(({ start, end, name }) => {
      const type = name.slice(0, name.lastIndexOf("_"));
      return isPiiType(type) && end > start ? [{ type, start, end, score: 100 }] : [];
    });
    if (spans.length === 0) return;
    keepNewest(this.#restored, text, spans);
  }
}

/** As many as a conversation has. */
function keepNewest<T>(kept: Map<string, T>, text: string, value: T): void {
  kept.delete(text);
  kept.set(text, value);
  const [oldest] = kept.keys();
  if (kept.size > MAX_CONTEXT_TURNS && oldest !== undefined) kept.delete(oldest);
}

function surfacesOf(text: string, spans: readonly PiiSpan[]): HeldValue[] {
  return spans.map(({ type, start, end }) => ({ type, surface: text.slice(start, end) }));
}

/** What was found in a text: one place of it gives away what stands in others too. */
function valuesOf(text: string, spans: readonly PiiSpan[]): KnownValues {
  return new KnownValues(surfacesOf(text, spans));
}

function isKept(span: PiiSpan, { keep = [] }: PrivateMessage): boolean {
  return keep.some(({ start, end }) => start < span.end && span.start < end);
}

/** A detector that knows what is in one text. */
function foundAlready(text: string, spans: readonly PiiSpan[]): PiiDetector {
  let next = 0;
  return {
    detect: () => [...spans],
    // Pieces come in their order, and one ends behind every place that begins in it.
    detectSegment: (_buffer, from) => {
      let end = Math.min(text.length, from + PIECE_UNITS);
      const first = next;
      while ((spans[next]?.start ?? Infinity) < end) next++;
      const own = spans.slice(first, next);
      end = Math.max(end, own.at(-1)?.end ?? 0);
      // A piece that ends within a character would make a lone half of it.
      if (isHigh(text.charCodeAt(end - 1)) && end < text.length) end += 1;
      return {
        length: end - from,
        spans: own.map((span) => ({ ...span, start: span.start - from, end: span.end - from })),
      };
    },
  };
}

function isHigh(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00;
}
