// One attempt to come into a session, which the person may give up.
import { GhostError, type Session } from "../../client/index.ts";

export class Attempt {
  readonly #givenUp = new AbortController();

  giveUp(): void {
    this.#givenUp.abort();
  }

  /** Rejects with `aborted` where it was given up, and leaves a session that came all the same. */
  async run(connect: (signal: AbortSignal) => Promise<Session>): Promise<Session> {
    const { signal } = this.#givenUp;
    const session = await connect(signal);
    if (!signal.aborted) return session;
    void session.leave();
    throw new GhostError("aborted");
  }
}
