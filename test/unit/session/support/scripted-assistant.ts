// A model under the control of a test: it says what it is told, when it is told, and keeps what it was asked. It can
// hang, fail, break off, and ignore that it was aborted.
import type { AssistantChoice, AssistantTerms } from "../../../../src/protocol/assistant.ts";
import { OWN_CARD } from "../../../support/card.ts";
import { ok, type Result } from "../../../../src/protocol/errors.ts";
import type {
  Assistant,
  CompletionEvent,
  CompletionRequest,
} from "../../../../src/session/assistant-port.ts";

export const CHOICE: AssistantChoice = {
  model: "scripted/model",
  policy: { maxRetentionDays: 30, allowTraining: false, regions: null },
  pii: "off",
};

export const TERMS: AssistantTerms = {
  ...CHOICE,
  policy: { maxRetentionDays: 30, allowTraining: false, regions: null },
  card: OWN_CARD,
  maxTokens: 4_096,
};

/** One call of the model. */
export class Call {
  readonly model: string;
  /** what was asked, copied when it was asked: role and text */
  readonly asked: readonly (readonly [string, string])[];
  /** the very buffers that were handed over */
  readonly buffers: readonly Uint8Array[];
  readonly maxTokens: number;
  readonly temperature: number | null;
  readonly signal: AbortSignal;
  /** how many events were pulled */
  pulled = 0;
  /** the iteration was ended from outside */
  returned = false;
  readonly #events: (CompletionEvent | Error | "over")[] = [];
  #wake: () => void = () => undefined;
  readonly #ignoresAbort: boolean;

  constructor(model: string, request: CompletionRequest, signal: AbortSignal, ignoresAbort: boolean) {
    this.model = model;
    this.asked = request.messages.map(({ role, content }) => [role, new TextDecoder().decode(content)]);
    this.buffers = request.messages.map(({ content }) => content);
    this.maxTokens = request.maxTokens;
    this.temperature = request.temperature;
    this.signal = signal;
    this.#ignoresAbort = ignoresAbort;
    signal.addEventListener("abort", () => {
      this.#wake();
    });
  }

  /** The next piece of the answer. */
  say(text: string): void {
    this.#push({ type: "delta", text });
  }

  end(finish: "stop" | "length" | "filtered" = "stop", outputTokens = 1): void {
    this.#push({ type: "end", finish, usage: { inputTokens: 1, outputTokens } });
    this.#push("over");
  }

  fail(error: Error): void {
    this.#push(error);
  }

  /** The stream ends without having said so. */
  breakOff(): void {
    this.#push("over");
  }

  async *events(): AsyncGenerator<CompletionEvent> {
    try {
      for (;;) {
        const event = this.#events.shift();
        if (event === undefined) {
          if (this.signal.aborted && !this.#ignoresAbort) return;
          await new Promise<void>((resolve) => {
            this.#wake = resolve;
          });
          continue;
        }
        if (event === "over") return;
        if (event instanceof Error) throw event;
        this.pulled += 1;
        yield event;
      }
    } finally {
      this.returned = true;
    }
  }

  #push(event: CompletionEvent | Error | "over"): void {
    this.#events.push(event);
    this.#wake();
  }
}

export class ScriptedAssistant implements Assistant {
  readonly calls: Call[] = [];
  terms: (choice: AssistantChoice) => Result<AssistantTerms> = () => ok(TERMS);
  ignoresAbort = false;
  /** Thrown by the call itself, before any iteration. */
  throws: Error | null = null;

  complete(model: string, request: CompletionRequest, signal: AbortSignal): AsyncIterable<CompletionEvent> {
    if (this.throws !== null) throw this.throws;
    const call = new Call(model, request, signal, this.ignoresAbort);
    this.calls.push(call);
    return call.events();
  }

  /** The latest call, which must have been made. */
  get call(): Call {
    const call = this.calls.at(-1);
    if (call === undefined) throw new Error("the model was not asked");
    return call;
  }
}
