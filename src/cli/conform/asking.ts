// The asking side of a turn: takes offers, seals questions to them, and opens answers. It asks the mirror alone, which
// every deployment offers and nobody pays for. What it cannot do leaves a check unmade, as everything that sets a scene.
import { randomId, sha256, toBase64Url } from "../../crypto/bytes.ts";
import type { AnswerSummary } from "../../crypto/channel/answer-content.ts";
import type { AnswerOpener } from "../../crypto/channel/answer-opener.ts";
import { verifyOffer, type VerifiedOffer } from "../../crypto/channel/offer.ts";
import { encodeTurn } from "../../crypto/channel/request-content.ts";
import { startRequest } from "../../crypto/channel/request-sealer.ts";
import type { Created } from "../../protocol/api.ts";
import { parseAnswerFrame } from "../../protocol/channel-frames.ts";
import { ID_BYTES, NONCE_BYTES } from "../../protocol/ids.ts";
import type { Context, Seat } from "./context.ts";
import type { Heard } from "./peer.ts";
import { premise, Unmade, Violation } from "./verdict.ts";
import { OPCODE } from "./web-socket.ts";

type Frame = Uint8Array<ArrayBuffer>;

/** The assistant that is asked. Without a look for personal data, so that it says what it was asked. */
export const MIRROR = { model: "mirror", pii: "off" } as const;

export interface Question {
  readonly text?: string;
  /** the padded request itself, where it is one that nobody would make */
  readonly padded?: Frame;
  /** bytes of each record but the last; all in one where absent */
  readonly recordBytes?: number;
  /** who is said to ask, where it is somebody else */
  readonly participant?: string;
}

/** One attempt, sealed and not yet sent. */
export interface Sealed {
  readonly turn: string;
  readonly frames: readonly Frame[];
  readonly opener: AnswerOpener;
}

export interface WholeAnswer {
  readonly text: string;
  readonly complete: boolean;
  readonly summary: AnswerSummary;
}

/** A session with the mirror. */
export function createWithMirror(
  context: Context,
  burn: Readonly<Record<string, unknown>> = {},
  assistant: Readonly<Record<string, unknown>> = MIRROR,
): Promise<Created> {
  return context.create(burn, { assistant });
}

/** Asks for an offer; null where what comes does not verify. */
export async function requestOffer(
  context: Context,
  { id }: Created,
  { peer, welcome }: Seat,
): Promise<VerifiedOffer | null> {
  const nonce = randomId(NONCE_BYTES);
  peer.say({ type: "offer", nonce });
  const { offer } = await peer.control("offer");
  const connection = await sha256(welcome.resume);
  return verifyOffer(offer, context.shared.keys, { session: id, connection, nonce });
}

/** An offer that is good. */
export async function takeOffer(context: Context, created: Created, seat: Seat): Promise<VerifiedOffer> {
  const offer = await premise("asking for an offer", requestOffer(context, created, seat));
  if (offer === null) throw new Unmade("an offer does not verify");
  return offer;
}

/** Seals a question to an offer, with the suite that takes the fewest bytes. */
export async function seal(
  offer: VerifiedOffer,
  { welcome }: Seat,
  { text = "Is anybody there?", padded, recordBytes, participant = welcome.participant }: Question = {},
): Promise<Sealed> {
  const turn = randomId(ID_BYTES);
  const place = { session: offer.session, participant, turn, attempt: 1 };
  const request = await startRequest(offer, place, "0020");
  const bytes = padded ?? encode(text);
  const size = recordBytes ?? bytes.length;
  const frames: Frame[] = [];
  for (let at = 0; at < bytes.length; at += size) {
    frames.push(await request.seal(bytes.subarray(at, at + size), at + size >= bytes.length));
  }
  return { turn, frames, opener: request.answer() };
}

/** Sends frames as they are. */
export function send({ peer }: Seat, frames: readonly Frame[]): void {
  for (const frame of frames) peer.frame(OPCODE.binary, frame);
}

/** What is said next of an attempt: "accepted", or the code of its refusal. */
export function outcomeOf({ peer }: Seat, { turn }: Pick<Sealed, "turn">): Promise<string> {
  return peer.next((heard) => {
    if (heard.kind !== "control") return undefined;
    const { control } = heard;
    if (control.type === "turn_accepted" && control.turn === turn) return "accepted";
    return control.type === "turn_refused" && control.turn === turn ? control.code : undefined;
  }, '"turn_accepted" or "turn_refused"');
}

/** Whether this is a record of the attempt's answer. */
export function isRecordOf(heard: Heard, { turn }: Pick<Sealed, "turn">): boolean {
  if (heard.kind !== "record") return false;
  const place = parseAnswerFrame(heard.bytes);
  return place !== null && toBase64Url(place.turn) === turn;
}

/** Opens the next record; null before the final one. Rejects with a {@link Violation} where it does not verify. */
async function nextRecord(
  { peer }: Seat,
  sealed: Sealed,
): Promise<{ text: string; end: Omit<WholeAnswer, "text"> | null }> {
  const bytes = await peer.next(
    (heard) => (heard.kind === "record" && isRecordOf(heard, sealed) ? heard.bytes : undefined),
    "a record of the answer",
  );
  const step = await sealed.opener.push(bytes);
  if (!step.ok) throw new Violation(`a record of the answer does not verify (${step.reason})`);
  return step;
}

/** Opens the answer to its end, which is told to the service. */
export async function wholeAnswer(seat: Seat, sealed: Sealed): Promise<WholeAnswer> {
  let text = "";
  for (;;) {
    const step = await nextRecord(seat, sealed);
    text += step.text;
    if (step.end === null) continue;
    seat.peer.say({ type: "turn_done", turn: sealed.turn, attempt: 1 });
    return { text, ...step.end };
  }
}

/** Asks, and opens the answer. */
export async function ask(
  context: Context,
  created: Created,
  seat: Seat,
  question: Question = {},
): Promise<WholeAnswer> {
  const sealed = await seal(await takeOffer(context, created, seat), seat, question);
  send(seat, sealed.frames);
  return wholeAnswer(seat, sealed);
}

function encode(text: string): Frame {
  const messages = [{ role: "user" as const, content: new TextEncoder().encode(text) }];
  const encoded = encodeTurn({ messages, maxTokens: null, temperature: null, firstToken: null, keep: [] });
  if (!encoded.ok) throw new Unmade("the question could not be encoded");
  return encoded.value;
}
