// One chat, whatever it is typed into: says lines, follows the session, keeps the account of what was lost. Every
// send is awaited; none can fail without being shown and counted.
import { GhostError, type GhostErrorCode, type SessionEvent } from "../../client/index.ts";
import type { ChatEvent, ChatSession, Show } from "./chat-event.ts";
import { CountdownMarks } from "./countdown-marks.ts";
import { MAX_PENDING_LINES } from "./limits.ts";

export class Chat {
  readonly session: ChatSession;
  readonly show: Show;
  readonly #events: AsyncIterable<SessionEvent>;
  readonly #marks = new CountdownMarks();
  readonly #pending = new Set<Promise<void>>();
  #roomWanted: (() => void)[] = [];
  #undelivered = 0;
  #missed = 0;

  /** Listens from now on; {@link follow} shows. */
  constructor(session: ChatSession, show: Show) {
    this.session = session;
    this.show = show;
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

  #others(): number {
    return this.session.people.filter(({ self }) => !self).length;
  }
}

/** The code of what the SDK rejected with. Anything else is our own mistake and goes on as it is. */
export function codeOf(error: unknown): GhostErrorCode {
  if (error instanceof GhostError) return error.code;
  throw error;
}
