// A session that does what a test says, and a chat around it whose events are kept.
import { EventHub, type SessionEvents } from "../../../../src/client/events.ts";
import {
  Answer,
  GhostError,
  type AssistantTerms,
  type BurnReport,
  type Delivery,
  type Invite,
  type Person,
  type PiiSpan,
  type TextRange,
} from "../../../../src/client/index.ts";
import type { AnswerSource } from "../../../../src/client/assistant/answer.ts";
import { isPiiType } from "../../../../src/pii/types.ts";
import type { SessionEnd } from "../../../../src/client/session-parts.ts";
import type { ChatEvent, ChatSession } from "../../../../src/cli/chat/chat-event.ts";
import { Chat } from "../../../../src/cli/chat/chat.ts";
import { concludeChat, type ConcludeOptions } from "../../../../src/cli/chat/conclude.ts";
import type { Keep } from "../../../../src/cli/chat/keep.ts";
import { Stop } from "../../../../src/cli/chat/stop.ts";

export const ADA: Person = { id: "adaadaadaadaadaa", role: "host", name: "Ada", self: true };
export const BOB: Person = { id: "bobbobbobbobbobb", role: "member", name: "Bob", self: false };
export const TERMS: AssistantTerms = {
  model: "mirror",
  pii: "required",
  policy: { maxRetentionDays: 30, allowTraining: false, regions: null },
  card: {
    operator: "this",
    retentionDays: 0,
    trains: false,
    region: "local",
    source: null,
    asOf: "2026-11-21",
  },
  maxTokens: 100,
};
export const LINK = "https://ghost.test/#ghost1.secret";

export class ScriptedSession implements ChatSession {
  readonly id = "0".repeat(64);
  readonly identity = "thumbprint";
  readonly participant = ADA.id;
  readonly role = "host";
  readonly burnPolicy = null;
  readonly messagesLeft = null;
  name = "Ada";
  people: readonly Person[] = [ADA, BOB];
  state: ChatSession["state"] = "live";
  msLeft: number | null = 600_000;
  readonly hub = new EventHub();
  readonly said: string[] = [];
  readonly calls: string[] = [];
  assistant: AssistantTerms | null = TERMS;
  /** What becomes of a question. */
  respond: (source: AnswerSource, prompt: string) => void = () => undefined;
  readonly ended: Promise<SessionEnd>;
  /** What becomes of a message. */
  deliver: (text: string) => Promise<Delivery> = async () => ({ state: "relayed", id: "s.1" });
  /** What becomes of a call that waits. */
  answer: (signal: AbortSignal | undefined) => Promise<void> = async () => undefined;
  #end: (end: SessionEnd) => void = () => undefined;

  constructor() {
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  on: ChatSession["on"] = (type, handler) => this.hub.on(type, handler);
  events: ChatSession["events"] = () => this.hub.iterate();

  tell<T extends keyof SessionEvents>(type: T, detail: SessionEvents[T]): void {
    this.hub.emit(type, detail);
  }

  send(text: string): Promise<Delivery> {
    this.said.push(text);
    return this.deliver(text);
  }

  /** what is found in a question, by its type */
  readonly personal = new Map<string, string>();

  async preview(prompt: string): Promise<readonly PiiSpan[]> {
    await this.answer(undefined);
    return [...this.personal].flatMap(([value, type]) => {
      const start = prompt.indexOf(value);
      return start < 0 || !isPiiType(type) ? [] : [{ type, start, end: start + value.length, score: 90 }];
    });
  }

  ask(
    prompt: string,
    { signal, keep = [] }: { signal?: AbortSignal; keep?: readonly TextRange[] } = {},
  ): Answer {
    if (this.assistant === null) throw new GhostError("assistant_absent");
    const kept = keep.map(({ start, end }) => ` keeping ${prompt.slice(start, end)}`).join("");
    this.calls.push(`ask ${prompt}${kept}`);
    const stop = { complete: false, finish: "cancelled", error: null, usage: null, redactions: [] } as const;
    return new Answer(
      `t${String(this.calls.length)}`,
      0,
      () => undefined,
      (source) => {
        signal?.addEventListener("abort", () => {
          source.end(stop);
        });
        this.respond(source, prompt);
      },
    );
  }

  setName(name: string): void {
    if (name.includes("\n")) throw new GhostError("name_invalid");
    this.name = name;
  }

  async invite(terms: object = {}, { signal }: { signal?: AbortSignal } = {}): Promise<Invite> {
    this.calls.push(`invite ${JSON.stringify(terms)}`);
    await this.answer(signal);
    return { id: "i", role: "member", uses: 1, expiresAt: 0, link: LINK };
  }

  async burn({ signal }: { signal?: AbortSignal } = {}): Promise<BurnReport> {
    this.calls.push("burn");
    await this.answer(signal);
    const report: BurnReport = { cause: "asked", statement: "jws", verified: null };
    this.finish({ state: "burned", reason: null, burn: report });
    return report;
  }

  async leave(): Promise<boolean> {
    this.calls.push("leave");
    this.close();
    return true;
  }

  close(): void {
    this.finish({ state: "left", reason: null, burn: null });
  }

  finish(end: SessionEnd): void {
    if (["burned", "refused", "left"].includes(this.state)) return;
    this.state = end.state;
    if (end.burn !== null) this.tell("burned", end.burn);
    this.tell("state", { state: end.state, reason: end.reason });
    this.hub.end();
    this.#end(end);
  }
}

/** A chat around a scripted session, with everything that it showed and complained about. */
export function scriptedChat({ keep }: { readonly keep?: Keep } = {}) {
  const session = new ScriptedSession();
  const shown: ChatEvent[] = [];
  const complaints: string[] = [];
  const stop = new Stop();
  const chat = new Chat(
    session,
    async (event) => {
      shown.push(event);
    },
    keep,
  );
  const following = chat.follow();
  const conclude = (options: Partial<ConcludeOptions> = {}, outputGone = false): Promise<number> =>
    concludeChat(chat, following, { atEnd: "leave", statement: null, ...options }, stop, {
      complain: (line) => complaints.push(line),
      outputGone: () => outputGone,
    });
  return { session, shown, complaints, stop, chat, conclude };
}

/** Lets everything that is ready happen. */
export function soon(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 5));
}
