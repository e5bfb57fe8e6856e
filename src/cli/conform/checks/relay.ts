// Content: that it is relayed as it came, in one order, and comes again for those who were away.
import { formatResume } from "../../../protocol/control.ts";
import { toBase64Url } from "../../../crypto/bytes.ts";
import { LATE_MS } from "../bounds.ts";
import type { Context, Seat } from "../context.ts";
import { isContent, type Heard } from "../peer.ts";
import { expectSame, expectThat, premise, type Check } from "../verdict.ts";

/** bytes; larger than the replay window by a fifth, in frames within the burst of the smallest default rate. */
const OVERFLOW = { frames: 20, bytes: 62_000 } as const;

/** Where each frame stood in the session's order. */
function seqsIn(log: readonly Heard[]): number[] {
  return log.flatMap((each) => (each.kind === "frame" ? [each.frame.seq] : []));
}

function one(value: number): Uint8Array {
  return new Uint8Array([value]);
}

function resumeOf(
  { welcome }: Seat,
  seq: number,
  more: Partial<Parameters<typeof formatResume>[0]> = {},
): string {
  return formatResume({ epoch: welcome.epoch, seq, secret: welcome.resume, ...more });
}

/** Closes a connection and waits until it is gone. */
async function hangUp({ peer }: Seat): Promise<void> {
  peer.close();
  await premise("closing", peer.closed());
}

/** Sends frames with these values and waits until the session has taken them. */
async function say(context: Context, from: Seat, to: Seat, values: readonly number[]): Promise<void> {
  for (const value of values) from.peer.relay(value, one(value));
  await context.fence(from, to);
}

function valuesIn(log: readonly Heard[], most: number): number[] {
  return log.flatMap((each) => {
    if (each.kind !== "frame" || each.frame.kind !== "relay") return [];
    const [value = 0, ...rest] = each.frame.sealed;
    return rest.length === 0 && value <= most ? [value] : [];
  });
}

