// One connection to a session, written from docs/protocol.md alone: it keeps alive, echoes marks, knows its place for a
// resume, and hands on everything else in the order in which it came. It imports nothing of ours, on purpose.

const PING_EVERY_MS = 25_000;
const PONG_WITHIN_MS = 10_000;
const FINAL = [1000, 1002, 1003, 1007, 1008, 1009, 1010];

/** Whether a connection that was closed like that may be tried again. */
export const isFinal = (code) => FINAL.includes(code) || (code >= 4400 && code <= 4499);

/** Opens a connection. Its first item is `welcome`, its last one `closed`. */
export function openSocket(address, protocols) {
  const socket = new WebSocket(address, ["ghost.v1", ...protocols]);
  socket.binaryType = "arraybuffer";
  const items = [];
  const waiting = [];
  const place = { epoch: null, seq: 0n };
  let ended = false;
  let ping = null;
  let pong = null;

  function give(item) {
    const taker = waiting.shift();
    if (taker === undefined) items.push(item);
    else taker(item);
  }

  function keepAlive() {
    if (socket.readyState !== WebSocket.OPEN) return;
    socket.send("ping");
    pong ??= setTimeout(end, PONG_WITHIN_MS, 1006);
  }

  function end(code) {
    if (ended) return;
    ended = true;
    clearInterval(ping);
    clearTimeout(pong);
    socket.close();
    give({ kind: "closed", code });
  }

  function takeText(data) {
    if (data === "pong") {
      clearTimeout(pong);
      pong = null;
      return;
    }
    const message = JSON.parse(data);
    if (message.type === "mark") {
      socket.send(JSON.stringify({ type: "ack", mark: message.mark }));
      return;
    }
    if (message.type === "welcome") Object.assign(place, { epoch: message.epoch, seq: BigInt(message.seq) });
    if (message.type === "epoch") Object.assign(place, { epoch: message.epoch, seq: 0n });
    give({ kind: message.type, message });
  }

  function takeFrame(frame) {
    if (frame[0] === 2) give({ kind: "record", frame });
    else if (frame[0] === 1 || frame[0] === 4) place.seq = frame.readBigUInt64BE(1);
    else if (frame[0] === 3) {
      for (let at = 1; at < frame.length; at += 4 + frame.readUInt32BE(at)) {
        takeFrame(frame.subarray(at + 4, at + 4 + frame.readUInt32BE(at)));
      }
    }
  }

  socket.onopen = () => {
    keepAlive();
    ping = setInterval(keepAlive, PING_EVERY_MS);
  };
  socket.onmessage = ({ data }) => {
    if (ended) return;
    if (typeof data === "string") takeText(data);
    else takeFrame(Buffer.from(data));
  };
  socket.onclose = ({ code }) => end(code);
  socket.onerror = () => end(1006);

  return {
    place,
    send: (message) => {
      if (socket.readyState !== WebSocket.OPEN) return;
      socket.send(message instanceof Uint8Array ? message : JSON.stringify(message));
    },
    /** The next item, or `silent` where none came within `patience` milliseconds. */
    next: (patience) =>
      new Promise((resolve) => {
        const item = items.shift();
        if (item !== undefined) {
          resolve(item);
          return;
        }
        const taker = (value) => {
          clearTimeout(timer);
          resolve(value);
        };
        const timer = setTimeout(() => {
          waiting.splice(waiting.indexOf(taker), 1);
          resolve({ kind: "silent" });
        }, patience);
        waiting.push(taker);
      }),
    close: () => end(1000),
  };
}
