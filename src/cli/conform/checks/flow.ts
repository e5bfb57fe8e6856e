// Rates, sizes, places and acknowledgements. Each bound is met once, with as little as it takes.
import { FRAME_BURST_SECONDS, MARK_EVERY_BYTES, MAX_INVITES, MAX_REFUSALS, MAX_UNACKED_BYTES } from "../../../protocol/limits.ts"; // prettier-ignore
import { PING } from "../../../protocol/control.ts";
import { codeOf, type Context, type Seat } from "../context.ts";
import type { Heard } from "../peer.ts";
import { expectSame, expectThat, premise, Unmade, Violation, type Check } from "../verdict.ts";

/** bytes of one frame; with its header it fits into the smallest default of `limits.frameBytes`. */
const LARGE_BYTES = 65_000;
/** milliseconds in which a frame that comes alone has to arrive; the way there is part of it. */
const ALONE_WITHIN_MS = 2_000;
/** milliseconds; where a ping takes longer, the way there is slow or the machines at its ends are busy. */
const BUSY_MS = 250;
/** frames that come alone; a service that holds them back does so with each. */
const ALONE_TRIES = 3;
/** frames that are sent without waiting for their receipts. */
const PORTION = 6;
const BUNDLED = 30;

function marksIn(log: readonly Heard[]): string[] {
  return log.flatMap((each) =>
    each.kind === "control" && each.control.type === "mark" ? [each.control.mark] : [],
  );
}

/**
 * Sends more than anybody may leave unacknowledged to a reader who acknowledges nothing of its own accord, in
 * portions: whoever does acknowledge has the time to. Nobody is slow by the pace alone.
 */
async function sendTooMuch(context: Context, afterPortion: (reader: Seat) => void): Promise<void> {
  const created = await context.create();
  const portions = Math.ceil(MAX_UNACKED_BYTES / (PORTION * LARGE_BYTES)) + 1;
  context.needFrames(created, portions * PORTION + 1);
  const host = await context.host(created);
  const reader = await context.guest(created, {}, { acks: false });
  for (let portion = 0; portion < portions; portion++) {
    for (let ref = 0; ref < PORTION; ref++) host.peer.relay(ref, new Uint8Array(LARGE_BYTES));
    await premise("sending 2 MiB", host.peer.frames(PORTION));
    afterPortion(reader);
  }
  expectSame((await reader.peer.closed()).reason, "slow", "reason of the close of a slow reader");
  await context.fence(host, await context.guest(created));
}

/** milliseconds that one frame took on its way when nothing else was, and a ping before it. */
async function timeAlone({ peer: from }: Seat, { peer: to }: Seat, ref: number): Promise<[number, number]> {
  const start = performance.now();
  to.say(PING);
  await premise(
    "a ping",
    to.next((each) => (each.kind === "pong" ? true : undefined), "pong"),
  );
  const sent = performance.now();
  const alone = new Uint8Array([200, ref]);
  from.relay(ref, alone);
  await to.heardContent(alone);
  return [performance.now() - sent, sent - start];
}

/** Throws where every frame that came alone took too long, unless a ping took its time as well. */
async function expectAtOnce(from: Seat, to: Seat): Promise<void> {
  const pings: number[] = [];
  let tookMs = 0;
  for (let ref = 1; ref <= ALONE_TRIES; ref++) {
    const [aloneMs, pingMs] = await timeAlone(from, to, ref);
    if (aloneMs < ALONE_WITHIN_MS) return;
    pings.push(pingMs);
    tookMs = aloneMs;
  }
  if (Math.max(...pings) > BUSY_MS) throw new Unmade("pings take long as well: something on the way is busy");
  throw new Violation(`a frame that came alone took ${String(Math.round(tookMs))} ms`);
}

