// A WebSocket (RFC 6455) by hand, client side: the runtime's own hides the handshake and refuses to send what a
// hostile client would. It reads strictly and writes whatever it is told to.
import { randomBytes } from "node:crypto";
import type { Duplex } from "node:stream";
import { MAX_FRAGMENTS, MAX_MESSAGE_BYTES } from "./bounds.ts";
import { lineOf, Unmade } from "./verdict.ts";

export const OPCODE = {
  continuation: 0x0,
  text: 0x1,
  binary: 0x2,
  close: 0x8,
  ping: 0x9,
  pong: 0xa,
} as const;

/** Close codes that stand for what no close frame said (RFC 6455 section 7.4.1). */
export const NO_CODE = 1005;
export const CUT_OFF = 1006;

export type SocketMessage =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "binary"; readonly bytes: Uint8Array }
  | { readonly kind: "end"; readonly code: number; readonly reason: string }
  /** the kit itself gave the connection up; nobody is accused of that */
  | { readonly kind: "given_up"; readonly because: Unmade };

/** Notes bytes before they are written, or when they came. Throws an {@link Unmade} beyond a bound of the run. */
export type CountBytes = (what: "sentBytes" | "receivedBytes", by: number) => void;

/**
 * One frame as a client writes it (RFC 6455 section 5.2): final and masked. `reserved`: the three bits that have
 * to be 0, for those who set them.
 */
export function encodeFrame(opcode: number, payload: Uint8Array, reserved = 0): Buffer {
  const { length } = payload;
  const short = length < 126 ? length : length < 65_536 ? 126 : 127;
  const head = Buffer.alloc(2 + (short < 126 ? 0 : short === 126 ? 2 : 8));
  head[0] = 0x80 | (reserved << 4) | opcode;
  head[1] = 0x80 | short;
  if (short === 126) head.writeUInt16BE(length, 2);
  else if (short === 127) head.writeBigUInt64BE(BigInt(length), 2);
  const key = randomBytes(4);
  const body = Buffer.from(payload);
  for (let i = 0; i < body.length; i++) body[i] = (body[i] ?? 0) ^ (key[i & 3] ?? 0);
  return Buffer.concat([head, key, body]);
}

interface Frame {
  readonly final: boolean;
  readonly opcode: number;
  readonly payload: Buffer;
}

/** What makes a frame of a server illegal. */
class Broken extends Error {}

/** One open connection. Everything that comes is handed on in order; the last message is its end. */
export class RawSocket {
  readonly #socket: Duplex;
  readonly #hear: (message: SocketMessage) => void;
  readonly #count: CountBytes;
  #unread: Buffer = Buffer.alloc(0);
  #fragments: { opcode: number; chunks: Buffer[]; size: number } | null = null;
  #ended = false;
  #closing = false;

  constructor(socket: Duplex, hear: (message: SocketMessage) => void, count: CountBytes) {
    this.#socket = socket;
    this.#hear = hear;
    this.#count = count;
    socket.on("data", (chunk: Buffer) => {
      this.#read(chunk);
    });
    const cut = () => {
      this.#end(CUT_OFF, "");
    };
    socket.on("error", cut).on("close", cut).on("end", cut);
  }

  /** Takes bytes that came together with the handshake. */
  start(head: Buffer): void {
    if (head.length > 0) this.#read(head);
  }

