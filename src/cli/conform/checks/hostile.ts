// What a hostile client may send. It never sends what could hurt a deployment: each case is one small message.
import type { Created } from "../../../protocol/api.ts";
import { ERRORS, type ErrorCode } from "../../../protocol/errors.ts";
import type { Context, Seat } from "../context.ts";
import type { Peer } from "../peer.ts";
import { expectSame, expectThat, type Check } from "../verdict.ts";
import { CUT_OFF, NO_CODE, OPCODE } from "../web-socket.ts";

const BAD_TEXTS: readonly (readonly [what: string, text: string])[] = [
  ["a text that is not JSON", "hello"],
  ["an unknown type", '{"type":"admin"}'],
  ["an unknown field", '{"type":"typing","text":"hi"}'],
  ["a field of the wrong type", '{"type":"ack","mark":5}'],
  ["a list", "[]"],
  ["a message of the service", '{"type":"mark","mark":"AAAAAAAA"}'],
  ["deep JSON", "[".repeat(400) + "]".repeat(400)],
];

const BAD_FRAMES: readonly (readonly [what: string, bytes: readonly number[]])[] = [
  ["an empty binary message", []],
  ["a header without content", [1, 0, 0, 0, 1]],
  ["a frame of an unknown kind", [9, 0, 0, 0, 1, 9]],
  ["a receipt", [4, 0, 0, 0, 1, 9]],
  ["an empty bundle", [3]],
  ["a truncated bundle", [3, 0, 0, 0, 9, 1]],
  ["a bundle inside a bundle", [3, 0, 0, 0, 5, 3, 0, 0, 0, 0]],
  ["a bundle whose second frame is bad", [3, 0, 0, 0, 6, 1, 0, 0, 0, 1, 77, 0, 0, 0, 1, 9]],
];

/** Frames that break RFC 6455 itself. The runtime in front of the service ends them as it likes. */
const BROKEN_FRAMES: readonly (readonly [what: string, send: (peer: Peer) => void])[] = [
  ["a reserved opcode", (peer) => { peer.frame(0x3, new Uint8Array([1])); }],
  ["a reserved bit", (peer) => { peer.frame(OPCODE.text, new Uint8Array([65]), 1); }],
  ["a continuation of nothing", (peer) => { peer.frame(OPCODE.continuation, new Uint8Array([1])); }],
  ["a close with a reserved code", (peer) => { peer.frame(OPCODE.close, new Uint8Array([0x03, 0xed])); }],
]; // prettier-ignore

interface Scene {
  readonly created: Created;
  readonly host: Seat;
  readonly watcher: Seat;
  /** token of the participant that misbehaves, on a new connection each time */
  readonly token: string;
}

async function scene(context: Context): Promise<Scene> {
  const created = await context.create();
  const host = await context.host(created);
  const watcher = await context.guest(created);
  const { peer, welcome } = await context.guest(created);
  peer.close();
  return { created, host, watcher, token: welcome.token };
}

async function expectRefused(
  context: Context,
  { created, token }: Scene,
  what: string,
  code: ErrorCode,
  send: (peer: Peer) => void,
): Promise<void> {
  const { peer } = await context.join(created.id, token);
  send(peer);
  const { code: told } = await peer.control("error");
  expectSame(told, code, what);
  expectSame((await peer.closed()).reason, code, `reason of the close after ${what}`);
}

/** The two who behave chat on, and were told of nothing but presence. */
async function expectUndisturbed(context: Context, { host, watcher }: Scene): Promise<void> {
  await context.fence(host, watcher);
  const noticed = watcher.peer.log.filter(
    (each) =>
      (each.kind === "control" && !["welcome", "presence"].includes(each.control.type)) ||
      (each.kind === "frame" && each.frame.kind === "relay" && each.frame.sealed.length < 16),
  );
  expectSame(
    noticed.map(({ kind }) => kind),
    [],
    "what the others noticed",
  );
}

export const HOSTILE_CHECKS: readonly Check[] = [
  {
    rules: ["SOCK7"],
    tries:
      "15 malformed texts and frames close their connection with the table's code; the others notice nothing",
    run: async (context) => {
      const stage = await scene(context);
      for (const [what, text] of BAD_TEXTS) {
        await expectRefused(context, stage, what, "bad_message", (peer) => { peer.say(text); }); // prettier-ignore
      }
      for (const [what, bytes] of BAD_FRAMES) {
        const send = (peer: Peer) => { peer.frame(OPCODE.binary, Uint8Array.from(bytes)); }; // prettier-ignore
        await expectRefused(context, stage, what, "bad_frame", send);
      }
      await expectUndisturbed(context, stage);
    },
  },
  {
    rules: ["SOCK7"],
    tries:
      "4 frames that break WebSocket itself end their connection, with no code of ours; the others notice nothing",
    run: async (context) => {
      const stage = await scene(context);
      const ours = new Set<number | null>(Object.values(ERRORS).map(({ close }) => close));
      for (const [what, send] of BROKEN_FRAMES) {
        const { peer } = await context.join(stage.created.id, stage.token);
        send(peer);
        const { code } = await peer.closed();
        const standard = code === CUT_OFF || code === NO_CODE || (code >= 1000 && code < 1016);
        expectThat(standard && !ours.has(code), `${what} was closed with ${String(code)}`);
      }
      await expectUndisturbed(context, stage);
    },
  },
  {
    rules: ["RULE8"],
    tries: "frames of the assistant channel (kind 0x02), alone and in a bundle, are refused and not relayed",
    run: async (context) => {
      const stage = await scene(context);
      for (const bytes of [
        [2, 0, 0, 0, 1, 9],
        [3, 0, 0, 0, 6, 2, 0, 0, 0, 1, 9],
      ]) {
        const send = (peer: Peer) => { peer.frame(OPCODE.binary, Uint8Array.from(bytes)); }; // prettier-ignore
        await expectRefused(context, stage, "a frame of the assistant channel", "bad_frame", send);
      }
      await expectUndisturbed(context, stage);
    },
  },
  {
    rules: ["RULE9"],
    tries:
      "an unknown message and a message that is almost right are refused with a clear code, and do nothing",
    run: async (context) => {
      const stage = await scene(context);
      for (const text of ['{"type":"burn","now":true}', '{"type":"BURN"}']) {
        await expectRefused(context, stage, text, "bad_message", (peer) => { peer.say(text); }); // prettier-ignore
      }
      expectSame(await context.refusal(stage.created), null, "the session after that");
    },
  },
];
