// A WebSocket client (RFC 6455) that is fast enough not to be the bottleneck: no extensions, frames are read
// in place from one shared buffer, nothing is allocated per frame. Loopback only, so it trusts the server's
// framing less than its own counts: the callers check every message.
import { randomBytes } from "node:crypto";
import { connect, type Socket } from "node:net";

const OPCODE = { text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;
const READ_BYTES = 262_144;
// One buffer for all sockets: a read is handled to its end before the next one begins.
const readBuffer = Buffer.allocUnsafe(READ_BYTES);

/** What a socket tells its owner. Bytes are valid only during the call. */
export interface SocketEvents {
  binary(bytes: Buffer, start: number, end: number): void;
  text(text: string): void;
  /** `code`: of the Close frame, or 1006 where none came */
  closed(code: number): void;
  /** A read was handled; whoever sends in bulk continues here. */
  progress(): void;
}

export class FastSocket {
  readonly #socket: Socket;
  readonly #events: SocketEvents;
  /** bytes of a frame that has not arrived whole */
  #carry = Buffer.alloc(0);
  #carried = 0;
  #upgraded = false;
  #closeCode = 1006;
  #onUpgrade: (error: Error | null) => void;

  constructor(
    port: number,
    path: string,
    protocols: string,
    events: SocketEvents,
    done: (error: Error | null) => void,
  ) {
    this.#events = events;
    this.#onUpgrade = done;
    this.#socket = connect({
      port,
      host: "127.0.0.1",
      noDelay: true,
      onread: {
        buffer: readBuffer,
        callback: (size) => {
          this.#read(size);
          return true;
        },
      },
    });
    this.#socket.on("error", (error) => {
      this.#settle(error);
    });
    this.#socket.on("close", () => {
      this.#settle(new Error("closed before the upgrade"));
      events.closed(this.#closeCode);
    });
    const offer = protocols === "" ? "" : `Sec-WebSocket-Protocol: ${protocols}\r\n`;
    this.#socket.write(
      `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${String(port)}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString("base64")}\r\n${offer}\r\n`,
    );
  }

  /** Sends whole frames made by {@link encodeFrame}. */
  write(frames: Buffer): void {
    this.#socket.write(frames);
  }

  sendText(text: string): void {
    this.#socket.write(encodeFrame(OPCODE.text, Buffer.from(text)));
  }

  /** Closes the way a client should: Close frame, then wait for the server's. */
  close(): void {
    this.#socket.write(encodeFrame(OPCODE.close, Buffer.from([0x03, 0xe8])));
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #settle(error: Error | null): void {
    const done = this.#onUpgrade;
    this.#onUpgrade = ignore;
    done(error);
  }

  #read(size: number): void {
    let buffer = readBuffer;
    let end = size;
    if (this.#carried > 0) {
      end = this.#carried + size;
      if (this.#carry.length < end) this.#carry = grown(this.#carry, this.#carried, end);
      readBuffer.copy(this.#carry, this.#carried, 0, size);
      buffer = this.#carry;
    }
    const taken = this.#upgraded ? this.#frames(buffer, 0, end) : this.#answer(buffer, end);
    const left = end - taken;
    if (left > 0) {
      if (this.#carry.length < left) this.#carry = Buffer.allocUnsafe(left);
      buffer.copy(this.#carry, 0, taken, end);
    } else if (this.#carry.length > READ_BYTES) this.#carry = Buffer.alloc(0);
    this.#carried = left;
    this.#events.progress();
  }

  // The answer to the upgrade. Returns how many bytes were used.
  #answer(buffer: Buffer, end: number): number {
    const head = buffer.subarray(0, end).indexOf("\r\n\r\n");
    if (head < 0) return 0;
    const status = buffer.toString("latin1", 9, 12);
    if (status !== "101") {
      this.#settle(new Error(`the upgrade was answered with ${status}`));
      this.destroy();
      return end;
    }
    this.#upgraded = true;
    this.#settle(null);
    return this.#frames(buffer, head + 4, end);
  }

  // Handles every whole frame and returns where the first incomplete one starts. A server does not mask, and
  // workerd does not fragment what a Worker sends.
  #frames(buffer: Buffer, from: number, end: number): number {
    let at = from;
    while (end - at >= 2) {
      let length = (buffer[at + 1] ?? 0) & 0x7f;
      let start = at + 2;
      if (length === 126) {
        if (end - at < 4) break;
        length = ((buffer[at + 2] ?? 0) << 8) | (buffer[at + 3] ?? 0);
        start = at + 4;
      } else if (length === 127) {
        if (end - at < 10) break;
        length = buffer.readUInt32BE(at + 6);
        start = at + 10;
      }
      const stop = start + length;
      if (stop > end) break;
      const first = buffer[at] ?? 0;
      if (first === (0x80 | OPCODE.binary)) this.#events.binary(buffer, start, stop);
      else this.#other(first, buffer, start, stop);
      at = stop;
    }
    return at;
  }

  #other(first: number, buffer: Buffer, start: number, stop: number): void {
    if (first === (0x80 | OPCODE.text)) this.#events.text(buffer.toString("utf8", start, stop));
    else if (first === (0x80 | OPCODE.close)) {
      this.#closeCode = stop - start >= 2 ? buffer.readUInt16BE(start) : 1005;
      this.#socket.end(
        encodeFrame(OPCODE.close, Buffer.from(buffer.subarray(start, Math.min(stop, start + 2)))),
      );
    } else if (first === (0x80 | OPCODE.ping)) {
      this.#socket.write(encodeFrame(OPCODE.pong, Buffer.from(buffer.subarray(start, stop))));
    } else throw new Error(`unexpected frame, first byte ${String(first)}`);
  }
}

/** A frame as a client sends it. The mask is zero: legal on the wire, and it hides nothing on loopback. */
export function encodeFrame(opcode: number, payload: Uint8Array): Buffer {
  const header = payload.length < 126 ? 6 : 8;
  const frame = Buffer.alloc(header + payload.length);
  frame[0] = 0x80 | opcode;
  if (payload.length < 126) frame[1] = 0x80 | payload.length;
  else {
    if (payload.length > 0xffff) throw new RangeError("the benchmark sends no such frame");
    frame[1] = 0x80 | 126;
    frame.writeUInt16BE(payload.length, 2);
  }
  frame.set(payload, header);
  return frame;
}

export function encodeBinary(payload: Uint8Array): Buffer {
  return encodeFrame(OPCODE.binary, payload);
}

function grown(buffer: Buffer<ArrayBuffer>, used: number, least: number): Buffer<ArrayBuffer> {
  const larger = Buffer.allocUnsafe(Math.max(least, buffer.length * 2));
  buffer.copy(larger, 0, 0, used);
  return larger;
}

function ignore(): void {
  // The upgrade was reported already.
}
