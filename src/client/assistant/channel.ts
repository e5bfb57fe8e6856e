// The channel's cryptography for turns: verifies offers, seals requests, opens answers. Loaded on demand; it keeps no
// state of its own.
import { sha256, toBase64Url } from "../../crypto/bytes.ts";
import type { AnswerOpener } from "../../crypto/channel/answer-opener.ts";
import { verifyOffer, type VerifiedOffer } from "../../crypto/channel/offer.ts";
import { startRequest } from "../../crypto/channel/request-sealer.ts";
import { parseRecordPlace, type SuiteName } from "../../protocol/channel-frames.ts";
import type { ChannelPlace, ChannelSuite } from "./channel-loader.ts";
import type { ChannelPort, OpenedAnswer } from "./channel-port.ts";
import { locate } from "./redacted-places.ts";

const SUITE_NAMES: Readonly<Record<ChannelSuite, SuiteName>> = {
  "mlkem768-x25519": "647a",
  x25519: "0020",
};

export function createChannel({ session, identity, suite }: ChannelPlace, participant: string): ChannelPort {
  return {
    openOffer: async (jws, { secret, nonce }) =>
      verifyOffer(jws, identity, { session, connection: await sha256(secret), nonce: toBase64Url(nonce) }),
    sealRequest: async (offer, { turn, attempt, request, contents }) => {
      const place = { session, participant, turn, attempt };
      const sealer = await startRequest(offer as VerifiedOffer, place, SUITE_NAMES[suite]);
      const frames = await sealer.sealAll(request);
      return { frames, answer: openedAnswer(sealer.answer(), contents), suite };
    },
  };
}

function openedAnswer(opener: AnswerOpener, contents: readonly string[]): OpenedAnswer {
  return {
    get next() {
      return opener.next;
    },
    async open(frame) {
      // Records are sent again from where the last connection is known to have stopped, which may be too early.
      const place = parseRecordPlace(frame);
      if (place !== null && place.index < opener.next) return { ok: false, reason: "repeated" };
      const step = await opener.push(frame);
      if (!step.ok) return { ok: false, reason: "invalid" };
      if (step.end === null) return { ok: true, text: step.text, end: null };
      const { finish, error, usage, redactions: told } = step.end.summary;
      const redactions = locate(told, contents);
      const end = { finish, error, usage, redactions, complete: step.end.complete };
      return { ok: true, text: step.text, end };
    },
    close: () => {
      opener.close();
    },
  };
}
