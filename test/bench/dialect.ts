// How one service's messages look on the wire: the yardsticks carry bare content behind a mode byte,
// ghost.v1 carries frames, bundles, receipts and marks.
import {
  BUNDLE_ENTRY_BYTES,
  CLIENT_RELAY_HEADER_BYTES,
  FRAME,
  RECEIPT_BYTES,
  SERVER_RELAY_HEADER_BYTES,
} from "../../src/protocol/frames.ts";
import { CONTENT_BYTES, writeContent, type Peer, type Stamp } from "./peer.ts";
import { encodeBinary } from "./socket.ts";

export interface Dialect {
  /** the service sends a message of its own once a socket takes part */
  readonly greets: boolean;
  /** whether a sender hears of its own message: as an echo on request, or as a receipt always */
  readonly confirms: "echo" | "receipt";
  /** `count` messages from the stamped one on, as one write. `echo` asks to get them back, where that exists. */
  encode(first: Stamp, count: number, echo: boolean): Buffer;
  read(peer: Peer, bytes: Buffer, start: number, end: number): void;
  readText(peer: Peer, text: string): void;
}

export const plain: Dialect = {
  greets: false,
  confirms: "echo",
  encode: (first, count, echo) =>
    encodeMany(first, count, 1, (frame, at) => {
      frame[at] = echo ? 0 : 1;
    }),
  read: (peer, bytes, start, end) => {
    peer.delivered(bytes, start + 1, end);
  },
  readText: (peer) => {
    peer.fail("unexpected text");
  },
};

export const ghost: Dialect = {
  greets: true,
  confirms: "receipt",
  encode: (first, count) =>
    encodeMany(first, count, CLIENT_RELAY_HEADER_BYTES, (frame, at, index) => {
      frame[at] = FRAME.relay;
      frame.writeUInt32BE(index, at + 1);
    }),
  read: (peer, bytes, start, end) => {
    if (bytes[start] !== FRAME.bundle) {
      readFrame(peer, bytes, start, end);
      return;
    }
    let at = start + 1;
    while (at < end) {
      const from = at + BUNDLE_ENTRY_BYTES;
      at = from + bytes.readUInt32BE(at);
      if (at > end) peer.fail("a bundle is cut off");
      else readFrame(peer, bytes, from, at);
    }
  },
  readText: (peer, text) => {
    const message = JSON.parse(text) as {
      readonly type: string;
      readonly mark?: string;
      readonly code?: string;
    };
    if (message.type === "mark") peer.socket.sendText(JSON.stringify({ type: "ack", mark: message.mark }));
    else if (message.type === "welcome") {
      peer.greeting = text;
      peer.onGreeting?.();
    } else if (message.type === "burned") peer.burned = text;
    else if (message.type === "error") peer.fail(`the service refused: ${message.code ?? ""}`);
  },
};

function readFrame(peer: Peer, bytes: Buffer, start: number, end: number): void {
  const kind = bytes[start];
  if (kind === FRAME.relay) peer.delivered(bytes, start + SERVER_RELAY_HEADER_BYTES, end);
  else if (kind === FRAME.receipt && end - start === RECEIPT_BYTES) peer.received();
  else peer.fail(`unexpected frame of kind ${String(kind)}`);
}

/** Frames differ in their head only, so one is made by the book and the others are copies of it. */
function encodeMany(
  first: Stamp,
  count: number,
  headBytes: number,
  writeHead: (frame: Buffer, at: number, index: number) => void,
): Buffer {
  const template = encodeBinary(new Uint8Array(headBytes + CONTENT_BYTES));
  const frames = Buffer.allocUnsafe(template.length * count);
  const head = template.length - CONTENT_BYTES - headBytes;
  for (let i = 0; i < count; i++) {
    const at = i * template.length;
    template.copy(frames, at);
    const index = first.index + i;
    writeHead(frames, at + head, index);
    writeContent(frames, at + head + headBytes, { ...first, index });
  }
  return frames;
}
