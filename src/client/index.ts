// The client SDK of ghost-session, for browsers and Node 22 or newer. The only barrel of the project.
export { createSession, joinSession } from "./start.ts";
export type { CreateOptions, JoinOptions, StartOptions } from "./start.ts";
export type { CallOptions, Invite, Session } from "./session.ts";
export type { SessionEnd } from "./session-parts.ts";
export type { Delivery } from "./conversation.ts";
export type {
  BurnReport,
  DropReason,
  Message,
  Person,
  SessionEvent,
  SessionEvents,
  SessionState,
} from "./events.ts";
export { GhostError, type GhostErrorCode } from "./error.ts";
export type { InviteTerms } from "./service-api.ts";
export { makeInviteLink, parseInviteLink, type InviteLink } from "./invite-link.ts";
export { platformEnvironment, type Environment, type SocketEvents, type SocketPort } from "./environment.ts";
export { verifyStatement, type Statement } from "../crypto/statement.ts";
export type { CreateRequest } from "../protocol/api.ts";
export type { Role } from "../protocol/control.ts";
export type { BurnChange, BurnPolicy, BurnCause } from "../protocol/burn-policy.ts";
