import { describe, expect, it } from "vitest";
import { encodeTurn } from "../../../src/crypto/channel/request-content.ts";
import { startRequest } from "../../../src/crypto/channel/request-sealer.ts";
import { ok } from "../../../src/protocol/errors.ts";
import { CHANNEL_HEADER_BYTES, MAX_REQUEST_FRAME_BYTES } from "../../../src/protocol/channel-frames.ts";
import {
  MAX_REQUEST_RECORDS,
  MAX_TURNS,
  MAX_TURNS_PER_PARTICIPANT,
  UPLOAD_TIMEOUT_MS,
} from "../../../src/protocol/limits.ts";
import { checkOffer, newNonce } from "../../support/turn-client.ts";
import { TERMS } from "./support/scripted-assistant.ts";
import { AskingChat, modelDoes, type Person } from "./support/asking.ts";

async function asking(): Promise<[AskingChat, Person]> {
  const chat = await AskingChat.begin();
  return [chat, await chat.enter()];
}

describe("[TURN3] a key is used once", () => {
  it("a replay of a whole request finds none: it is refused without work, while the turn runs and afterwards", async () => {
    const [chat, host] = await asking();
    const turn = await host.ask({ recordBytes: 512 });
    await host.send(turn.frames);
    await modelDoes(chat, (call) => {
      call.end();
    });
    await host.send(turn.frames);
    await host.say("turn_done", turn);
    await host.send(turn.frames);
    expect(host.refusals.filter((code) => code === "offer_unknown")).toHaveLength(3);
    expect([chat.model.calls.length, (await host.read(turn)).complete]).toEqual([1, true]);
  });

  it("a request of a suite that is not known uses its key up; the rest of it is let pass, and a known suite works", async () => {
    const [chat, host] = await asking();
    const turn = await host.seal({ recordBytes: 16 });
    const unknown = turn.frames.map((frame, index) => {
      const copy = frame.slice();
      if (index === 0) new DataView(copy.buffer).setUint16(CHANNEL_HEADER_BYTES, 0x0099);
      return copy;
    });
    expect(unknown).toHaveLength(MAX_REQUEST_RECORDS);
    await host.send(unknown);
    expect([host.refusals, host.client.closed, chat.world.atRest]).toEqual([["suite_unknown"], null, true]);
    await host.send(turn.frames.slice(0, 1));
    expect(host.refusals).toEqual(["suite_unknown", "offer_unknown"]);
    // Who names no offer has paid for nothing: each record is refused.
    await host.send(unknown.slice(0, 1));
    await host.send((await host.seal({ recordBytes: 512 })).frames.slice(1));
    expect(host.refusals.slice(2)).toEqual(["suite_unknown", "turn_unknown"]);
    await chat.world.pass(20_000);
    await host.ask();
    expect([chat.model.calls.length, host.client.closed]).toEqual([1, null]);
  });

  it("a request that broke has used its key up", async () => {
    const [chat, host] = await asking();
    const turn = await host.seal();
    const forged = turn.frames.map((frame) =>
      frame.map((byte, at) => (at === frame.length - 1 ? byte ^ 1 : byte)),
    );
    await host.send(forged);
    await host.send(turn.frames);
    expect([host.refusals, chat.model.calls.length]).toEqual([["turn_invalid", "offer_unknown"], 0]);
  });
});