export const FLOW_CHECKS: readonly Check[] = [
  {
    rules: ["FLOW1"],
    tries: `a mark follows after ${String(MARK_EVERY_BYTES)} bytes, a new one each time`,
    run: async (context) => {
      const created = await context.create();
      const host = await context.host(created);
      const guest = await context.guest(created);
      for (const ref of [1, 3]) {
        for (const each of [ref, ref + 1]) host.peer.relay(each, new Uint8Array(40_000));
        await guest.peer.control("mark");
      }
      await context.fence(host, guest);
      const marks = marksIn(guest.peer.log);
      expectSame(new Set(marks).size, marks.length, "marks that differ");
      expectSame(marksIn(host.peer.log), [], "marks to a connection that was sent next to nothing");
    },
  },
  {
    rules: ["FLOW2"],
    tries: "who acknowledges nothing of more than 2 MiB is closed as slow; the sender goes on",
    run: (context) => sendTooMuch(context, () => undefined),
  },
  {
    rules: ["FLOW3"],
    tries: "who acknowledges more than 2 MiB with marks that nobody sent is closed as slow",
    run: (context) =>
      sendTooMuch(context, ({ peer }) => {
        peer.say({ type: "ack", mark: "A".repeat(8) });
      }),
  },
  {
    rules: ["FLOW4"],
    tries: "beyond the rate a frame is refused with its reference and a time to wait; a flood is closed",
    run: async (context) => {
      const created = await context.create({}, { limits: { framesPerSecond: 1 } });
      const { peer } = await context.host(created);
      const more = FRAME_BURST_SECONDS + 2;
      // In one message each, so that no time passes between frames: a slow way there earns none of them a place.
      peer.bundle(
        1,
        Array.from({ length: more }, () => new Uint8Array([1])),
      );
      const refused = await peer.control("error");
      expectSame([refused.code, refused.retryable], ["rate_limited", true], "a frame beyond the rate");
      expectThat((refused.ref ?? 0) > FRAME_BURST_SECONDS, "the refusal does not name the refused frame");
      expectThat((refused.retryAfterMs ?? 0) > 0, "the refusal does not say how long to wait");
      const flood = MAX_REFUSALS + 10;
      peer.bundle(
        more + 1,
        Array.from({ length: flood }, () => new Uint8Array([1])),
      );
      expectSame((await peer.closed()).reason, "flooding", "a flood of frames beyond the rate");
    },
  },
  {
    rules: ["FLOW5"],
    tries: "the largest frame of a session is relayed, one byte more is frame_too_large",
    run: async (context) => {
      const created = await context.create({}, { limits: { frameBytes: 1_024 } });
      const host = await context.host(created);
      const guest = await context.guest(created);
      host.peer.relay(1, new Uint8Array(1_024 - 5));
      await guest.peer.heardContent(new Uint8Array(1_024 - 5));
      host.peer.relay(2, new Uint8Array(1_024 - 4));
      expectSame((await host.peer.control("error")).code, "frame_too_large", "one byte more");
      await premise("the close", host.peer.closed());
    },
  },
  {
    rules: ["FLOW6"],
    tries: `a session for two takes no third (session_full), and no more than ${String(MAX_INVITES)} invites (invites_full)`,
    run: async (context) => {
      const created = await context.create({}, { limits: { participants: 2 } });
      const { token } = await context.invite(created, { uses: 5 });
      await context.join(created.id, token);
      const third = await context.connect(created.id, token);
      expectSame(await third.admitted(), "session_full", "a third participant");
      for (let open = 1; open < MAX_INVITES; open++) await context.invite(created);
      const refused = await context.call("POST", created.links.invites, {
        token: created.hostToken,
        body: {},
      });
      expectSame([refused.status, codeOf(refused)], [409, "invites_full"], "one invite more");
    },
  },
  {
    rules: ["FLOW8"],
    tries: `a frame that comes alone arrives at once; ${String(BUNDLED)} that come together leave in order, joined`,
    run: async (context) => {
      const created = await context.create();
      context.needFrames(created, BUNDLED + ALONE_TRIES + 1);
      const host = await context.host(created);
      const guest = await context.guest(created);
      await context.fence(host, guest);
      await expectAtOnce(host, guest);
      const from = guest.peer.log.length;
      host.peer.bundle(
        ALONE_TRIES + 1,
        Array.from({ length: BUNDLED }, (_, index) => new Uint8Array([index])),
      );
      const contents = await guest.peer.contents(BUNDLED);
      expectSame(
        contents.map(([value]) => value),
        Array.from({ length: BUNDLED }, (_, index) => index),
        "their order",
      );
      const messages = new Set(
        guest.peer.log.slice(from).map((each) => (each.kind === "frame" ? each.message : 0)),
      );
      expectThat(messages.size < BUNDLED / 2, `they came in ${String(messages.size)} messages`);
    },
  },
];
