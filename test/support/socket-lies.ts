// Lies on the socket, see lies.ts.
import type { Link, Message } from "./lying-proxy.ts";
import type { Json, NamedLie } from "./lies.ts";

/** Changes control messages of one type; none where it is swallowed. */
export function onControl(type: string, change: (message: Json, link: Link) => Json | null) {
  return (message: Message, link: Link): Message[] => {
    if (typeof message !== "string" || !message.includes(`"type":"${type}"`)) return [message];
    const changed = change(JSON.parse(message) as Json, link);
    return changed === null ? [] : [JSON.stringify(changed)];
  };
}

/** Another code for one that refuses a connection. */
function renaming(code: string, to: string) {
  return onControl("error", (message) => (message["code"] === code ? { ...message, code: to } : message));
}

const RELAY_HEADER_BYTES = 21;

/** Every frame of a message from the service as a message of its own. */
function frames(message: Buffer): Buffer[] {
  if (message[0] !== 3) return [message];
  const all: Buffer[] = [];
  for (let at = 1; at < message.length;) {
    const end = at + 4 + message.readUInt32BE(at);
    all.push(message.subarray(at + 4, end));
    at = end;
  }
  return all;
}

function joined(all: readonly Buffer[]): Buffer[] {
  const only = all.length === 1 ? all[0] : undefined;
  if (only !== undefined || all.length === 0) return only === undefined ? [] : [only];
  const entries = all.flatMap((frame) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(frame.length);
    return [length, frame];
  });
  return [Buffer.concat([Buffer.from([3]), ...entries])];
}

/** Applies a change to every frame that the service sends; what was joined stays joined. */
function onFrame(change: (frame: Buffer) => Buffer[]) {
  return (message: Message): Message[] =>
    typeof message === "string" ? [message] : joined(frames(message).flatMap(change));
}

function missedOf(message: Message): unknown {
  return typeof message === "string" && message.includes('"welcome"')
    ? (JSON.parse(message) as { resumed: { missed?: unknown } | null }).resumed?.missed
    : undefined;
}

const recovered = onControl("welcome", (message) => {
  const { resumed } = message as { resumed: { recovered: boolean } | null };
  return resumed?.recovered === false ? { ...message, resumed: { recovered: true, missed: 0 } } : message;
});

