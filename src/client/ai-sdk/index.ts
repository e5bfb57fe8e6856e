// `ghost-session/ai-sdk`: lets `useChat` of the AI SDK talk to a ghost session. Only types of `ai` are used, so nothing
// of it is loaded here, and the conversation stays in the hook's own memory.
import type { ChatTransport, UIMessage, UIMessageChunk } from "ai";
import type { Answer, AnswerResult } from "../assistant/answer.ts";
import type { AskOptions } from "../assistant/assistant.ts";
import type { AskMessage } from "../assistant/context.ts";
import { GhostError } from "../error.ts";
import { MAX_CONTEXT_TURNS } from "../limits.ts";
import type { Session } from "../session.ts";

/** Options of {@link createGhostTransport}. */
export interface GhostTransportOptions extends Pick<
  AskOptions,
  "system" | "maxTokens" | "temperature" | "share" | "accept"
> {
  /** the session to ask in, or how to get it when the first message is sent */
  readonly session: Session | (() => Session | Promise<Session>);
  /** Called with each answer when it begins, for what the hook does not show: redactions, usage, attempts. */
  readonly onAnswer?: (answer: Answer) => void;
}

/**
 * What the hook finds in `message.metadata` of an answer, from its first moment on. Show an answer whose `complete` stays
 * false as cut off.
 */
export interface GhostMetadata {
  readonly turn: string;
  readonly attempt: number;
  /** true only once the sealed final record verified */
  readonly complete: boolean;
  readonly usage: AnswerResult["usage"];
  readonly redactions: AnswerResult["redactions"];
}

/** A message of the hook, with {@link GhostMetadata}. */
export type GhostUIMessage = UIMessage<GhostMetadata>;

/** An answer that is coming, and how often it was given to somebody who reads it. */
interface Running {
  readonly answer: Answer;
  readers: number;
}

/** A complete answer whose text changed at its end: the hook keeps what came until then. */
interface SettledAnswer {
  readonly shown: string;
  /** with the values back that the service replaced */
  readonly text: string;
}

const TEXT_ID = "text";

/**
 * Makes a transport for `useChat({ transport })`. The hook's messages are the context of every turn, but for answers that
 * are not complete and their questions. Such an answer ends in the hook's `error`, also where text had arrived; stopping
 * the hook stops the model.
 *
 * @throws {@link GhostError} from `sendMessages`: what `session.ask` throws, and `misuse` for messages with other parts than text
 */
export function createGhostTransport(options: GhostTransportOptions): ChatTransport<GhostUIMessage> {
  const { session, onAnswer, system, ...askOptions } = options;
  /** running answers by chat, so that a component that was mounted again finds its own */
  const running = new Map<string, Running>();
  /** turns by the user message that asked, so that a regeneration is the next attempt of the same turn */
  const turns = new Map<string, string>();
  /** by session, then by turn and attempt; a session that is not used any more takes them along */
  const settledIn = new WeakMap<Session, Map<string, SettledAnswer>>();
  const settledOf = (open: Session): Map<string, SettledAnswer> => {
    const known = settledIn.get(open);
    if (known !== undefined) return known;
    const settled = new Map<string, SettledAnswer>();
    settledIn.set(open, settled);
    void open.ended.then(() => {
      settled.clear();
    });
    return settled;
  };

  return {
    resumeStreamIsReplay: true,
    async sendMessages({ trigger, chatId, messages, abortSignal }) {
      const asking = messages.findLast(({ role }) => role === "user")?.id ?? "";
      const regenerate = trigger === "regenerate-message" ? turns.get(asking) : undefined;
      const open = typeof session === "function" ? await session() : session;
      const settled = settledOf(open);
      const context = toContext(messages, system, settled);
      const answer = open.ask("", {
        ...askOptions,
        messages: context,
        ...(regenerate !== undefined && { regenerate }),
        ...(abortSignal !== undefined && { signal: abortSignal }),
      });
      remember(turns, asking, answer.turn);
      const entry = { answer, readers: 0 };
      running.set(chatId, entry);
      void answer.result.then(({ text, complete }) => {
        if (running.get(chatId) === entry) running.delete(chatId);
        // Without `pii` nothing is put back: the service would have to find each value again before it leaves.
        if (complete && text !== answer.text) remember(settled, nameOf(answer), { shown: answer.text, text });
      });
      onAnswer?.(answer);
      return streamOf(entry);
    },
    async reconnectToStream({ chatId }) {
      const entry = running.get(chatId);
      return entry === undefined ? null : streamOf(entry);
    },
  };
}

