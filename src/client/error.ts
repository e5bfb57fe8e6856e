// The one error class of the SDK. Its code comes from a closed list; it carries no message of a platform, no
// address and nothing of the content.
import { ERRORS, type ErrorCode } from "../protocol/errors.ts";

/** What can go wrong on the client's side, with the text for people. */
const CLIENT_ERRORS = {
  link_malformed: "This is not an invite link of a ghost session.",
  link_truncated: "The invite link is cut off. Copy the whole of it, up to the last character.",
  link_insecure: "A service is reached by https:, or by http: on this very machine.",
  wrong_deployment:
    "What answers there is not the service that the link, or the creator, names. Do not trust it.",
  unreachable: "The service could not be reached.",
  platform_unsupported:
    "This platform lacks WebSocket, fetch or Web Crypto. Use Node 22 or newer, or a page served by https:.",
  protocol_violation:
    "The service and this client do not understand each other. The connection was given up.",
  aborted: "The caller gave up.",
  ended: "The session is over, or this client has left it.",
  queue_full: "Too much is waiting to be sent. Wait for earlier messages to be delivered.",
  message_too_large: "The message is too long for this session.",
  name_invalid: "A name has at most 96 bytes and no control characters.",
  delivery_unknown: "The message was sent, but whether it was relayed is not known.",
  answer_cut: "The answer was cut off. Ask again; what arrived is not the whole of it.",
  answer_forged: "The answer was tampered with on its way. Do not trust the rest of it; ask again.",
  offer_invalid: "The service's key does not carry the signature of its identity. Nothing was sent.",
  terms_changed: "The assistant's terms changed. Look at them again, then ask again. Nothing was sent.",
  ask_failed: "The question could not be encrypted on this device. Nothing was sent.",
  attempts_spent: "This question was asked as often as one can be. Ask it as a new one.",
  misuse: "The call does not have the documented form.",
} as const;

/** Codes of {@link GhostError}: those of the service (see docs/api.md) and those of the client. Closed. */
export type GhostErrorCode = ErrorCode | keyof typeof CLIENT_ERRORS;

/** Everything that the SDK throws or rejects with. Switch over `code`; `message` is for people and may change. */
export class GhostError extends Error {
  readonly code: GhostErrorCode;

  constructor(code: GhostErrorCode) {
    super(
      code in CLIENT_ERRORS
        ? CLIENT_ERRORS[code as keyof typeof CLIENT_ERRORS]
        : ERRORS[code as ErrorCode].text,
    );
    this.name = "GhostError";
    this.code = code;
  }
}

/** Throws `aborted` where the signal says so. */
export function checkAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new GhostError("aborted");
}