export const RELAY_CHECKS: readonly Check[] = [
  {
    rules: ["RULE7"],
    tries:
      "every byte value, one byte and the largest frame arrive byte for byte; no text message holds content",
    run: async (context) => {
      const created = await context.create();
      const host = await context.host(created);
      const guest = await context.guest(created);
      const canary = crypto.getRandomValues(new Uint8Array(24));
      const contents = [
        one(0),
        Uint8Array.from({ length: 256 }, (_, value) => value),
        canary,
        crypto.getRandomValues(new Uint8Array(Math.min(created.limits.frameBytes, 65_536) - 5)),
      ];
      for (const [ref, content] of contents.entries()) host.peer.relay(ref, content);
      const heard = await guest.peer.contents(contents.length);
      for (const [index, content] of contents.entries()) {
        expectThat(
          Buffer.compare(heard[index] ?? one(1), content) === 0,
          `frame ${String(index + 1)} was changed`,
        );
      }
      const texts = [...host.peer.log, ...guest.peer.log].flatMap((each) =>
        "raw" in each ? [each.raw] : [],
      );
      const forms = [
        toBase64Url(canary),
        Buffer.from(canary).toString("base64"),
        Buffer.from(canary).toString("hex"),
      ];
      expectThat(
        !texts.some((text) => forms.some((form) => text.includes(form))),
        "a text message holds content",
      );
    },
  },
  {
    rules: ["SEQ1"],
    tries: "frames of two senders have numbers without gap or repeat on both; the sender gets receipts",
    run: async (context) => {
      const created = await context.create();
      const host = await context.host(created);
      const guest = await context.guest(created);
      for (const ref of [1, 2, 3]) {
        host.peer.relay(100 + ref, one(ref));
        guest.peer.relay(200 + ref, one(10 + ref));
      }
      for (const [{ peer }, first] of [
        [host, 101],
        [guest, 201],
      ] as const) {
        const frames = await peer.frames(6);
        expectSame(
          frames.map(({ seq }) => seq),
          [1, 2, 3, 4, 5, 6],
          "numbers of the frames",
        );
        const refs = frames.flatMap((frame) => (frame.kind === "receipt" ? [frame.ref] : []));
        expectSame(refs, [first, first + 1, first + 2], "references of the receipts");
      }
      const sender = Buffer.from(host.welcome.participant, "base64url");
      const relayed = guest.peer.log.flatMap((each) => each.kind === "frame" && each.frame.kind === "relay" ? [each.frame.sender] : []); // prettier-ignore
      expectThat(
        relayed.every((id) => sender.equals(id)),
        "a frame names another sender",
      );
    },
  },
  {
    rules: ["SEQ2"],
    tries: "after a lost connection exactly the missed frames come, before a live one",
    run: async (context) => {
      const created = await context.create();
      const host = await context.host(created);
      const other = await context.guest(created);
      const guest = await context.guest(created);
      await say(context, host, guest, [1]);
      const last = seqsIn(guest.peer.log).at(-1) ?? 0;
      await hangUp(guest);
      await say(context, host, other, [2, 3]);
      const back = await context.join(created.id, guest.welcome.token, { resume: resumeOf(guest, last) });
      expectSame(back.welcome.resumed, { recovered: true, missed: 3 }, "the answer to the resume");
      host.peer.relay(4, one(4));
      await back.peer.heardContent(one(4));
      expectSame(valuesIn(back.peer.log, 9), [2, 3, 4], "what came after the resume");
      const { seq } = back.welcome;
      expectSame(seqsIn(back.peer.log), [seq - 2, seq - 1, seq, seq + 1], "their numbers");
    },
  },
  {
    rules: ["SEQ3"],
    tries: "a resume beyond the window says how many are gone; one of another epoch or ahead says unknown",
    run: async (context) => {
      const created = await context.create();
      context.needFrames(created, OVERFLOW.frames + 1);
      const host = await context.host(created);
      const guest = await context.guest(created);
      await hangUp(guest);
      for (let ref = 1; ref <= OVERFLOW.frames; ref++) host.peer.relay(ref, new Uint8Array(OVERFLOW.bytes));
      const other = await context.guest(created);
      await context.fence(host, other);
      const join = async (resume: string) =>
        (await context.join(created.id, guest.welcome.token, { resume })).welcome.resumed;
      expectSame(
        await join(resumeOf(guest, 0)),
        { recovered: false, missed: OVERFLOW.frames + 1 },
        "a resume beyond the window",
      );
      const unknown = { recovered: false, missed: "unknown" };
      expectSame(await join(resumeOf(guest, 999)), unknown, "a resume ahead of the session");
      expectSame(
        await join(resumeOf(guest, 0, { epoch: "A".repeat(16) })),
        unknown,
        "a resume of another epoch",
      );
    },
  },
  {
    rules: ["SEQ4"],
    tries: "a resume from 0 by somebody who came late replays nothing from before",
    run: async (context) => {
      const created = await context.create();
      const host = await context.host(created);
      const early = await context.guest(created);
      await say(context, host, early, [1, 2]);
      const late = await context.guest(created);
      await say(context, host, late, [3]);
      await hangUp(late);
      const back = await context.join(created.id, late.welcome.token, { resume: resumeOf(late, 0) });
      await context.fence(host, back);
      const seen = valuesIn(back.peer.log, 9);
      expectThat(!seen.includes(1) && !seen.includes(2), "frames from before the admission were replayed");
      expectSame(seen, [3], "frames since the admission");
    },
  },
  {
    rules: ["SEQ5"],
    tries:
      "a resume with its secret replaces the old connection; another secret or participant replaces nothing",
    run: async (context) => {
      const created = await context.create();
      const host = await context.host(created);
      const guest = await context.guest(created);
      await context.host(created, { resume: resumeOf(guest, 0) });
      await context.join(created.id, guest.welcome.token, {
        resume: resumeOf(guest, 0, { secret: "A".repeat(22) }),
      });
      guest.peer.relay(1, one(1));
      await host.peer.heardContent(one(1));
      await context.join(created.id, guest.welcome.token, { resume: resumeOf(guest, 0) });
      const { reason } = await guest.peer.closed(LATE_MS);
      expectSame(reason, "replaced", "reason of the close of the replaced connection");
      host.peer.relay(2, one(2));
      expectThat(!guest.peer.log.some((each) => isContent(each, one(2))), "the replaced connection goes on");
    },
  },
];
