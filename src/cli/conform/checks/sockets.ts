// Connections: the handshake and its refusals, greeting and presence, closing, keep-alive, typing, order.
import { MAX_CONNECTIONS_PER_PARTICIPANT } from "../../../protocol/limits.ts";
import { SUBPROTOCOL, TOKEN_SUBPROTOCOL } from "../../../protocol/control.ts";
import { codeOf } from "../context.ts";
import { isContent, type Heard } from "../peer.ts";
import { expectSame, expectThat, premise, Unmade, type Check } from "../verdict.ts";
import { OPCODE } from "../web-socket.ts";

const PINGS = 60;
const MAX_REASON_BYTES = 123;

/** Presence that was told, joined into one. */
function presenceIn(log: readonly Heard[]): { joined: string[]; left: string[] } {
  const told = log.flatMap((each) =>
    each.kind === "control" && each.control.type === "presence" ? [each.control] : [],
  );
  return {
    joined: told.flatMap(({ joined }) => joined.map(({ id }) => id)),
    left: [...new Set(told.flatMap(({ left }) => left))],
  };
}

function namesOf(log: readonly Heard[]): string[] {
  return log.flatMap((each) => {
    if (each.kind === "frame") return [each.frame.kind];
    if (each.kind === "control") return [each.control.type];
    return each.kind === "end" ? ["close"] : [];
  });
}