function remember<T>(known: Map<string, T>, key: string, value: T): void {
  known.delete(key);
  known.set(key, value);
  const [oldest] = known.keys();
  if (known.size > MAX_CONTEXT_TURNS && oldest !== undefined) known.delete(oldest);
}

function nameOf({ turn, attempt }: Pick<GhostMetadata, "turn" | "attempt">): string {
  return `${turn} ${String(attempt)}`;
}

function toContext(
  messages: readonly GhostUIMessage[],
  system: string | undefined,
  settled: ReadonlyMap<string, SettledAnswer>,
): AskMessage[] {
  const context: AskMessage[] = system === undefined ? [] : [{ role: "system", content: system }];
  for (const message of messages) {
    // Half an answer would pass for what the model said: neither it nor its question is told again.
    if (message.metadata?.complete !== false) context.push(settle(toAskMessage(message), message, settled));
    else if (context.at(-1)?.role === "user") context.pop();
  }
  while (context.at(-1)?.role === "assistant") context.pop();
  return context;
}

// The service's tokens stand for values of that one request: told again as they are, they would mean nothing. With the
// values back this device replaces them, by tokens of its own.
function settle(
  told: AskMessage,
  { metadata }: GhostUIMessage,
  settled: ReadonlyMap<string, SettledAnswer>,
): AskMessage {
  const answer = metadata === undefined ? undefined : settled.get(nameOf(metadata));
  return answer?.shown === told.content ? { ...told, content: answer.text } : told;
}

// What a model must see and this transport cannot send is refused: leaving it out would change the question.
function toAskMessage({ role, parts }: GhostUIMessage): AskMessage {
  const texts = parts.flatMap((part) => {
    if (part.type === "text") return [part.text];
    if (part.type === "step-start") return [];
    throw new GhostError("misuse");
  });
  return { role, content: texts.join("") };
}

type Chunk = UIMessageChunk<GhostMetadata>;

function streamOf(entry: Running): ReadableStream<Chunk> {
  const { answer } = entry;
  const reader = (entry.readers += 1);
  let cancelled = false;
  return new ReadableStream<Chunk>({
    async start(controller) {
      const put = (chunk: Chunk): void => {
        if (!cancelled) controller.enqueue(chunk);
      };
      put({ type: "start", messageMetadata: metadataOf(answer, null) });
      put({ type: "start-step" });
      put({ type: "text-start", id: TEXT_ID });
      try {
        for await (const delta of answer) put({ type: "text-delta", id: TEXT_ID, delta });
        put({ type: "text-end", id: TEXT_ID });
        put({ type: "finish-step" });
        put(finishOf(answer, await answer.result));
      } catch (error) {
        if ((await answer.result).finish === "cancelled") put({ type: "abort" });
        else put({ type: "error", errorText: error instanceof GhostError ? error.message : "" });
      }
      if (!cancelled) controller.close();
    },
    cancel() {
      cancelled = true;
      // A reader that gives way to a newer one, as components that are mounted twice make it, does not want the answer
      // to stop. The newer one comes in the same turn of the event loop.
      queueMicrotask(() => {
        if (entry.readers === reader) answer.cancel();
      });
    },
  });
}

function finishOf(answer: Answer, result: AnswerResult): Chunk {
  const { finish } = result;
  const finishReason = finish === "length" ? "length" : finish === "filtered" ? "content-filter" : "stop";
  return { type: "finish", finishReason, messageMetadata: metadataOf(answer, result) };
}

/** `result`: of an answer that is complete; null before that. */
function metadataOf({ turn, attempt }: Answer, result: AnswerResult | null): GhostMetadata {
  const { complete, usage, redactions } = result ?? { complete: false, usage: null, redactions: [] };
  return { turn, attempt, complete, usage, redactions };
}
