// Runs in the browser: the SDK as an application would hold it, with a few verbs that a test calls from outside.
// It keeps what it was told in memory only.
import {
  createSession,
  GhostError,
  joinSession,
  type CreateOptions,
  type JoinOptions,
  type Session,
  type SessionEvent,
} from "../../../src/client/index.ts";

type Answer<T> = { readonly value: T } | { readonly error: string };

/** What a test can ask of the page. */
export interface ChatPageApi {
  create(options: CreateOptions): Promise<Answer<null>>;
  join(link: string, options?: JoinOptions): Promise<Answer<null>>;
  invite(uses: number): Promise<Answer<string>>;
  send(text: string): Promise<Answer<string>>;
  setName(name: string): void;
  typing(): void;
  remove(participant: string): Promise<Answer<void>>;
  burn(): Promise<Answer<unknown>>;
  look(): ChatLook;
}

export interface ChatLook {
  readonly state: string | null;
  readonly participant: string | null;
  readonly names: (string | null)[];
  readonly events: SessionEvent[];
}

let session: Session | null = null;
const events: SessionEvent[] = [];

async function answer<T>(work: () => Promise<T>): Promise<Answer<T>> {
  try {
    return { value: await work() };
  } catch (error) {
    if (error instanceof GhostError) return { error: error.code };
    throw error;
  }
}

async function hold(starting: Promise<Session>): Promise<null> {
  session = await starting;
  void collect(session);
  return null;
}

async function collect(from: Session): Promise<void> {
  for await (const event of from.events()) events.push(event);
}

function held(): Session {
  if (session === null) throw new Error("no session");
  return session;
}

const chat: ChatPageApi = {
  create: (options) => answer(() => hold(createSession(options))),
  join: (link, options) => answer(() => hold(joinSession(link, options))),
  invite: (uses) => answer(async () => (await held().invite({ uses })).link),
  send: (text) => answer(async () => (await held().send(text)).id),
  setName: (name) => {
    held().setName(name);
  },
  typing: () => {
    held().typing();
  },
  remove: (participant) => answer(() => held().remove(participant)),
  burn: () => answer(() => held().burn()),
  look: () => ({
    state: session?.state ?? null,
    participant: session?.participant ?? null,
    names: (session?.people ?? []).map(({ name }) => name),
    events,
  }),
};

declare global {
  var chat: ChatPageApi;
}
globalThis.chat = chat;
