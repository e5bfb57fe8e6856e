// What a session is made of, and how it can end.
import type { BurnCause } from "../protocol/burn-policy.ts";
import { verifyStatement } from "../crypto/statement.ts";
import type { ChannelPort } from "./assistant/channel-port.ts";
import type { Privacy } from "./assistant/privacy.ts";
import type { Seal } from "../crypto/seal.ts";
import type { Environment } from "./environment.ts";
import type { GhostErrorCode } from "./error.ts";
import type { BurnReport } from "./events.ts";
import type { PinnedIdentity } from "./service-api.ts";

/** How a session ended for this client. */
export interface SessionEnd {
  readonly state: "burned" | "refused" | "left";
  /** why it was refused; null otherwise */
  readonly reason: GhostErrorCode | null;
  /** present where it burned */
  readonly burn: BurnReport | null;
}

/** What a session is made of, once it is known where and as whom to connect. */
export interface SessionParts {
  readonly environment: Environment;
  readonly session: string;
  /** address of the session's WebSocket */
  readonly url: string;
  /** invite or participant token */
  readonly token: string;
  /** owned by the session from here on, and zeroed at its end */
  readonly roomKey: Uint8Array<ArrayBuffer>;
  readonly identity: PinnedIdentity;
  readonly seal: Seal;
  /** Loads the channel's cryptography for this participant; called when the first question is asked. */
  readonly channel: (participant: string) => Promise<ChannelPort>;
  /** null: personal data is left to the service's scan */
  readonly privacy: Privacy | null;
  readonly name: string;
}

/** What calls get once the session is over. */
export function codeOfEnd(end: SessionEnd): GhostErrorCode {
  return end.state === "burned" ? "burned" : (end.reason ?? "ended");
}

/** Holds a statement against the pinned identity, this session and the cause that came with it. */
export async function reportBurn(
  { identity, session }: Pick<SessionParts, "identity" | "session">,
  cause: BurnCause | null,
  statement: string | null,
): Promise<BurnReport> {
  const signed = statement === null ? null : await verifyStatement(statement, identity.keys, session);
  // A genuine statement that tells another cause than the message around it proves nothing about either.
  return { cause, statement, verified: signed?.cause === cause ? signed : null };
}
