import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ResumeRequest } from "../../../src/protocol/control.ts";
import { encodeClientRelay } from "../../../src/protocol/frames.ts";
import { WINDOW_FRAMES } from "../../../src/protocol/limits.ts";
import { Chat, chatOfTwo, refusalOf } from "./support/chat.ts";
import type { FakeClient } from "./support/fake-sockets.ts";

/** What a client with this welcome would ask for, having seen everything up to `seq`. */
function resumeFrom(client: FakeClient, seq: number): ResumeRequest {
  const [welcome] = client.told("welcome");
  return { epoch: String(welcome?.["epoch"]), seq, secret: String(welcome?.["resume"]) };
}

const answerTo = (client: FakeClient): unknown => client.told("welcome")[0]?.["resumed"];

/** Sequence numbers in the order in which a client saw them; receipts stand for its own frames. */
function seqsOf(client: FakeClient): number[] {
  return client.frames.map(({ seq }) => seq);
}

const upTo = (last: number, first = 1): number[] =>
  Array.from({ length: last - first + 1 }, (_, i) => first + i);

describe("order", () => {
  it("[SEQ1] every connection sees every frame once and in order, its own as receipts", async () => {
    const turns = fc.array(
      fc.array(fc.record({ host: fc.boolean(), burst: fc.integer({ min: 1, max: 4 }) }), { maxLength: 4 }),
      { maxLength: 6 },
    );
    await fc.assert(
      fc.asyncProperty(turns, async (list) => {
        const [chat, host, guest] = await chatOfTwo();
        let sent = 0;
        for (const events of list) {
          await chat.world.run(({ session, platform }) => {
            for (const { host: fromHost, burst } of events) {
              const socket = platform.socketOf(fromHost ? host : guest);
              for (let i = 0; i < burst; i++) {
                sent += 1;
                session.sockets.binary(socket, encodeClientRelay(sent, Uint8Array.of(sent)));
              }
            }
          });
        }
        expect(seqsOf(host)).toEqual(upTo(sent));
        expect(seqsOf(guest)).toEqual(upTo(sent));
      }),
      { numRuns: 40 },
    );
  });

  it("[SEQ1] a receipt carries the sender's own reference", async () => {
    const [chat, host] = await chatOfTwo();
    await chat.send(host, 4_000_000_000);
    expect(host.frames).toEqual([{ kind: "receipt", seq: 1, ref: 4_000_000_000 }]);
  });
});