/** Also what is too long to be looked at: that is another rule. */
const isDocumented = (message: Message): boolean =>
  typeof message !== "string" ||
  message.length > 1_024 ||
  /^ping$|^\{"type":"(typing|burn|leave)"\}$|^\{"type":"(ack|offer|turn_\w+)","/.test(message);

export const SOCKET_LIES: readonly NamedLie[] = [
  {
    name: "the token is selected as subprotocol",
    breaks: ["SOCK1", "RULE10"],
    selected: (offers) => offers.find((offer) => offer.startsWith("ghost.token.")) ?? "ghost.v1",
  },
  {
    name: "an upgrade is accepted without ghost.v1",
    breaks: ["SOCK2"],
    offers: (offers) => (offers.includes("ghost.v1") ? [...offers] : [...offers, "ghost.v1"]),
    selected: (offers) => (offers.includes("ghost.v1") ? "ghost.v1" : (offers[0] ?? "ghost.v1")),
  },
  { name: "nobody is told who came", breaks: ["SOCK3"], fromService: onControl("presence", () => null) },
  {
    name: "a full participant is told not to try again",
    breaks: ["SOCK4"],
    fromService: onControl("error", (message) =>
      message["code"] === "connections_full" ? { ...message, retryable: false } : message,
    ),
  },
  {
    name: "the burn closes with another code",
    breaks: ["END6", "SOCK5"],
    closed: (code, reason) => (code === 4410 ? [4411, reason] : [code, reason]),
  },
  {
    name: "a close has no reason",
    breaks: ["SOCK5"],
    closed: (code, reason) => [code, reason === "left" ? "" : reason],
  },
  {
    name: "an unknown message is taken in silence",
    breaks: ["SOCK7", "RULE9"],
    fromClient: (message) => (isDocumented(message) ? [message] : []),
  },
  {
    name: "typing says what is typed",
    breaks: ["SOCK8"],
    fromService: onControl("typing", (message) => ({ ...message, text: "hello" })),
  },
  {
    name: "text overtakes content",
    breaks: ["SOCK9"],
    fromService: (message, link) => {
      const held = (link.memory.get("held") as Buffer | undefined) ?? null;
      link.memory.delete("held");
      if (typeof message !== "string") {
        const all = frames(message);
        const last = all.at(-1);
        // The last of the eight frames waits until the next text has passed.
        if (last?.length !== RELAY_HEADER_BYTES + 1 || last.at(-1) !== 8) return [message];
        link.memory.set("held", last);
        return joined(all.slice(0, -1));
      }
      return held === null ? [message] : [message, held];
    },
  },
  {
    name: "a byte of content is changed",
    breaks: ["RULE7"],
    fromService: onFrame((frame) => {
      if (frame[0] === 1 && frame.length === RELAY_HEADER_BYTES + 256) frame[RELAY_HEADER_BYTES + 9] = 0;
      return [frame];
    }),
  },
  {
    name: "frames of the assistant channel are relayed as content",
    breaks: ["RULE8"],
    fromClient: (message) => {
      // Records of a real request are longer: those are another rule.
      if (typeof message !== "string" && message[0] === 2 && message.length < 20) message[0] = 1;
      return [message];
    },
  },
  {
    name: "receipts are lost",
    breaks: ["SEQ1"],
    fromService: onFrame((frame) => (frame[0] === 4 ? [] : [frame])),
  },
  {
    name: "a number is skipped",
    breaks: ["SEQ1"],
    fromService: onFrame((frame) => {
      // Only where receipts travel as well, so that no other check looks at numbers.
      if (frame[0] === 4 && frame.readUInt32BE(5) === 3) frame.writeUInt32BE(9, 5);
      return [frame];
    }),
  },
  {
    name: "the first of the missed frames stays away",
    breaks: ["SEQ2"],
    fromService: (message, link) => {
      if (missedOf(message) === 3) link.memory.set("skip", true);
      if (typeof message === "string" || link.memory.get("skip") !== true) return [message];
      link.memory.delete("skip");
      return frames(message).slice(1);
    },
  },
  {
    name: "every resume is said to have recovered",
    breaks: ["SEQ3", "RULE3"],
    slow: true,
    fromService: recovered,
  },
  {
    name: "what was said before somebody came is replayed to them",
    breaks: ["SEQ4"],
    fromService: (message) => {
      if (missedOf(message) !== 2) return [message];
      return [message, Buffer.from([1, 0, 0, 0, 0, 0, 0, 0, 1, ...Buffer.alloc(12), 1])];
    },
  },
  {
    name: "a replaced connection is told that it left",
    breaks: ["SEQ5"],
    closed: (code, reason) => (reason === "replaced" ? [1000, "left"] : [code, reason]),
  },
  { name: "no mark is ever sent", breaks: ["FLOW1"], fromService: onControl("mark", () => null) },
  {
    name: "slow readers are waited for",
    breaks: ["FLOW2", "FLOW3"],
    fromService: onControl("mark", (message, link) => {
      link.toService(JSON.stringify({ type: "ack", mark: message["mark"] }));
      return message;
    }),
  },
  {
    name: "an invented mark acknowledges",
    breaks: ["FLOW3"],
    fromService: onControl("mark", (message, link) => {
      link.memory.set("mark", message["mark"]);
      return message;
    }),
    fromClient: (message, link) =>
      message === '{"type":"ack","mark":"AAAAAAAA"}'
        ? [JSON.stringify({ type: "ack", mark: link.memory.get("mark") ?? "AAAAAAAA" })]
        : [message],
  },
  {
    name: "a refusal does not name its frame",
    breaks: ["FLOW4"],
    fromService: onControl("error", (message) => ({ ...message, ref: undefined })),
  },
  {
    name: "a full session says unauthorised",
    breaks: ["FLOW6"],
    fromService: renaming("session_full", "unauthorised"),
  },
  {
    name: "nothing is joined",
    breaks: ["FLOW8"],
    fromService: (message) => (typeof message === "string" ? [message] : frames(message)),
  },
  {
    name: "a ttl burn is told as an idle one",
    breaks: ["LIFE2", "RULE5"],
    fromService: onControl("burned", (message) =>
      message["cause"] === "ttl" ? { ...message, cause: "idle" } : message,
    ),
  },
  {
    name: "a burn by messages has no statement",
    breaks: ["RULE5"],
    fromService: onControl("burned", (message) =>
      message["cause"] === "messages" ? { ...message, statement: null } : message,
    ),
  },
  { name: "no change is told", breaks: ["LIFE8", "TURN12"], fromService: onControl("deadlines", () => null) },
  {
    name: "a spent invite says unauthorised",
    breaks: ["INV2"],
    fromService: renaming("invite_spent", "unauthorised"),
  },
  {
    name: "whoever is removed is told that they left",
    breaks: ["INV4"],
    closed: (code, reason) => (code === 4403 && reason === "removed" ? [1000, "left"] : [code, reason]),
  },
  {
    name: "whoever leaves is not forgotten",
    breaks: ["INV5"],
    fromClient: (message, link) => {
      if (message !== '{"type":"leave"}') return [message];
      link.closeClient(1000, "left");
      return [];
    },
  },
  {
    name: "revoked invites say unauthorised",
    breaks: ["INV2", "INV4", "INV6"],
    fromService: renaming("invite_revoked", "unauthorised"),
  },
  {
    name: "some pings are not answered",
    breaks: ["SOCK6"],
    slow: true,
    fromService: (message, link) => {
      const count = ((link.memory.get("pongs") as number | undefined) ?? 0) + (message === "pong" ? 1 : 0);
      link.memory.set("pongs", count);
      return message === "pong" && count === 30 ? [] : [message];
    },
  },
  {
    name: "sessions are kept awake",
    breaks: ["HIB1", "SEQ6"],
    slow: true,
    opened: (link) => {
      const timer = setInterval(() => {
        link.toService('{"type":"ack","mark":"AAAAAAAA"}');
      }, 4_000);
      setTimeout(() => {
        clearInterval(timer);
      }, 60_000).unref();
      timer.unref();
    },
  },
  {
    name: "a new epoch is told after the frame that came with it",
    breaks: ["SEQ6"],
    slow: true,
    fromService: (message, link) => {
      if (typeof message === "string" && message.includes('"type":"epoch"')) {
        link.memory.set("epoch", message);
        return [];
      }
      const epoch = link.memory.get("epoch") as Message | undefined;
      link.memory.delete("epoch");
      return epoch === undefined ? [message] : [message, epoch];
    },
  },
];
