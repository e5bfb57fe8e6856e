// The client SDK of ghost-session, for browsers and Node 22 or newer. The only barrel of the project.
export { createSession, joinSession, listJurisdictions, listModels } from "./start.ts";
export type { CreateInput, Jurisdiction } from "../protocol/api.ts";
export type { CreateOptions, JoinOptions, ListOptions, StartOptions } from "./start.ts";
export type { CallOptions, Session } from "./session.ts";
export type { SessionEnd } from "./session-parts.ts";
export type { Delivery } from "./conversation.ts";
export type {
  BurnReport,
  DropReason,
  Message,
  Person,
  SharedTurn,
  SessionEvent,
  SessionEvents,
  SessionState,
} from "./events.ts";
export { isName } from "../crypto/seal-content.ts";
export { GhostError, type GhostErrorCode } from "./error.ts";
export type { InviteTerms } from "./service-api.ts";
export {
  Answer,
  type AnswerResult,
  type AnswerState,
  type RedactedPlace,
  type Redaction,
  type SentRequest,
} from "./assistant/answer.ts";
export type { AskOptions } from "./assistant/assistant.ts";
export type { ChannelSuite } from "./assistant/channel-loader.ts";
export type { AskedTurn, AskMessage } from "./assistant/context.ts";
export type { PrivacyOptions, SanitisedMessage, TextRange } from "./assistant/privacy.ts";
export type {
  AssistantPolicy,
  AssistantTerms,
  FinishReason,
  Model,
  PolicyCard,
  Usage,
} from "../protocol/assistant.ts";
export type { PiiSpan } from "../pii/detector.ts";
export { makeInviteLink, parseInviteLink, type Invite, type InviteLink } from "./invite-link.ts";
export { platformEnvironment, type Environment, type SocketEvents, type SocketPort } from "./environment.ts";
export { verifyStatement, type Statement } from "../crypto/statement.ts";
export type { Role } from "../protocol/control.ts";
export type { BurnChange, BurnPolicy, BurnCause } from "../protocol/burn-policy.ts";
