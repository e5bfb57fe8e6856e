// What a turn is given, and what it may use.
import type { AssistantTerms } from "../../protocol/assistant.ts";
import type { Environment } from "../environment.ts";
import type { AnswerSource } from "./answer.ts";
import type { ChannelPort } from "./channel-port.ts";
import type { OfferDesk } from "./offer-desk.ts";
import type { PreparedRequest } from "./request.ts";

/** A live connection that a turn may use. */
export interface Link {
  /** resume secret of the connection: offers are bound to it */
  readonly secret: string;
  send(data: string | Uint8Array<ArrayBuffer>): void;
}

export interface TurnParts {
  readonly environment: Environment;
  readonly channel: () => Promise<ChannelPort>;
  readonly turn: string;
  readonly firstAttempt: number;
  /** what the application saw and accepted; an offer of other terms is refused */
  readonly terms: AssistantTerms;
  /** Makes the request, once. Its bytes are zeroed when the turn no longer needs them. */
  readonly prepare: () => Promise<PreparedRequest>;
  readonly source: AnswerSource;
  readonly offers: Pick<OfferDesk, "take" | "release" | "isFresh">;
  /** the request of an attempt leaves by the connection that this client is on */
  readonly leaving: (attempt: number) => void;
  /** the turn is over, or goes on under another attempt */
  readonly changed: () => void;
}
