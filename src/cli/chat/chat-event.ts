// Everything that a chat shows, as data: what the SDK tells and what the command adds. A view turns each into
// lines for people, or into one JSON object.
import type {
  AnswerResult,
  AssistantTerms,
  BurnPolicy,
  GhostErrorCode,
  Person,
  Session,
  SessionEvent,
} from "../../client/index.ts";

/** What the chat uses of a session, so that a test can script one. */
export type ChatSession = Pick<
  Session,
  | "id"
  | "identity"
  | "participant"
  | "role"
  | "name"
  | "people"
  | "state"
  | "msLeft"
  | "messagesLeft"
  | "ended"
  | "events"
  | "on"
  | "burnPolicy"
  | "send"
  | "assistant"
  | "ask"
  | "preview"
  | "setName"
  | "invite"
  | "burn"
  | "leave"
  | "close"
>;

/** What is known about the destruction statement at the end. `none`: none came. */
export type StatementVerdict = "verified" | "unverified" | "none";

export interface ChatEvents {
  /** the session is live */
  session: {
    readonly id: string;
    readonly created: boolean;
    readonly participant: string;
    readonly role: string;
    readonly name: string;
    /** thumbprint of the deployment's identity key */
    readonly identity: string;
    /** where that key was taken from, as it completes "the key" */
    readonly trust: string;
    readonly people: readonly Person[];
    readonly burn: BurnPolicy | null;
    readonly msLeft: number | null;
    readonly messagesLeft: number | null;
    /** null where the session has none */
    readonly assistant: AssistantTerms | null;
  };
  /** an invite was minted. The link is secret */
  invite: {
    readonly id: string;
    readonly role: string;
    readonly uses: number;
    readonly expiresAt: number;
    readonly link: string;
  };
  /** a line was relayed, to so many others as were connected */
  sent: { readonly line: number; readonly id: string; readonly others: number };
  /** a line was not relayed, or nobody knows */
  undelivered: {
    readonly line: number;
    readonly code: GhostErrorCode | "not_utf8";
    readonly text: string;
  };
  /** what was found in a question before it left this device; what is not kept is replaced there */
  findings: { readonly items: readonly Finding[] };
  /** a piece of the assistant's answer to a question that was asked here */
  answer: { readonly turn: string; readonly attempt: number; readonly text: string };
  /** how such an answer ended */
  answered: {
    readonly turn: string;
    readonly attempt: number;
    /** the question as it left this device, with tokens; null where nothing was replaced */
    readonly asSent: string | null;
  } & Omit<AnswerResult, "text">;
  /** little time is left */
  countdown: { readonly msLeft: number };
  /** the answer to a slash command; every line is safe to print */
  notice: { readonly lines: readonly string[] };
  /** a slash command failed */
  failed: { readonly what: string; readonly code: GhostErrorCode };
  /** the last event of every chat */
  end: ChatEnd;
}

/** One piece of personal data in a question: where it is, in UTF-16 offsets, and never what it is. */
export interface Finding {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  /** it is sent as it is, as far as this device is asked */
  readonly kept: boolean;
}

export interface ChatEnd {
  readonly state: "burned" | "refused" | "left";
  readonly reason: GhostErrorCode | null;
  /** null where the session did not burn, as far as this side knows */
  readonly statement: StatementVerdict | null;
  /** the file that holds the statement now */
  readonly savedTo: string | null;
  /** lines that were not delivered for certain */
  readonly undelivered: number;
  /** messages for this side that are missing for good */
  readonly missed: number;
  /** questions of a script whose answer is not complete */
  readonly unanswered: number;
  readonly exitCode: number;
}

type OwnEvent = { [T in keyof ChatEvents]: { readonly type: T } & ChatEvents[T] }[keyof ChatEvents];

export type ChatEvent = SessionEvent | OwnEvent;

/** Where events go. Resolves once the next one may come. */
export type Show = (event: ChatEvent) => Promise<void>;
