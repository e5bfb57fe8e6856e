// Turns with the mirror: terms, offers, requests that are refused, and who hears what of an answer.
import { isDeepStrictEqual } from "node:util";
import type { AssistantTerms } from "../../../protocol/assistant.ts";
import { encodeRequestFrame } from "../../../protocol/channel-frames.ts";
import { PING } from "../../../protocol/control.ts";
import { ID_BYTES, NONCE_BYTES } from "../../../protocol/ids.ts";
import { MAX_OFFERS, OFFER_BURST, REQUEST_RECORD_BYTES } from "../../../protocol/limits.ts";
import { randomId } from "../../../crypto/bytes.ts";
import {
  ask,
  createWithMirror,
  isRecordOf,
  MIRROR,
  outcomeOf,
  requestOffer,
  seal,
  send,
  takeOffer,
  wholeAnswer,
  type Sealed,
} from "../asking.ts";
import type { Context, Seat } from "../context.ts";
import { expectSame, expectThat, premise, type Check } from "../verdict.ts";
import { OPCODE } from "../web-socket.ts";

type Frame = Uint8Array<ArrayBuffer>;

/** bytes; a request of that many characters has three records of this size, an answer to it several. */
const RECORD_BYTES = 1_024;
const LONG_TEXT = "Nobody needs to know. ".repeat(100);
/** A first record that belongs to nothing. */
function strayRecord(): Frame {
  const random = (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes));
  const start = { suite: "0020", keyId: random(ID_BYTES), enc: random(32) } as const;
  const ciphertext = random(RECORD_BYTES);
  return encodeRequestFrame({ turn: random(ID_BYTES), attempt: 1, index: 0, final: true, start, ciphertext });
}

/** A copy with one byte changed; from the end where `at` is negative. */
function altered(frame: Frame | undefined, at: number): Frame {
  const copy = new Uint8Array(frame ?? []);
  const index = at < 0 ? copy.length + at : at;
  copy[index] = (copy[index] ?? 0) ^ 1;
  return copy;
}

/** A copy whose header names the second attempt, where it was sealed for the first. */
function ofAnotherAttempt(frame: Frame): Frame {
  const copy = new Uint8Array(frame);
  copy[2 + ID_BYTES + 1] = 2;
  return copy;
}

/** Requests that must not be taken: what is sent of one whose records are all right. */
const SPOILED: readonly (readonly [what: string, spoil: (sealed: Sealed) => Frame[]])[] = [
  ["a record with a bit turned", ({ frames: [a, b, ...rest] }) => [...(a ? [a] : []), altered(b, -20), ...rest]],
  ["a record left out", ({ frames: [a, , ...rest] }) => [...(a ? [a] : []), ...rest]],
  ["a record twice", ({ frames: [a, ...rest] }) => [...(a ? [a, a] : []), ...rest]],
  ["a record that is cut", ({ frames: [a, b] }) => [...(a ? [a] : []), ...(b ? [b.slice(0, -1)] : [])]],
  ["records of another attempt", ({ frames }) => frames.map(ofAnotherAttempt)],
]; // prettier-ignore

function recordsIn({ peer }: Seat, sealed: Sealed): number {
  return peer.log.filter((heard) => isRecordOf(heard, sealed)).length;
}

async function expectAssistantAbsent(context: Context): Promise<void> {
  const { peer } = await context.host(await context.create());
  peer.say({ type: "offer", nonce: randomId(NONCE_BYTES) });
  expectSame((await peer.control("error")).code, "assistant_absent", "an offer without an assistant");
  peer.frame(OPCODE.binary, strayRecord());
  const { code } = await peer.control("turn_refused");
  expectSame(code, "assistant_absent", "a record without an assistant");
  peer.say(PING);
  await peer.next((each) => (each.kind === "pong" ? true : undefined), "pong");
}

