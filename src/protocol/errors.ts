// The one closed table of everything that can go wrong. HTTP and WebSocket both read it, so they cannot
// disagree. A code, its row and nothing else may leave the process: never a message, stack or cause.

/** One row of {@link ERRORS}. */
export interface ErrorRow {
  /** HTTP status of the problem+json answer (RFC 9110, RFC 9457). */
  readonly status: number;
  /**
   * WebSocket close code (RFC 6455 section 7.4.2), or null where the connection stays open and only an
   * `error` message is sent. 44xx is terminal: do not reconnect. 45xx is retryable: reconnect with backoff.
   */
  readonly close: number | null;
  /** Whether the same call can succeed later without being changed. */
  readonly retryable: boolean;
  /** What happened and what to do, for people. */
  readonly text: string;
}

const row = <const C extends number | null>(
  status: number,
  close: C,
  retryable: boolean,
  text: string,
): ErrorRow & { readonly close: C } => ({ status, close, retryable, text });

export const ERRORS = {
  // The caller's request or frame is not of the documented form.
  bad_request: row(
    400,
    null,
    false,
    "The request does not have the documented form. See the fields named in `at`.",
  ),
  bad_message: row(400, 4400, false, "A text frame was not a documented control message. Fix the client."),
  bad_frame: row(400, 4400, false, "A binary frame was not of a documented kind and layout. Fix the client."),
  frame_too_large: row(413, 4413, false, "The frame is larger than allowed. Send less at once."),
  body_too_large: row(413, null, false, "The request body is too large."),
  unsupported_media_type: row(415, null, false, "Send the body as application/json."),
  not_found: row(404, null, false, "There is nothing at this address. See /v1/openapi.json."),
  method_not_allowed: row(
    405,
    null,
    false,
    "This address does not answer that method. See the Allow header.",
  ),
  upgrade_required: row(426, null, false, "This address speaks WebSocket only. Send an upgrade request."),
  subprotocol_required: row(
    400,
    null,
    false,
    "Offer the WebSocket subprotocol ghost.v1 and ghost.token.<token>.",
  ),

  // Who is asking.
  unauthorised: row(401, 4401, false, "No valid token for this session. Ask its host for a new invite."),
  token_expired: row(401, 4401, false, "This invite has expired. Ask the host for a new one."),
  origin_forbidden: row(
    403,
    4403,
    false,
    "This web origin may not use the service. The operator can allow it.",
  ),
  forbidden: row(403, null, false, "Your role in this session does not allow that."),
  removed: row(403, 4403, false, "You were removed from this session, or you left it."),
  invite_revoked: row(403, 4403, false, "This invite was revoked. Ask the host for a new one."),
  invite_spent: row(
    403,
    4403,
    false,
    "This invite was used as often as it allows. Ask the host for a new one.",
  ),
  participant_unknown: row(404, null, false, "No such participant in this session."),
  invite_unknown: row(404, null, false, "No such invite in this session."),

  // Bounds of a session.
  connections_full: row(
    429,
    4510,
    true,
    "Too many connections are open. Close one of yours, resume one, or try again later.",
  ),
  session_full: row(409, 4409, false, "The session has as many participants as it allows."),
  invites_full: row(409, null, false, "Too many open invites. Revoke some first."),
  out_of_bounds: row(
    422,
    null,
    false,
    "A value is outside what this service allows. See the bounds in docs/api.md.",
  ),
  beyond_hard_cap: row(422, null, false, "A burn time can come closer, but never move past the hard cap."),
  deadline_in_past: row(
    422,
    null,
    false,
    "That burn time has already passed. To burn now, delete the session.",
  ),
  jurisdiction_unavailable: row(
    501,
    4451,
    false,
    "This deployment cannot keep a session in that jurisdiction.",
  ),

  // The assistant and its turns. None of these ends the connection.
  assistant_absent: row(409, null, false, "This session has no assistant. Choose one when creating it."),
  model_unknown: row(422, null, false, "This service does not offer that model. See /v1/models."),
  policy_unmet: row(
    422,
    null,
    false,
    "The model does not meet the policy that the session asks for. Choose another, see /v1/models.",
  ),
  offer_unknown: row(
    409,
    null,
    true,
    "That offer was used, has expired or was forgotten. Ask for a new one.",
  ),
  suite_unknown: row(
    400,
    null,
    false,
    "The service does not support that cipher suite. See docs/protocol.md.",
  ),
  turn_unknown: row(404, null, true, "Nothing is known of that turn. Send it again as its next attempt."),
  turn_invalid: row(400, null, false, "A record of the turn did not verify. Nothing was sent to a model."),
  turn_too_large: row(413, null, false, "The turn is larger than allowed. Send less context."),
  turns_full: row(429, null, true, "Too many turns are running. Wait until one has ended."),
  turn_timeout: row(504, null, true, "The model took too long. Try again."),
  answer_too_large: row(
    502,
    null,
    false,
    "The answer grew beyond what this service passes on. Ask for less.",
  ),
  provider_unavailable: row(502, null, true, "The model cannot be reached right now. Try again."),
  provider_limited: row(429, null, true, "The model's provider asks to slow down. Try again later."),
  provider_refused: row(
    502,
    null,
    false,
    "The model's provider refused the request. The operator can find out why.",
  ),
  provider_broken: row(
    502,
    null,
    true,
    "The model's provider broke off or sent what it should not. Try again.",
  ),
  pii_failed: row(500, null, true, "The scan for personal data failed, so nothing was sent. Try again."),

  // Life of a session and of a connection.
  burned: row(410, 4410, false, "The session has burned. Nothing of it is left here."),
  replaced: row(409, 4490, false, "This connection was resumed elsewhere. That one goes on."),
  rate_limited: row(
    429,
    null,
    true,
    "Too fast. The frame was not relayed; wait retryAfterMs and send it again.",
  ),
  flooding: row(429, 4529, true, "Too many refused frames. Reconnect after a pause and send more slowly."),
  slow: row(503, 4508, true, "This connection reads too slowly. Reconnect and resume."),
  vanished: row(408, 4504, true, "No keep-alive was heard. Reconnect and resume."),

  // The service itself.
  not_configured: row(
    503,
    4450,
    false,
    "The service is missing a secret. The operator finds the steps in docs/deploy.md.",
  ),
  unavailable: row(503, 4503, true, "The session cannot answer right now. Try again."),
  internal: row(500, 4500, true, "Something failed inside the service. Try again."),
} as const satisfies Record<string, ErrorRow>;