describe("resume", () => {
  it("[SEQ2] within the window exactly the missed frames follow the welcome, before any live one", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 8 }),
        fc.integer({ min: 0, max: 8 }),
        async (had, missed) => {
          const [chat, host, guest] = await chatOfTwo();
          for (let i = 0; i < had; i++) await chat.send(host);
          await chat.world.clientCloses(guest);
          for (let i = 0; i < missed; i++) await chat.send(host);
          const back = await chat.connect(chat.tokenOf(guest), resumeFrom(guest, had));
          await chat.send(host);
          expect(answerTo(back)).toEqual({ recovered: true, missed });
          expect(seqsOf(back)).toEqual(upTo(had + missed + 1, had + 1));
          expect(typeof back.received[0]).toBe("string");
        },
      ),
      { numRuns: 30 },
    );
  });

  it("[SEQ2] frames that are still queued come before the replay ends, and none comes twice", async () => {
    const [chat, host, guest] = await chatOfTwo();
    await chat.world.clientCloses(guest);
    await chat.world.run(async ({ session, platform }) => {
      const socket = platform.socketOf(host);
      for (let ref = 0; ref < 3; ref++)
        session.sockets.binary(socket, encodeClientRelay(ref, Uint8Array.of(1)));
      await session.sockets.connect(chat.tokenOf(guest), resumeFrom(guest, 0), (attachment) =>
        platform.accept(attachment),
      );
    });
    const back = chat.world.clients.at(-1);
    expect(back === undefined ? [] : seqsOf(back)).toEqual([1, 2, 3]);
  });

  it("[SEQ3] beyond the window the answer is `recovered: false` with the number missed", async () => {
    const [chat, host, guest] = await chatOfTwo();
    await chat.world.clientCloses(guest);
    for (let sent = 0; sent < WINDOW_FRAMES + 1; sent += 201) {
      const burst = Math.min(201, WINDOW_FRAMES + 1 - sent);
      await chat.binary(
        host,
        upTo(burst).map((ref) => encodeClientRelay(ref, Uint8Array.of(1))),
      );
      for (const { mark } of host.told("mark")) await chat.say(host, { type: "ack", mark: String(mark) });
      await chat.world.advance(2_000);
    }
    const back = await chat.connect(chat.tokenOf(guest), resumeFrom(guest, 0));
    expect(answerTo(back)).toEqual({ recovered: false, missed: WINDOW_FRAMES + 1 });
    expect(seqsOf(back)).toEqual([]);
    const other = await chat.connect(chat.tokenOf(guest), resumeFrom(guest, 1));
    expect(answerTo(other)).toEqual({ recovered: true, missed: WINDOW_FRAMES });
  });

  it("[SEQ3] [RULE3] after a change of epoch, or from the future, the answer is `unknown`", async () => {
    const [chat, host, guest] = await chatOfTwo();
    await chat.send(host);
    await chat.world.clientCloses(guest);
    const ahead = await chat.connect(chat.tokenOf(guest), resumeFrom(guest, 2));
    expect(answerTo(ahead)).toEqual({ recovered: false, missed: "unknown" });
    chat.world.hibernate();
    const late = await chat.connect(chat.tokenOf(guest), resumeFrom(guest, 1));
    expect(answerTo(late)).toEqual({ recovered: false, missed: "unknown" });
    expect(late.told("welcome")[0]?.["seq"]).toBe(0);
  });

  it("[SEQ3] a number of another epoch means nothing, even where this epoch has reached it", async () => {
    const [chat, host, guest] = await chatOfTwo();
    await chat.send(host);
    await chat.world.clientCloses(guest);
    chat.world.hibernate();
    for (let i = 0; i < 3; i++) await chat.send(host);
    const back = await chat.connect(chat.tokenOf(guest), resumeFrom(guest, 1));
    expect(answerTo(back)).toEqual({ recovered: false, missed: "unknown" });
    expect(seqsOf(back)).toEqual([]);
  });

  it("[SEQ4] never reaches back before the participant's own admission", async () => {
    const chat = await Chat.create();
    const host = await chat.connect();
    const invite = await chat.invite();
    for (let i = 0; i < 3; i++) await chat.send(host);
    const guest = await chat.connect(invite);
    await chat.send(host);
    const back = await chat.connect(chat.tokenOf(guest), resumeFrom(guest, 0));
    expect(answerTo(back)).toEqual({ recovered: true, missed: 1 });
    expect(seqsOf(back)).toEqual([4]);
  });

  it("[SEQ4] an admission is not resumed, whatever it asks for", async () => {
    const chat = await Chat.create();
    const host = await chat.connect();
    await chat.send(host);
    const guest = await chat.connect(await chat.invite(), resumeFrom(host, 0));
    expect(answerTo(guest)).toBeNull();
    expect(seqsOf(guest)).toEqual([]);
    expect(host.closed).toBeNull();
  });

  it("[SEQ5] with its secret the old socket is replaced and nobody is told of a departure", async () => {
    const [chat, host, guest] = await chatOfTwo();
    await chat.connect(chat.tokenOf(guest), resumeFrom(guest, 0));
    expect(guest.closed?.code).toBe(4490);
    expect(guest.told().at(-1)).toMatchObject({ type: "error", code: "replaced" });
    expect(host.told("presence")).toHaveLength(1);
  });

  it("[SEQ5] also after a memory loss", async () => {
    const [chat, , guest] = await chatOfTwo();
    chat.world.hibernate();
    await chat.connect(chat.tokenOf(guest), resumeFrom(guest, 0));
    expect(guest.closed?.code).toBe(4490);
  });

  it("[SEQ5] without the secret, or by somebody else, nothing is replaced", async () => {
    const [chat, host, guest] = await chatOfTwo();
    const wrong = { ...resumeFrom(guest, 0), secret: "AAAAAAAAAAAAAAAAAAAAAA" };
    await chat.connect(chat.tokenOf(guest), wrong);
    await chat.connect(chat.tokenOf(host), resumeFrom(guest, 0));
    expect([host.closed, guest.closed]).toEqual([null, null]);
    expect(chat.world.clients).toHaveLength(4);
  });

  it("[SEQ5] a connection that is replaced makes its own place", async () => {
    const [chat, , guest] = await chatOfTwo();
    const token = chat.tokenOf(guest);
    for (let i = 0; i < 3; i++) await chat.connect(token);
    expect(refusalOf(await chat.connecting(token))).toBe("connections_full");
    expect(refusalOf(await chat.connecting(token, resumeFrom(guest, 0)))).toBeNull();
  });
});

describe("memory loss", () => {
  it("[SEQ6] [RULE3] every surviving socket hears `epoch` first, once, and numbers start again", async () => {
    const [chat, host, guest] = await chatOfTwo();
    await chat.send(host);
    const before = guest.received.length;
    chat.world.hibernate();
    await chat.send(host);
    const [first, second] = guest.received.slice(before);
    expect(typeof first === "string" && JSON.parse(first)).toMatchObject({ type: "epoch" });
    expect(second).toBeInstanceOf(Uint8Array);
    expect(seqsOf(guest)).toEqual([1, 1]);
    const epochs = [host, guest].map((client) => client.told("epoch").map(({ epoch }) => epoch));
    expect(epochs[0]).toHaveLength(1);
    expect(epochs[0]).toEqual(epochs[1]);
    expect(epochs[0]?.[0]).not.toBe(host.told("welcome")[0]?.["epoch"]);
  });

  it("[SEQ6] an alarm that wakes the object says it as well", async () => {
    const [chat, host] = await chatOfTwo({ empty: 30 });
    chat.world.hibernate();
    await chat.world.advance(60_000);
    await chat.world.fireAlarm();
    expect(host.told().at(-1)?.type).toBe("epoch");
  });

  it("[SOCK3] a departure that wakes the object is told to those who are left", async () => {
    const [chat, host, guest] = await chatOfTwo();
    chat.world.hibernate();
    await chat.world.clientCloses(guest);
    expect(
      host
        .told()
        .slice(-2)
        .map(({ type }) => type),
    ).toEqual(["epoch", "presence"]);
    expect(host.told("presence").at(-1)).toMatchObject({ joined: [], left: [guest.participant] });
  });
});