describe("[TURN4] nothing is asked before the last record verified", () => {
  it("garbage in place of any record: refused, the rest is let pass, the connection and the next turn go on", async () => {
    const [chat, host] = await asking();
    for (let position = 0; position < 4; position++) {
      const turn = await host.seal({ recordBytes: 256 });
      expect(turn.frames).toHaveLength(4);
      await chat.world.pass(2_000);
      const frames = turn.frames.map((frame, index) =>
        index === position ? frame.map((byte, at) => (at > frame.length - 20 ? 0xaa : byte)) : frame,
      );
      await host.send(frames);
      expect(host.refusals).toHaveLength(position + 1);
      expect(chat.world.atRest).toBe(true);
    }
    expect([new Set(host.refusals), chat.model.calls.length]).toEqual([new Set(["turn_invalid"]), 0]);
    await chat.world.pass(20_000);
    await host.ask();
    expect([chat.model.calls.length, host.client.closed]).toEqual([1, null]);
  });

  it("a frame that is no request's frame, in the middle of one", async () => {
    const [chat, host] = await asking();
    const turn = await host.seal({ recordBytes: 512 });
    const [first, second] = turn.frames;
    if (first === undefined || second === undefined) throw new Error("two records");
    await host.send([first, second.slice(0, CHANNEL_HEADER_BYTES + 16), second]);
    expect([host.refusals, chat.model.calls.length, chat.world.atRest]).toEqual([["turn_invalid"], 0, true]);
  });

  it("what verified and is no request: other roles, no user at the end, padding that says something", async () => {
    const [chat, host] = await asking();
    const encoded = encodeTurn({
      messages: [{ role: "user", content: new Uint8Array([104]) }],
      maxTokens: null,
      temperature: null,
      firstToken: null,
      keep: [],
    });
    if (!encoded.ok) throw new Error(encoded.code);
    const broken = [
      encoded.value.with(1_000, 1),
      encoded.value.with(7, 9),
      encoded.value.with(7, 3),
      new Uint8Array(2_048).fill(0),
      encoded.value.subarray(0, 1_000),
    ];
    for (const padded of broken) {
      await chat.world.pass(2_000);
      await host.send((await host.seal({ padded })).frames);
    }
    expect(host.refusals).toEqual(broken.map(() => "turn_invalid"));
    expect(chat.model.calls).toHaveLength(0);
  });

  it("the same attempt again, to a fresh offer, is refused and the running one goes on", async () => {
    const [chat, host] = await asking();
    const turn = await host.ask();
    await host.ask({ turn: turn.turn, attempt: turn.attempt });
    expect(host.refusals).toEqual(["turn_invalid"]);
    await modelDoes(chat, (call) => {
      call.end();
    });
    expect([(await host.read(turn)).complete, chat.model.calls.length]).toEqual([true, 1]);
  });

  it("records of one request go on between what others say", async () => {
    const [chat, host] = await asking();
    const guest = await chat.guest();
    const turn = await host.seal({ recordBytes: 64 });
    await chat.world.run(({ session, platform }) => {
      for (const frame of turn.frames) {
        session.sockets.binary(platform.socketOf(host.client), frame);
        session.sockets.binary(platform.socketOf(guest.client), Uint8Array.of(1, 0, 0, 0, 0, 7));
      }
    });
    expect([host.accepted, chat.model.calls.length]).toEqual([1, 1]);
    expect(guest.client.closed).toBeNull();
  });
});