  /** Writes one frame. Nothing happens on a connection that has ended. */
  send(opcode: number, payload: Uint8Array, reserved?: number): void {
    if (this.#ended || !this.#socket.writable) return;
    const frame = encodeFrame(opcode, payload, reserved);
    this.#count("sentBytes", frame.length);
    this.#socket.write(frame);
  }

  /** Starts the closing handshake; the answer is the end. */
  close(code: number): void {
    if (this.#closing) return;
    this.#closing = true;
    this.send(OPCODE.close, Buffer.from([code >> 8, code & 0xff]));
  }

  /** Drops the connection without a word. */
  drop(): void {
    this.#socket.destroy();
  }

  #read(chunk: Buffer): void {
    if (this.#ended) return;
    try {
      this.#count("receivedBytes", chunk.length);
      this.#readFrames(chunk);
    } catch (error) {
      // Whatever else it was: an error that leaves here would end the process, and nothing would be burned.
      if (error instanceof Broken) this.#end(CUT_OFF, `the service broke RFC 6455: ${error.message}`);
      else this.#giveUp(error instanceof Unmade ? error : new Unmade(`reading it failed: ${lineOf(error)}`));
    }
  }

  #readFrames(chunk: Buffer): void {
    this.#unread = this.#unread.length === 0 ? chunk : Buffer.concat([this.#unread, chunk]);
    for (let frame = this.#next(); frame !== null; frame = this.#next()) {
      this.#take(frame);
      if (this.#ended) return;
    }
  }

  #next(): Frame | null {
    const bytes = this.#unread;
    if (bytes.length < 2) return null;
    const [first = 0, second = 0] = bytes;
    if ((first & 0x70) !== 0) throw new Broken("a reserved bit is set");
    if ((second & 0x80) !== 0) throw new Broken("a frame is masked");
    const short = second & 0x7f;
    const headBytes = short === 126 ? 4 : short === 127 ? 10 : 2;
    if (bytes.length < headBytes) return null;
    const length =
      short === 126 ? bytes.readUInt16BE(2) : short === 127 ? Number(bytes.readBigUInt64BE(2)) : short;
    if (length > MAX_MESSAGE_BYTES) throw new Broken("a frame is huge");
    if (bytes.length < headBytes + length) return null;
    this.#unread = bytes.subarray(headBytes + length);
    return {
      final: (first & 0x80) !== 0,
      opcode: first & 0x0f,
      payload: bytes.subarray(headBytes, headBytes + length),
    };
  }

  #take({ final, opcode, payload }: Frame): void {
    if (opcode >= OPCODE.close) {
      if (!final || payload.length > 125) throw new Broken("a control frame is too long");
      if (opcode === OPCODE.close) this.#closed(payload);
      else if (opcode === OPCODE.ping) this.send(OPCODE.pong, payload);
      return;
    }
    const open = this.#fragments;
    if ((opcode === OPCODE.continuation) !== (open !== null)) throw new Broken("fragments are mixed up");
    const all = open ?? { opcode, chunks: [], size: 0 };
    all.chunks.push(payload);
    all.size += payload.length;
    if (all.size > MAX_MESSAGE_BYTES) throw new Broken("a message is huge");
    if (all.chunks.length > MAX_FRAGMENTS) throw new Broken("a message is in too many fragments");
    this.#fragments = final ? null : all;
    if (final) this.#message(all.opcode, Buffer.concat(all.chunks));
  }

  #message(opcode: number, bytes: Buffer): void {
    if (opcode === OPCODE.binary) {
      this.#hear({ kind: "binary", bytes: new Uint8Array(bytes) });
      return;
    }
    if (opcode !== OPCODE.text) throw new Broken("a frame has an unknown opcode");
    this.#hear({ kind: "text", text: decodeText(bytes) });
  }

  #closed(payload: Buffer): void {
    const code = payload.length >= 2 ? payload.readUInt16BE(0) : NO_CODE;
    if (!this.#closing) this.send(OPCODE.close, payload.subarray(0, 2));
    this.#closing = true;
    this.#end(code, payload.subarray(2).toString("utf8"));
  }

  #giveUp(because: Unmade): void {
    this.#ended = true;
    this.#unread = Buffer.alloc(0);
    this.#fragments = null;
    this.drop();
    this.#hear({ kind: "given_up", because });
  }

  #end(code: number, reason: string): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#hear({ kind: "end", code, reason });
    // What is still to be written, the answer to a close among it, may leave.
    this.#socket.end(() => {
      this.#socket.destroy();
    });
  }
}

function decodeText(bytes: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new Broken("a text is not UTF-8");
  }
}
