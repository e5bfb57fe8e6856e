// Everything that the SDK takes from its surroundings, in one small port, so that tests script the network, the
// clocks and chance. Nothing else in src/client touches a global of the platform but Web Crypto.
import { GhostError } from "./error.ts";

/** What happens on a socket. Exactly one `closed` is the last event, also where it never opened. */
export interface SocketEvents {
  opened(): void;
  message(data: string | Uint8Array): void;
  /** RFC 6455 section 7.1.5; 1006 where the connection was lost */
  closed(code: number, reason: string): void;
}

/** An opening or open WebSocket. */
export interface SocketPort {
  send(data: string | Uint8Array<ArrayBuffer>): void;
  /** bytes that were given to `send` and have not left yet */
  bufferedBytes(): number;
  /** Starts the closing handshake; `closed` may come late or never, so nobody waits for it. */
  close(code: number, reason: string): void;
}

/** Surroundings of a client. {@link platformEnvironment} makes that of browsers and Node. */
export interface Environment {
  /** Opens a WebSocket that offers these subprotocols. Calls no event before it has returned. */
  connect(url: string, protocols: readonly string[], events: SocketEvents): SocketPort;
  /** The Fetch standard's `fetch`. */
  fetch(url: string, init: RequestInit): Promise<Response>;
  /** milliseconds of a clock that never jumps back; may stand still while the device sleeps */
  monotonicMs(): number;
  /** milliseconds since 1970-01-01T00:00:00Z by the device's clock, which may be wrong and may jump */
  wallClockMs(): number;
  /** Calls back once; the result cancels. */
  after(delayMs: number, callback: () => void): () => void;
  /** Cryptographically random bytes. */
  randomBytes(length: number): Uint8Array<ArrayBuffer>;
  /** Calls back whenever the network may be there again or the page is looked at; the result ends that. */
  onWake(callback: () => void): () => void;
}

/**
 * The surroundings of browsers and of Node 22 and newer.
 *
 * @throws {@link GhostError} `platform_unsupported`
 */
export function platformEnvironment(): Environment {
  if (typeof WebSocket !== "function" || typeof fetch !== "function") {
    throw new GhostError("platform_unsupported");
  }
  return {
    connect,
    fetch: (url, init) => globalThis.fetch(url, init),
    monotonicMs: () => performance.now(),
    wallClockMs: () => Date.now(),
    after: (delayMs, callback) => {
      const timer = setTimeout(callback, delayMs);
      return () => {
        clearTimeout(timer);
      };
    },
    randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
    onWake,
  };
}

/** A random number from 0 up to, but not including, 1. */
export function randomShare(environment: Environment): number {
  return new DataView(environment.randomBytes(4).buffer).getUint32(0) / 0x1_0000_0000;
}

function connect(url: string, protocols: readonly string[], events: SocketEvents): SocketPort {
  const socket = new WebSocket(url, [...protocols]);
  socket.binaryType = "arraybuffer";
  socket.onopen = () => {
    events.opened();
  };
  socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
    events.message(typeof data === "string" ? data : new Uint8Array(data));
  };
  socket.onclose = ({ code, reason }) => {
    events.closed(code, reason);
  };
  return {
    send: (data) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(data);
    },
    bufferedBytes: () => socket.bufferedAmount,
    close: (code, reason) => {
      socket.close(code, reason);
    },
  };
}

// Node has neither event; there the slept timer alone notices.
function onWake(callback: () => void): () => void {
  if (typeof globalThis.addEventListener !== "function") return () => undefined;
  const visible = (): void => {
    if (document.visibilityState === "visible") callback();
  };
  const page = typeof document === "undefined" ? null : document;
  globalThis.addEventListener("online", callback);
  page?.addEventListener("visibilitychange", visible);
  return () => {
    globalThis.removeEventListener("online", callback);
    page?.removeEventListener("visibilitychange", visible);
  };
}
