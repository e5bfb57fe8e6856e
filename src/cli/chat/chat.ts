// One chat, whatever it is typed into: says lines, follows the session, keeps the account of what was lost. Every
// send is awaited; none can fail without being shown and counted.
import { GhostError, type GhostErrorCode, type SessionEvent } from "../../client/index.ts";
import type { ChatEvent, ChatSession, Finding, Show } from "./chat-event.ts";
import { CountdownMarks } from "./countdown-marks.ts";
import { isKept, KEEP_NONE, type Keep } from "./keep.ts";
import { MAX_PENDING_LINES } from "./limits.ts";

export class Chat {
  readonly session: ChatSession;
  readonly show: Show;
  readonly #keep: Keep;
  readonly #events: AsyncIterable<SessionEvent>;
  readonly #marks = new CountdownMarks();
  readonly #pending = new Set<Promise<void>>();
  #roomWanted: (() => void)[] = [];
  readonly #asking = new Set<Promise<boolean>>();
  readonly #leaving = new AbortController();
  #undelivered = 0;
  #missed = 0;
  #unanswered = 0;

  /** Listens from now on; {@link follow} shows. `keep`: what questions may contain as it is. */
  constructor(session: ChatSession, show: Show, keep: Keep = KEEP_NONE) {
    this.session = session;
    this.show = show;
    this.#keep = keep;
    this.#events = session.events();
  }

  /** lines that were not delivered for certain */
  get undelivered(): number {
    return this.#undelivered;
  }

  /** frames for this side that are missing for good */
  get missed(): number {
    return this.#missed;
  }

  /** questions of a script whose answer is not complete */
  get unanswered(): number {
    return this.#unanswered;
  }

  /** lines that wait for their receipt */
  get pending(): number {
    return this.#pending.size;
  }

  /** True where another line may be said at once. */
  get hasRoom(): boolean {
    return this.#pending.size < MAX_PENDING_LINES;
  }

  /** Shows every event until the session is over for this side. */
  async follow(): Promise<void> {
    for await (const event of this.#events) {
      if (event.type === "gap") this.#missed += event.missed;
      if (event.type === "overflow") this.#missed += event.dropped;
      await this.show(event);
    }
  }

  /** Sends a line. Whoever sends many asks for {@link room} first. */
  say(text: string, line: number): void {
    const sending = this.#send(text, line).finally(() => {
      this.#pending.delete(sending);
      for (const proceed of this.#roomWanted.splice(0)) proceed();
    });
    this.#pending.add(sending);
  }

  /** Says what of a question would be replaced on this device. Nothing leaves. */
  async preview(prompt: string, keep = this.#keep): Promise<readonly Finding[]> {
    const items = (await this.session.preview(prompt)).map(({ type, start, end }) => {
      return { type, start, end, kept: isKept(keep, type) };
    });
    await this.show({ type: "findings", items });
    return items;
  }

  /**
   * Says what is replaced, asks the assistant and shows its answer. Resolves once that ended; true where it is
   * complete. Where looking for personal data fails nothing is asked.
   */
  ask(prompt: string, signal: AbortSignal, keep = this.#keep): Promise<boolean> {
    const asking = this.#ask(prompt, signal, keep).finally(() => this.#asking.delete(asking));
    this.#asking.add(asking);
    return asking;
  }

  /** A question of a script, which learns from the exit code whether everything was answered. */
  async askForScript(prompt: string, signal: AbortSignal): Promise<void> {
    try {
      if (await this.ask(prompt, signal)) return;
    } catch (error) {
      await this.show({ type: "failed", what: "The question", code: codeOf(error) });
    }
    this.#unanswered += 1;
  }

  /** A line that cannot be sent at all. */
  async refuse(line: number, code: "message_too_large" | "not_utf8"): Promise<void> {
    this.#undelivered += 1;
    await this.show({ type: "undelivered", line, code, text: "" });
  }

  /** Resolves once another line may be said. */
  async room(): Promise<void> {
    while (!this.hasRoom) {
      await new Promise<void>((proceed) => this.#roomWanted.push(proceed));
    }
  }

  /** Resolves once nothing waits for its receipt. */
  async settled(): Promise<void> {
    while (this.#pending.size > 0) await Promise.all(this.#pending);
  }

  /** Whoever leaves waits for no answer, and no model goes on for nobody. */
  stopAnswers(): void {
    this.#leaving.abort();
  }

  /** Resolves once every answer that was asked for here ended and was shown. */
  async answered(): Promise<void> {
    await Promise.allSettled(this.#asking);
  }

  /** Says how much time is left, where it is time to say that. To be called every second or so. */
  async tick(): Promise<void> {
    const { msLeft } = this.session;
    if (msLeft !== null && this.#marks.passed(msLeft)) await this.show({ type: "countdown", msLeft });
  }

  async #send(text: string, line: number): Promise<void> {
    const outcome = await this.session.send(text).then(
      ({ id }): ChatEvent => ({ type: "sent", line, id, others: this.#others() }),
      (error: unknown): ChatEvent => ({ type: "undelivered", line, code: codeOf(error), text }),
    );
    if (outcome.type === "undelivered") this.#undelivered += 1;
    await this.show(outcome);
  }

  async #ask(prompt: string, stop: AbortSignal, replaceBut: Keep): Promise<boolean> {
    const signal = AbortSignal.any([stop, this.#leaving.signal]);
    // Without an assistant nothing is sent and nothing has to be found: the SDK says so.
    const items = this.session.assistant === null ? [] : await this.preview(prompt, replaceBut);
    const keep = items.filter(({ kept }) => kept);
    const answer = this.session.ask(prompt, { signal, keep });
    const { turn } = answer;
    try {
      for await (const text of answer)
        await this.show({ type: "answer", turn, attempt: answer.attempt, text });
    } catch {
      // The result says the same, and more.
    }
    // The text was shown piece by piece.
    const { complete, finish, error, usage, redactions, contextDropped } = await answer.result;
    const sent = answer.sent?.messages.at(-1)?.content ?? prompt;
    const asSent = sent === prompt ? null : sent;
    const end = { complete, finish, error, usage, redactions, contextDropped, asSent };
    await this.show({ type: "answered", turn, attempt: answer.attempt, ...end });
    return complete;
  }

  #others(): number {
    return this.session.people.filter(({ self }) => !self).length;
  }
}

/** The code of what the SDK rejected with. Anything else is our own mistake and goes on as it is. */
export function codeOf(error: unknown): GhostErrorCode {
  if (error instanceof GhostError) return error.code;
  throw error;
}