export const TURN_CHECKS: readonly Check[] = [
  {
    rules: ["TURN1"],
    tries:
      "creation, state, every welcome and the offer tell the same terms; without an assistant there is none",
    run: async (context) => {
      const created = await createWithMirror(context);
      const [host, guest] = [await context.host(created), await context.guest(created)];
      const state = await context.call("GET", created.links.self, { token: created.hostToken });
      const { terms } = await takeOffer(context, created, host);
      const told: Readonly<Record<string, AssistantTerms | null | undefined>> = {
        state: (state.body as { assistant?: AssistantTerms } | undefined)?.assistant,
        "the creator's welcome": host.welcome.assistant,
        "a guest's welcome": guest.welcome.assistant,
        "the offer": terms,
      };
      expectSame([created.assistant?.model, created.assistant?.pii], [MIRROR.model, MIRROR.pii], "the terms");
      for (const [where, seen] of Object.entries(told)) {
        expectThat(
          isDeepStrictEqual(seen, created.assistant),
          `${where} tells other terms than creation did`,
        );
      }
      await expectAssistantAbsent(context);
    },
  },
  {
    rules: ["TURN2"],
    tries: `an offer serves its connection only, of more than ${String(MAX_OFFERS)} the oldest goes, and asking has a rate`,
    run: async (context) => {
      const created = await createWithMirror(context);
      const [host, tab] = [await context.host(created), await context.host(created)];
      const other = await seal(await takeOffer(context, created, host), tab);
      send(tab, other.frames);
      expectSame(await outcomeOf(tab, other), "offer_unknown", "an offer of another connection");
      const offers = [];
      for (let count = 0; count <= MAX_OFFERS; count++) offers.push(await takeOffer(context, created, tab));
      const seen: string[] = [];
      for (const offer of offers) {
        const sealed = await seal(offer, tab);
        send(tab, sealed.frames);
        seen.push(await outcomeOf(tab, sealed));
        if (seen.at(-1) === "accepted") await premise("an answer", wholeAnswer(tab, sealed));
      }
      expectSame(
        seen,
        ["offer_unknown", ...Array.from({ length: MAX_OFFERS }, () => "accepted")],
        "uses of them",
      );
      const { peer } = await context.guest(created);
      for (let count = 0; count <= OFFER_BURST; count++)
        peer.say({ type: "offer", nonce: randomId(NONCE_BYTES) });
      expectSame((await peer.control("error")).code, "rate_limited", "one offer too many at once");
    },
  },
  {
    rules: ["TURN3", "CHAN5"],
    tries: "a request that is sent again, and one whose first record came spoiled before, find no key",
    run: async (context) => {
      const created = await createWithMirror(context);
      const host = await context.host(created);
      const once = await seal(await takeOffer(context, created, host), host);
      send(host, [...once.frames, ...once.frames]);
      await premise("a question", host.peer.control("turn_accepted"));
      expectSame((await host.peer.control("turn_refused")).code, "offer_unknown", "the same request again");
      const spoiled = await seal(await takeOffer(context, created, host), host);
      send(host, [altered(spoiled.frames[0], -1)]);
      await premise("a spoiled request", host.peer.control("turn_refused"));
      send(host, spoiled.frames);
      const { code } = await host.peer.control("turn_refused");
      expectSame(code, "offer_unknown", "a request whose key a spoiled record took");
    },
  },
  {
    rules: ["TURN4", "CHAN3", "CHAN4"],
    tries: `${String(SPOILED.length + 2)} spoiled requests are refused without an answer, and the next one is answered`,
    run: async (context) => {
      const created = await createWithMirror(context);
      const host = await context.host(created);
      const refused: Sealed[] = [];
      const expectInvalid = async (what: string, sealed: Sealed, frames = sealed.frames): Promise<void> => {
        send(host, frames);
        const { code } = await host.peer.next((heard) => {
          if (heard.kind !== "control") return undefined;
          const { control } = heard;
          if (control.type === "turn_accepted") return { code: "accepted" };
          return control.type === "turn_refused" ? control : undefined;
        }, `a refusal of ${what}`);
        expectSame(code, "turn_invalid", what);
        refused.push(sealed);
      };
      for (const [what, spoil] of SPOILED) {
        const offer = await takeOffer(context, created, host);
        const sealed = await seal(offer, host, { text: LONG_TEXT, recordBytes: RECORD_BYTES });
        await expectInvalid(what, sealed, spoil(sealed));
      }
      const participant = randomId(ID_BYTES);
      const strange = await seal(await takeOffer(context, created, host), host, { participant });
      await expectInvalid("records of another participant", strange);
      const padded = new Uint8Array(RECORD_BYTES).fill(7);
      const odd = await seal(await takeOffer(context, created, host), host, { padded });
      await expectInvalid("content of another form", odd);
      await premise("a question after them", ask(context, created, host));
      expectSame(refused.map((sealed) => recordsIn(host, sealed)), refused.map(() => 0), "records of their answers"); // prettier-ignore
    },
  },
  {
    rules: ["TURN12"],
    tries: "with messages: 2 a question counts, the others are told so, and the second one burns",
    run: async (context) => {
      const created = await createWithMirror(context, { messages: 2 });
      const [host, guest] = [await context.host(created), await context.guest(created)];
      await premise("a question", ask(context, created, host));
      const { deadlines } = await guest.peer.control("deadlines");
      expectSame(deadlines.messagesLeft, 1, "messages left after a question");
      const last = await seal(await takeOffer(context, created, host), host);
      send(host, last.frames);
      expectSame((await guest.peer.control("burned")).cause, "messages", "cause of the burn");
      expectSame(recordsIn(host, last), 0, "records of an answer to the last one");
    },
  },
  {
    rules: ["TURN14"],
    tries: "two ask at once and hear of their own turn only; to resume somebody else's is turn_unknown",
    run: async (context) => {
      const created = await createWithMirror(context);
      const seats = [await context.host(created), await context.guest(created)] as const;
      const asked: { seat: Seat; sealed: Sealed }[] = [];
      for (const seat of seats) {
        asked.push({ seat, sealed: await seal(await takeOffer(context, created, seat), seat, { text: LONG_TEXT, recordBytes: REQUEST_RECORD_BYTES }) }); // prettier-ignore
      }
      for (const { seat, sealed } of asked) send(seat, sealed.frames);
      const [host, guest] = seats;
      const [first] = asked;
      if (first !== undefined) {
        await premise("a question", outcomeOf(host, first.sealed));
        // Over a connection of its own, which has no answer to pass over.
        const tab = await context.join(created.id, guest.welcome.token);
        tab.peer.say({ type: "turn_resume", turn: first.sealed.turn, attempt: 1, index: 0 });
        expectSame(await outcomeOf(tab, first.sealed), "turn_unknown", "a turn of somebody else");
      }
      for (const { seat, sealed } of asked) {
        const { complete } = await premise("an answer", wholeAnswer(seat, sealed));
        expectThat(complete, "an answer is not complete");
      }
      for (const { seat, sealed } of asked) {
        const others = seats.filter((each) => each !== seat);
        expectSame(others.map((each) => recordsIn(each, sealed)), [0], "records that somebody else got"); // prettier-ignore
      }
    },
  },
  {
    rules: ["TURN15"],
    tries: "with pii required the mirror got a token for an address, and the asker gets the address back",
    run: async (context) => {
      const created = await createWithMirror(context, {}, { model: MIRROR.model, pii: "required" });
      const host = await context.host(created);
      const address = "nobody@conformance.example";
      const question = { text: `Please write to ${address} today.` };
      const { text, summary } = await premise("a question", ask(context, created, host, question));
      expectThat(!text.includes(address), "what the model got has the address");
      const [redaction] = summary.redactions;
      const told = [summary.redactions.length, redaction?.value, redaction?.places];
      expectSame(told, [1, address, [[0, "Please write to ".length]]], "what the asker is told");
      expectThat(text.includes(redaction?.token ?? " "), "what the model got has not the token");
    },
  },
  {
    rules: ["CHAN2"],
    tries: "an answer of several records opens in order up to a final one, whose transcript is the client's",
    run: async (context) => {
      const created = await createWithMirror(context);
      const host = await context.host(created);
      const sealed = await seal(await takeOffer(context, created, host), host, { text: LONG_TEXT, recordBytes: RECORD_BYTES }); // prettier-ignore
      send(host, sealed.frames);
      await premise("a question", outcomeOf(host, sealed));
      const { complete, summary } = await wholeAnswer(host, sealed);
      expectSame([complete, summary.finish], [true, "stop"], "how the answer ended");
      expectThat(recordsIn(host, sealed) > 1, "the answer has one record only");
    },
  },
  {
    rules: ["CHAN7"],
    tries: "two offers verify under the published identity, each for its session, connection and nonce",
    run: async (context) => {
      const created = await createWithMirror(context);
      const host = await context.host(created);
      const offers = [await requestOffer(context, created, host), await requestOffer(context, created, host)];
      expectSame(offers.map((offer) => offer !== null), [true, true], "whether the offers verify"); // prettier-ignore
      expectThat(offers[0]?.keyId !== offers[1]?.keyId, "both offers have the same key");
    },
  },
];
