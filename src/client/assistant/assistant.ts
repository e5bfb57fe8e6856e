// The assistant of one session, as its client sees it: takes questions, keeps their context, hands what the service
// says to the turn that it concerns, and lets the others read along.
import { toBase64Url } from "../../crypto/bytes.ts";
import type { TurnPart } from "../../crypto/seal-turn-part.ts";
import type { AssistantTerms } from "../../protocol/assistant.ts";
import { meetsPolicy } from "../../protocol/assistant.ts";
import type { ServerControl } from "../../protocol/control.ts";
import type { ErrorCode } from "../../protocol/errors.ts";
import { ID_BYTES } from "../../protocol/ids.ts";
import { MAX_ATTEMPTS, MAX_TURNS_PER_PARTICIPANT } from "../../protocol/limits.ts";
import type { Environment } from "../environment.ts";
import { GhostError, type GhostErrorCode } from "../error.ts";
import { Answer, type AnswerSource } from "./answer.ts";
import type { ChannelPort } from "./channel-port.ts";
import { Context, type AskMessage } from "./context.ts";
import type { PrivateMessage, Privacy, RequestTokens, TextRange } from "./privacy.ts";
import { OfferDesk } from "./offer-desk.ts";
import { prepareRequest, type Plan } from "./request.ts";
import { restored, shared } from "./answer-filters.ts";
import { MAX_CONTEXT_TURNS } from "../limits.ts";
import { Sharing, type SharingPorts } from "./sharing.ts";
import { Turn } from "./turn.ts";
import type { Link } from "./turn-parts.ts";

/** Options of `session.ask`. */
export interface AskOptions {
  /** cancels the turn */
  readonly signal?: AbortSignal;
  /** instructions that stand before everything else; never kept between calls */
  readonly system?: string;
  /** tokens; most that the answer may have, up to `session.assistant.maxTokens` */
  readonly maxTokens?: number;
  /** 0 to 2; the model's own default where absent */
  readonly temperature?: number;
  /** lets the others in the session read question and answer, through the seal; true by default */
  readonly share?: boolean;
  /** asks a turn again: the same question as its next attempt, in place of the earlier answer */
  readonly regenerate?: string;
  /** the turn to continue from, null for none; what came after it is forgotten. By default the last one */
  readonly after?: string | null;
  /** the whole context in place of what this client remembers; the last message is the question */
  readonly messages?: readonly AskMessage[];
  /** places in the prompt that are sent as they are although they look like personal data; UTF-16 offsets */
  readonly keep?: readonly TextRange[];
  /** last look at the terms before anything leaves; by default the provider's card must meet the session's policy */
  readonly accept?: (terms: AssistantTerms) => boolean;
}

export interface AssistantPorts {
  readonly environment: Environment;
  readonly channel: () => Promise<ChannelPort>;
  /** null: personal data is left to the service's scan */
  readonly privacy: Privacy | null;
  /** The service counted an attempt as content, and tells everybody but whoever asked. */
  readonly counted: () => void;
  readonly sharing: Omit<SharingPorts, "environment" | "push"> & {
    push(part: TurnPart): boolean;
  };
}

/** Refusals that an `offer` gets. */
const OFFER_REFUSALS: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "rate_limited",
  "assistant_absent",
  "policy_unmet",
  "model_unknown",
]);

/** Control messages that are about turns. */
export type TurnControl = Extract<ServerControl, { type: "offer" | "turn_accepted" | "turn_refused" }>;

export class AssistantClient {
  readonly context = new Context();
  readonly #ports: AssistantPorts;
  readonly #turns = new Map<string, Turn>();
  readonly #offers: OfferDesk;
  readonly #attempts = new Map<string, number>();
  /** attempts that left by this connection and were not accepted yet, nor refused */
  readonly #unanswered = new Set<string>();
  /** those whose last part may not have left yet */
  readonly #sharings = new Set<Sharing>();
  #link: Link | null = null;
  #terms: AssistantTerms | null = null;
  #closed: GhostErrorCode | null = null;

  constructor(ports: AssistantPorts) {
    this.#ports = ports;
    this.#offers = new OfferDesk(ports.environment);
  }