export const SOCKET_CHECKS: readonly Check[] = [
  {
    rules: ["SOCK1"],
    tries: "among other offers ghost.v1 is selected; no token, no other subprotocol and no compression is",
    run: async (context) => {
      const created = await context.create();
      const token = `${TOKEN_SUBPROTOCOL}${created.hostToken}`;
      for (const offers of [
        [SUBPROTOCOL, token],
        ["chat", token, SUBPROTOCOL, "ghost.v2"],
      ]) {
        const { headers } = await context.open(
          created.links.socket,
          offers,
          {},
          {
            "sec-websocket-extensions": "permessage-deflate; client_max_window_bits",
          },
        );
        expectSame(headers["sec-websocket-protocol"], SUBPROTOCOL, "the selected subprotocol");
        expectSame(headers["sec-websocket-extensions"], undefined, "extensions that were taken up");
      }
    },
  },
  {
    rules: ["SOCK2"],
    tries:
      "a refused upgrade is accepted, told and closed where it offers ghost.v1, else it gets a problem document",
    run: async (context) => {
      const created = await context.create();
      const path = created.links.socket;
      const peer = await context.open(path, [SUBPROTOCOL, `${TOKEN_SUBPROTOCOL}nonsense`]);
      expectSame((await peer.control("error")).code, "unauthorised", "the error message");
      expectSame(await peer.closed(), { code: 4401, reason: "unauthorised" }, "the close");
      const plain = await context.call("GET", path, { token: created.hostToken });
      expectSame([plain.status, codeOf(plain)], [426, "upgrade_required"], "a request without an upgrade");
      const bare = await context.upgrade(path, {
        "sec-websocket-protocol": `${TOKEN_SUBPROTOCOL}${created.hostToken}`,
      });
      if (bare.socket !== null) context.adopt(bare);
      expectThat(bare.socket === null, "an upgrade that does not offer ghost.v1 was accepted");
      expectSame(
        [bare.answer.status, codeOf(bare.answer)],
        [400, "subprotocol_required"],
        "one without ghost.v1",
      );
    },
  },
  {
    rules: ["SOCK3"],
    tries:
      "welcome comes first; others hear of a first connection and a last departure, by ids, and of no second tab",
    run: async (context) => {
      const created = await context.create();
      const host = await context.connect(created.id, created.hostToken);
      const first = await host.next((each) => (each.kind === "pong" ? undefined : each), "the first message");
      expectThat(
        first.kind === "control" && first.control.type === "welcome",
        "the first message is not welcome",
      );
      expectSame(
        [first.control.participant, first.control.role],
        [created.participant, "host"],
        "who it greets",
      );
      const guest = await context.guest(created);
      const tab = await context.join(created.id, guest.welcome.token);
      const { participant } = guest.welcome;
      expectThat(
        guest.welcome.participants.some(({ id }) => id === created.participant),
        "welcome does not name the host",
      );
      await context.fence(guest, { peer: host, welcome: first.control });
      expectSame(
        presenceIn(host.log),
        { joined: [participant], left: [] },
        "presence after two connections of one guest",
      );
      for (const { peer } of [tab, guest]) {
        peer.close();
        await premise("closing", peer.closed());
      }
      await host.next(
        (each) => (presenceIn([each]).left.includes(participant) ? true : undefined),
        "the departure",
      );
      expectSame(
        presenceIn(host.log),
        { joined: [participant], left: [participant] },
        "presence after both had gone",
      );
    },
  },
  {
    rules: ["SOCK4"],
    tries: "four connections of one participant live side by side; a fifth is connections_full and retryable",
    run: async (context) => {
      const created = await context.create();
      const seats = await Promise.all(
        Array.from({ length: MAX_CONNECTIONS_PER_PARTICIPANT }, () => context.host(created)),
      );
      const fifth = await context.connect(created.id, created.hostToken);
      const { code, retryable } = await fifth.control("error");
      expectSame([code, retryable], ["connections_full", true], "one connection more");
      const [sender, ...others] = seats;
      if (sender === undefined) throw new Unmade("there is no connection");
      sender.peer.relay(1, new Uint8Array([4]));
      for (const { peer } of others) await peer.heardContent(new Uint8Array([4]));
    },
  },
  {
    rules: ["SOCK5"],
    tries:
      "five ways to be closed: each code is that of the table, each reason its error, and none is reserved",
    run: async (context) => {
      const created = await context.create();
      const host = await context.host(created);
      const ways = {
        bad_frame: [4400, "bad_frame", (await context.guest(created)).peer],
        frame_too_large: [4413, "frame_too_large", (await context.guest(created)).peer],
        left: [1000, "left", (await context.guest(created)).peer],
        unauthorised: [4401, "unauthorised", await context.connect(created.id, "x")],
      } as const;
      ways.bad_frame[2].frame(OPCODE.binary, new Uint8Array([9]));
      ways.frame_too_large[2].say({ type: "typing", more: "x".repeat(2_000) });
      ways.left[2].say({ type: "leave" });
      for (const [code, reason, peer] of Object.values(ways)) {
        const closed = await peer.closed();
        expectSame(closed, { code, reason }, `the close because of ${reason}`);
        expectThat(Buffer.byteLength(closed.reason) < MAX_REASON_BYTES, "a reason is too long");
      }
      await premise("burning", context.burn(created));
      expectSame(await host.peer.closed(), { code: 4410, reason: "burned" }, "the close because of the burn");
    },
  },
  {
    rules: ["SOCK6"],
    judgesMemoryLoss: true,
    tries: `ping is answered with pong, ${String(PINGS)} of them at once too, and does not wake a session that sleeps`,
    run: async (context) => {
      const created = await context.create();
      const { peer } = await context.host(created);
      for (let sent = 0; sent < PINGS; sent++) peer.say("ping");
      // One more was sent on connecting.
      const pongs = (): number => peer.log.filter(({ kind }) => kind === "pong").length;
      await peer.next(() => (pongs() > PINGS ? true : undefined), `${String(PINGS)} pongs`);
      expectThat(!namesOf(peer.log).includes("error"), "pings count towards a rate");
      const { afterPing } = await context.shared.memoryLoss();
      expectSame(namesOf(afterPing), [], "what a ping in a sleeping session brought besides pong");
    },
  },
  {
    rules: ["SOCK8"],
    tries: "typing reaches the others, other tabs included, with the sender's id and nothing else",
    run: async (context) => {
      const created = await context.create();
      const host = await context.host(created);
      const guest = await context.guest(created);
      const tab = await context.join(created.id, guest.welcome.token);
      guest.peer.say({ type: "typing" });
      const { participant } = guest.welcome;
      for (const { peer } of [host, tab]) {
        const raw = await peer.next(
          (each) => (each.kind === "control" && each.control.type === "typing" ? each.raw : undefined),
          `"typing"`,
        );
        expectSame(JSON.parse(raw), { type: "typing", participant }, "what the others hear");
      }
      await context.fence(host, guest);
      expectThat(!namesOf(guest.peer.log).includes("typing"), "the one who types hears of it");
    },
  },
  {
    rules: ["SOCK9"],
    tries: "eight frames, a typing and a burn of one connection reach the other in this order",
    run: async (context) => {
      const created = await context.create();
      const host = await context.host(created);
      const guest = await context.guest(created);
      await context.fence(host, guest);
      const from = guest.peer.log.length;
      for (let ref = 1; ref <= 8; ref++) host.peer.relay(ref, new Uint8Array([ref]));
      host.peer.say({ type: "typing" });
      host.peer.say({ type: "burn" });
      await premise("the end", guest.peer.closed());
      const heard = guest.peer.log.slice(from);
      expectSame(
        namesOf(heard),
        [...Array.from({ length: 8 }, () => "relay"), "typing", "burned", "close"],
        "what came",
      );
      const frames = heard.filter(({ kind }) => kind === "frame");
      expectThat(
        frames.every((each, index) => isContent(each, new Uint8Array([index + 1]))),
        "the frames came in another order",
      );
    },
  },
];
