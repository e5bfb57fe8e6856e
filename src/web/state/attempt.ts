// One attempt to come into a session, which the person may give up.
import { GhostError, type Session } from "../../client/index.ts";

export class Attempt {
  readonly #givenUp = new AbortController();

  giveUp(): void {
    this.#givenUp.abort();
  }

  /** Rejects with `aborted` where it was given up; a session that came all the same is dropped. */
  async run(
    connect: (signal: AbortSignal) => Promise<Session>,
    drop: (session: Session) => Promise<unknown>,
  ): Promise<Session> {
    const { signal } = this.#givenUp;
    const session = await connect(signal);
    if (!signal.aborted) return session;
    void drop(session).catch(() => undefined);
    throw new GhostError("aborted");
  }
}
