// Loads the channel's cryptography when the first question is asked: ML-KEM and HPKE are as large as the rest of the
// SDK, and many applications never ask.
import type { JSONWebKeySet } from "jose";
import type { ChannelPort } from "./channel-port.ts";

/** Key exchange of the channel: HPKE's MLKEM768-X25519 (0x647a), or DHKEM(X25519, HKDF-SHA256) (0x0020). */
export type ChannelSuite = "mlkem768-x25519" | "x25519";

export interface ChannelPlace {
  readonly session: string;
  /** keys of the pinned identity */
  readonly identity: JSONWebKeySet;
  readonly suite: ChannelSuite;
}

/** How to get the channel of a session, for a participant who is known once connected. */
export function channelLoader(place: ChannelPlace): (participant: string) => Promise<ChannelPort> {
  return async (participant) => {
    const { createChannel } = await import("./channel.ts");
    return createChannel(place, participant);
  };
}