/** Every code that the service can answer. Closed: a client may switch over it exhaustively. */
export type ErrorCode = keyof typeof ERRORS;

/** What a code of the service means to this version: one that a later version has added says no more than `internal`. */
export function knownCode(code: string): ErrorCode {
  return Object.hasOwn(ERRORS, code) ? (code as ErrorCode) : "internal";
}

/** Close code of a connection that ended because its participant asked for that (RFC 6455 section 7.4.1). */
export const CLOSE_NORMAL = 1000;

/** Codes that end a connection. */
export type ClosingCode = {
  [C in ErrorCode]: (typeof ERRORS)[C]["close"] extends number ? C : never;
}[ErrorCode];

export function isClosing(code: ErrorCode): code is ClosingCode {
  return ERRORS[code].close !== null;
}

/** Close code of a connection that this error ends. */
export function closeCodeOf(code: ClosingCode): number {
  return ERRORS[code].close;
}

/** Standard close codes (RFC 6455 section 7.4.1) that say that this client is at fault, or is done. */
const FINAL_STANDARD_CODES: ReadonlySet<number> = new Set([CLOSE_NORMAL, 1002, 1003, 1007, 1008, 1009, 1010]);

/** True where a client may reconnect after this close code: all but 44xx and those that name a client's fault. */
export function isRetryableClose(code: number): boolean {
  return !FINAL_STANDARD_CODES.has(code) && !(code >= 4400 && code <= 4499);
}

/** Untrusted input and refused requests are values, not exceptions. */
export type Result<T> = Ok<T> | Refusal;
export interface Ok<T> {
  readonly ok: true;
  readonly value: T;
}
export interface Refusal {
  readonly ok: false;
  readonly code: ErrorCode;
  /** Where in the input, as field names and positions of ours only; never a value. */
  readonly at?: readonly string[];
}

export const ok = <T>(value: T): Ok<T> => ({ ok: true, value });
export const refuse = (code: ErrorCode, at?: readonly string[]): Refusal =>
  at === undefined ? { ok: false, code } : { ok: false, code, at };

/** Thrown where a refusal has to cross a call that cannot return one. Carries a code and no message. */
export class ServiceError extends Error {
  readonly code: ErrorCode;
  constructor(code: ErrorCode) {
    super(code);
    this.name = "ServiceError";
    this.code = code;
  }
}