  /** The terms as the service last told them; null where there is no assistant. */
  get terms(): AssistantTerms | null {
    return this.#terms;
  }

  /** @throws {@link GhostError} `assistant_absent`, `policy_unmet`, `turns_full`, `attempts_spent`, `turn_too_large`, `misuse`, `aborted` */
  ask(prompt: string, options: AskOptions): Answer {
    const terms = this.#terms;
    if (this.#closed !== null) throw new GhostError(this.#closed);
    if (options.signal?.aborted === true) throw new GhostError("aborted");
    if (terms === null) throw new GhostError("assistant_absent");
    if (!(options.accept ?? acceptable)(terms)) throw new GhostError("policy_unmet");
    const turn = options.regenerate ?? toBase64Url(this.#ports.environment.randomBytes(ID_BYTES));
    const earlier = this.#turns.get(turn);
    // One that was cancelled waits for the service's word only, and gives way.
    if (earlier?.cancelled === true) earlier.close("aborted");
    if (this.#turns.size >= MAX_TURNS_PER_PARTICIPANT || this.#turns.has(turn)) {
      throw new GhostError("turns_full");
    }
    if ((this.#attempts.get(turn) ?? 0) >= MAX_ATTEMPTS) throw new GhostError("attempts_spent");
    return this.#start(turn, { ...this.#contextOf(turn, prompt, options), terms }, options);
  }

  /**
   * Loads what a question needs and fetches an offer ahead, unless one is there or about to be used.
   *
   * @throws {@link GhostError} `assistant_absent`, `ask_failed`, `pii_failed`
   */
  async warmUp(): Promise<void> {
    if (this.#terms === null) throw new GhostError("assistant_absent");
    if (![...this.#turns.values()].some(({ asking }) => asking)) this.#offers.stockUp();
    const channel = this.#ports.channel().catch(() => {
      throw new GhostError("ask_failed");
    });
    await Promise.all([channel, this.#ports.privacy?.load()]);
  }

  /** A connection is live and has caught up. */
  attach(link: Link, terms: AssistantTerms | null): void {
    this.#offers.attach(link);
    this.#link = link;
    this.#terms = terms;
    for (const turn of [...this.#turns.values()]) turn.attach(link);
  }

  detach(): void {
    this.#offers.detach();
    // The next welcome counts what was accepted meanwhile.
    this.#unanswered.clear();
    this.#link = null;
    for (const turn of [...this.#turns.values()]) turn.detach();
  }

  memoryLost(): void {
    this.#offers.memoryLost();
    for (const turn of [...this.#turns.values()]) turn.memoryLost();
  }

  /**
   * Called when a message comes, before it is its turn to be heard: what the service tells of its count after it has
   * counted an accepted attempt already.
   */
  noteArrival(message: TurnControl): void {
    if (message.type === "offer" || !this.#unanswered.delete(nameOf(message.turn, message.attempt))) return;
    if (message.type === "turn_accepted") this.#ports.counted();
  }

  hear(message: TurnControl): void {
    if (message.type === "offer") {
      this.#offers.hear(message.offer);
      return;
    }
    const turn = this.#turns.get(message.turn);
    if (message.type === "turn_accepted") turn?.accepted(message.attempt);
    else turn?.refused(message.code, message.retryAfterMs ?? null, message.attempt);
  }

  /**
   * The service refused a control message and does not say which: what is awaited is asked for again, be it an offer or
   * the rest of an answer. That of another does no harm.
   */
  refused(code: ErrorCode, retryAfterMs: number | null): void {
    if (!OFFER_REFUSALS.has(code)) return;
    for (const taker of this.#offers.refused()) taker.refused(code, retryAfterMs);
    if (code !== "rate_limited" || retryAfterMs === null) return;
    for (const turn of [...this.#turns.values()]) turn.resumeRefused(retryAfterMs);
  }

  /** Never rejects. */
  async record(turn: string, attempt: number, frame: Uint8Array): Promise<void> {
    await this.#turns.get(turn)?.record(frame, attempt);
  }

  close(code: GhostErrorCode): void {
    this.#closed = code;
    this.#offers.detach();
    for (const turn of [...this.#turns.values()]) turn.close(code);
    // What a full queue did not take has nowhere to go any more.
    for (const sharing of this.#sharings) sharing.close();
    this.#sharings.clear();
    this.context.clear();
    this.#ports.privacy?.clear();
  }

  #contextOf(
    turn: string,
    prompt: string,
    { messages, regenerate, after, keep, system }: AskOptions,
  ): { question: string; messages: readonly PrivateMessage[]; dropped: number } {
    if (messages !== undefined) {
      const last = messages.at(-1);
      if (last === undefined) throw new GhostError("misuse");
      const asking = keep === undefined ? last : { ...last, keep };
      const first: AskMessage[] = system === undefined ? [] : [{ role: "system", content: system }];
      return { question: last.content, messages: [...first, ...messages.slice(0, -1), asking], dropped: 0 };
    }
    const asked = regenerate === undefined ? { question: prompt, keep: [] } : this.context.find(regenerate);
    if (asked === null) throw new GhostError("turn_unknown");
    const { question } = asked;
    this.context.begin({ turn, question, keep: keep ?? asked.keep }, after);
    return { question, ...this.context.messagesOf(turn, system ?? null) };
  }

  #start(id: string, plan: Plan, options: AskOptions): Answer {
    const { signal, share = true, messages } = options;
    const { environment, sharing: ports } = this.#ports;
    const sharing = share ? this.#share(new Sharing({ ...ports, environment }, id, plan.question)) : null;
    const firstAttempt = (this.#attempts.get(id) ?? 0) + 1;
    // This attempt's own turn: a regeneration has the same id and is not what an earlier answer cancels.
    const own: { turn: Turn | null; tokens: RequestTokens | null } = { turn: null, tokens: null };
    const cancel = (): void => own.turn?.cancel();
    const drive = (source: AnswerSource): void => {
      source.attempt(firstAttempt);
      sharing?.attempt(firstAttempt);
      const turn = new Turn({
        environment,
        channel: this.#ports.channel,
        turn: id,
        firstAttempt,
        terms: plan.terms,
        prepare: async () => {
          const request = await prepareRequest(plan, options, this.#ports.privacy);
          own.tokens = request.tokens;
          return request;
        },
        source: restored(
          sharing === null ? source : shared(source, sharing),
          this.#ports.privacy,
          () => own.tokens,
        ),
        offers: this.#offers,
        leaving: (attempt) => {
          this.#unanswered.add(nameOf(id, attempt));
        },
        changed: () => {
          this.#noteAttempt(id, turn.attempt);
          if (turn.ended && this.#turns.get(id) === turn) this.#turns.delete(id);
        },
      });
      own.turn = turn;
      this.#turns.set(id, turn);
      this.#noteAttempt(id, firstAttempt);
    };
    const answer = new Answer(id, plan.dropped, cancel, drive);
    signal?.addEventListener("abort", cancel);
    void answer.result.then(({ complete, text }) => {
      signal?.removeEventListener("abort", cancel);
      if (complete && messages === undefined) this.context.complete(id, text);
    });
    if (this.#link !== null) this.#turns.get(id)?.attach(this.#link);
    return answer;
  }

  #share(sharing: Sharing): Sharing {
    for (const each of this.#sharings) if (each.closed) this.#sharings.delete(each);
    this.#sharings.add(sharing);
    return sharing;
  }

  // For turns that may be asked again; the oldest are forgotten with the context that they were part of.
  #noteAttempt(turn: string, attempt: number): void {
    this.#attempts.delete(turn);
    this.#attempts.set(turn, attempt);
    const [oldest] = this.#attempts.keys();
    if (this.#attempts.size > MAX_CONTEXT_TURNS && oldest !== undefined) this.#attempts.delete(oldest);
  }
}

function nameOf(turn: string, attempt: number): string {
  return `${turn} ${String(attempt)}`;
}

function acceptable({ card, policy }: AssistantTerms): boolean {
  return meetsPolicy(card, policy);
}
