// One call of a model, pulled piece by piece into the answer, no faster than the answer leaves. It ends by itself or
// because it was halted, also where the provider does neither hear nor answer: it is never waited for.
import type { AnswerEnd } from "../../crypto/channel/answer-content.ts";
import type { AnswerSealer } from "../../crypto/channel/answer-sealer.ts";
import { ServiceError, type ErrorCode } from "../../protocol/errors.ts";
import type { CompletionEvent } from "../assistant-port.ts";
import type { AnswerPacer } from "./answer-pacer.ts";
import { TextPieces } from "./text-pieces.ts";

/** How an answer ended. */
type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
export type Outcome = DistributiveOmit<AnswerEnd, "model" | "redactions">;

/**
 * How a call is given up from outside. Holds one waiter at a time: races against one promise that lives as long as the
 * call would keep every piece of the answer until its end.
 */
export class Halt {
  #outcome: { readonly value: Outcome | null } | null = null;
  #interrupt: (value: Outcome | null) => void = () => undefined;

  /** The first one counts. Null: nobody is to hear of it. */
  halt(value: Outcome | null): void {
    if (this.#outcome !== null) return;
    this.#outcome = { value };
    this.#interrupt(value);
  }

  /** Waits for `work`, but not beyond the halt. */
  async until<T>(work: Promise<T>): Promise<Step<T>> {
    try {
      return await new Promise<Step<T>>((resolve, reject) => {
        this.#interrupt = (value) => {
          resolve({ halted: true, value });
        };
        if (this.#outcome !== null) this.#interrupt(this.#outcome.value);
        work.then((value) => {
          resolve({ halted: false, value });
        }, reject);
      });
    } finally {
      this.#interrupt = () => undefined;
    }
  }
}

type Step<T> =
  { readonly halted: false; readonly value: T } | { readonly halted: true; readonly value: Outcome | null };

/** Asks and passes on. Resolves with how it ended; a halt wins over everything. Never rejects. */
export async function ask(
  call: () => AsyncIterable<CompletionEvent>,
  sealer: Pick<AnswerSealer, "room">,
  pacer: Pick<AnswerPacer, "write" | "room">,
  halt: Halt,
): Promise<Outcome | null> {
  let events: AsyncIterator<CompletionEvent> | null = null;
  try {
    events = call()[Symbol.asyncIterator]();
    return await pull(events, sealer, pacer, halt);
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
  halt: Halt,
): Promise<Outcome | null> {
  const pieces = new TextPieces();
  const write = (text: Uint8Array): boolean => {
    const fits = text.length <= sealer.room;
    if (fits) pacer.write(text);
    return fits;
  };
  for (;;) {
    const step = await halt.until(events.next());
    if (step.halted) return step.value;
    if (step.value.done === true) return failed("provider_broken");
    const event = step.value.value;
    const text = event.type === "delta" ? pieces.push(event.text) : pieces.flush();
    if (!write(text)) return failed("answer_too_large");
    if (event.type === "end") return { finish: event.finish, error: null, usage: event.usage };
    const room = await halt.until(pacer.room());
    if (room.halted) return room.value;
  }
}

function failed(error: ErrorCode): Outcome {
  return { finish: "error", error, usage: null };
}
