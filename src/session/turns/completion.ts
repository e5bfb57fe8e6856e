// One call of a model, pulled piece by piece into the answer, no faster than the answer leaves. It ends by itself or
// because it was halted, also where the provider does neither hear nor answer: it is never waited for.
import type { AnswerEnd } from "../../crypto/channel/answer-content.ts";
import type { AnswerSealer } from "../../crypto/channel/answer-sealer.ts";
import { ServiceError, type ErrorCode } from "../../protocol/errors.ts";
import type { CompletionEvent } from "../assistant-port.ts";
import type { AnswerPacer } from "./answer-pacer.ts";
import { TextPieces } from "./text-pieces.ts";

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
/** How an answer ended. */
export type Outcome = DistributiveOmit<AnswerEnd, "model" | "redactions">;

type Halted = Promise<Outcome | null>;

/** Asks and passes on. Resolves with how it ended; `halted` wins over everything. Never rejects. */
export async function ask(
  call: () => AsyncIterable<CompletionEvent>,
  sealer: Pick<AnswerSealer, "room">,
  pacer: Pick<AnswerPacer, "write" | "room">,
  halted: Halted,
): Promise<Outcome | null> {
  let events: AsyncIterator<CompletionEvent> | null = null;
  try {
    events = call()[Symbol.asyncIterator]();
    return await pull(events, sealer, pacer, halted);
  } catch (error) {
    // Only our own codes pass: whatever else was thrown may hold anything.
    return failed(error instanceof ServiceError ? error.code : "internal");
  } finally {
    // A generator that hangs would make us wait for its end.
    void events?.return?.().catch(() => undefined);
  }
}

async function pull(
  events: AsyncIterator<CompletionEvent>,
  sealer: Pick<AnswerSealer, "room">,
  pacer: Pick<AnswerPacer, "write" | "room">,
  halted: Halted,
): Promise<Outcome | null> {
  const waiting = new Waiting(halted);
  const pieces = new TextPieces();
  const write = (text: Uint8Array): boolean => {
    const fits = text.length <= sealer.room;
    if (fits) pacer.write(text);
    return fits;
  };
  for (;;) {
    const step = await waiting.first(events.next());
    if (step.halted) return step.value;
    if (step.value.done === true) return failed("provider_broken");
    const event = step.value.value;
    const text = event.type === "delta" ? pieces.push(event.text) : pieces.flush();
    if (!write(text)) return failed("answer_too_large");
    if (event.type === "end") return { finish: event.finish, error: null, usage: event.usage };
    const room = await waiting.first(pacer.room());
    if (room.halted) return room.value;
  }
}

type First<T> =
  { readonly halted: false; readonly value: T } | { readonly halted: true; readonly value: Outcome | null };

/** Waits for one thing at a time, and for the halt. Races against one long-lived promise would pile up on it. */
class Waiting {
  #halt: First<never> | null = null;
  #wake: (halt: First<never>) => void = () => undefined;

  constructor(halted: Halted) {
    void halted.then((value) => {
      this.#halt = { halted: true, value };
      this.#wake(this.#halt);
    });
  }

  first<T>(work: Promise<T>): Promise<First<T>> {
    return new Promise((resolve, reject) => {
      this.#wake = resolve;
      if (this.#halt !== null) resolve(this.#halt);
      work.then((value) => {
        resolve({ halted: false, value });
      }, reject);
    });
  }
}

function failed(error: ErrorCode): Outcome {
  return { finish: "error", error, usage: null };
}