describe("[TURN5] bounds", () => {
  it("turns of one person, and of a session", async () => {
    const [chat, host] = await asking();
    for (let i = 0; i < MAX_TURNS_PER_PARTICIPANT; i++) await host.ask();
    await host.ask();
    expect(host.refusals).toEqual(["turns_full"]);
    const guests: Person[] = [];
    for (let i = 0; i < MAX_TURNS / MAX_TURNS_PER_PARTICIPANT - 1; i++) {
      const guest = await chat.guest();
      guests.push(guest);
      for (let n = 0; n < MAX_TURNS_PER_PARTICIPANT; n++) await guest.ask();
    }
    expect(chat.model.calls).toHaveLength(MAX_TURNS);
    const first = guests[0];
    if (first === undefined) throw new Error("no guest");
    await chat.say(first.client, { type: "leave" });
    const [late, last] = [await chat.enter(), guests[1]];
    if (last === undefined) throw new Error("no guest");
    await last.ask();
    await late.ask();
    expect([last.refusals, late.refusals]).toEqual([["turns_full"], ["turns_full"]]);
    expect(chat.model.calls).toHaveLength(MAX_TURNS);
  });

  it("a finished answer that waits to be fetched takes no place", async () => {
    const [chat, host] = await asking();
    for (let i = 0; i < 3 * MAX_TURNS_PER_PARTICIPANT; i++) {
      await chat.world.pass(1_000);
      const turn = await host.ask();
      await modelDoes(chat, (call) => {
        call.end();
      });
      expect((await host.read(turn)).complete).toBe(true);
    }
    expect([host.refusals, chat.timers]).toEqual([[], MAX_TURNS_PER_PARTICIPANT]);
  });

  it("an upload has a limited time", async () => {
    const [chat, host] = await asking();
    const turn = await host.seal({ recordBytes: 512 });
    await host.send(turn.frames.slice(0, 1));
    await chat.world.pass(UPLOAD_TIMEOUT_MS - 1);
    expect(host.refusals).toEqual([]);
    await chat.world.pass(1);
    await host.send(turn.frames.slice(1));
    expect([host.refusals, chat.world.atRest]).toEqual([["turn_timeout"], true]);
  });

  it("[TURN15] what was replaced must fit into the final record: otherwise nothing is asked, and the copies are zeroed", async () => {
    for (const values of [1, 2_000]) {
      const chat = await AskingChat.begin({}, { pii: "required" });
      chat.model.terms = () => ok({ ...TERMS, pii: "required" });
      const copies: Uint8Array[] = [];
      const replaced = Array.from({ length: values }, (_, index) => ({
        type: "EMAIL",
        token: `[EMAIL_${String(index + 1)}]`,
        value: `person${String(index)}@example.org`,
        places: [[0, index]] as const,
      }));
      chat.world.scan = {
        scan: (messages) => ({
          messages: messages.map((message) => {
            const content = message.content.slice();
            copies.push(content);
            return { ...message, content };
          }),
          replaced,
        }),
      };
      const host = await chat.enter();
      await host.ask();
      const fits = values === 1;
      expect([host.refusals, chat.model.calls.length]).toEqual(fits ? [[], 1] : [["pii_failed"], 0]);
      expect(copies.map((bytes) => bytes.some((byte) => byte !== 0))).toEqual([fits]);
    }
  });

  it("too many records: nothing of them is held, and the connection goes on", async () => {
    const [chat, host] = await asking();
    const nonce = newNonce();
    await chat.say(host.client, { type: "offer", nonce });
    const side = await host.side();
    const offer = await checkOffer(side, String(host.client.told("offer")[0]?.["offer"]), nonce);
    const { session, participant } = side;
    const name = { session, participant, turn: "AAAAAAAAAAAAAAAA", attempt: 1 };
    const request = await startRequest(offer, name, "0020");
    const frames: Uint8Array<ArrayBuffer>[] = [];
    while (frames.length < MAX_REQUEST_RECORDS) frames.push(await request.seal(Uint8Array.of(0), false));
    await host.send(frames);
    expect([host.refusals, chat.world.atRest]).toEqual([[], false]);
    // Our own sealer makes no more of them.
    const last = frames.at(-1)?.slice() ?? new Uint8Array();
    new DataView(last.buffer).setUint32(CHANNEL_HEADER_BYTES - 4, MAX_REQUEST_RECORDS);
    await host.send([last]);
    expect([host.refusals, host.client.closed, chat.world.atRest]).toEqual([["turn_too_large"], null, true]);
    await host.ask();
    expect([host.accepted, chat.model.calls.length]).toEqual([1, 1]);
  });

  it("frames too large, and frames that are none", async () => {
    const [chat, host] = await asking();
    const turn = await host.seal({ recordBytes: 512 });
    const frame = new Uint8Array(MAX_REQUEST_FRAME_BYTES + 1);
    frame.set(turn.frames[0]?.subarray(0, CHANNEL_HEADER_BYTES) ?? []);
    await host.send([frame]);
    expect(host.client.closed?.code).toBe(4413);
    const again = await host.again();
    await again.send([Uint8Array.of(2, 0, 1, 2, 3)]);
    expect([again.client.closed?.code, chat.model.calls.length]).toEqual([4400, 0]);
  });

  it("[FLOW4] frames that belong to nothing cost as much as control messages, and a flood of them ends its connection", async () => {
    const [chat, host] = await asking();
    const guest = await chat.guest();
    const turn = await host.seal({ recordBytes: 512 });
    const stray = turn.frames[1] ?? new Uint8Array();
    await chat.binary(
      host.client,
      Array.from({ length: 39 }, () => stray),
    );
    expect(new Set(host.refusals)).toEqual(new Set(["turn_unknown"]));
    expect(host.client.closed).toBeNull();
    await chat.binary(
      host.client,
      Array.from({ length: 80 }, () => stray),
    );
    expect(host.client.closed?.code).toBe(4529);
    expect(guest.client.closed).toBeNull();
  });
});
