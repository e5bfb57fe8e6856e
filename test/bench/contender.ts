// The three services under one face: a room is made with a durable deadline, and peers join it.
import { Agent, request } from "node:http";
import { makeSecrets } from "../../src/local/secrets.ts";
import { ghost, plain, type Dialect } from "./dialect.ts";
import { Peer } from "./peer.ts";
import {
  bundle,
  configuredObject,
  configuredVariables,
  startService,
  type Module,
  type Program,
  type Service,
} from "./service.ts";

export const NAMES = ["raw", "partyserver", "ghost-session"] as const;
export type Name = (typeof NAMES)[number];

/** A service that runs, and how to use it. */
export interface Contender {
  readonly name: Name;
  readonly dialect: Dialect;
  readonly service: Service;
  /** One request that makes a room. */
  createRoom(): Promise<Room>;
}

export interface Room {
  /** Joins as one more participant. */
  join(): Promise<Peer>;
  /** Ends the room; null where the service has no such thing. */
  readonly burn: (() => Promise<Answer>) | null;
}

interface Kind {
  readonly program: Program;
  readonly dialect: Dialect;
  createRoom(port: number, dialect: Dialect): Promise<Room>;
}

/** Far above what is sent: rate limits are part of the job, being limited is not. */
const FRAMES_PER_SECOND = 10_000_000;
/** the most that a session admits, its host included */
const PARTICIPANTS = 1_000;

const KINDS: Readonly<Record<Name, Kind>> = {
  raw: {
    program: {
      main: "test/bench/workers/raw.ts",
      object: { binding: "ROOM", className: "Room" },
      variables: {},
    },
    dialect: plain,
    createRoom: (port, dialect) => createPlainRoom(port, dialect, ""),
  },
  partyserver: {
    program: {
      main: "test/bench/workers/partyserver.ts",
      object: { binding: "Room", className: "Room" },
      variables: {},
    },
    dialect: plain,
    createRoom: (port, dialect) => createPlainRoom(port, dialect, "/parties/room"),
  },
  "ghost-session": {
    program: {
      main: "src/index.ts",
      object: configuredObject(),
      variables: {
        ...configuredVariables(),
        ...makeSecrets(),
        MAX_FRAMES_PER_SECOND: String(FRAMES_PER_SECOND),
      },
    },
    dialect: ghost,
    createRoom: createSession,
  },
};

const bundles = new Map<Name, Promise<readonly Module[]>>();

export async function startContender(name: Name): Promise<Contender> {
  const { program, dialect, createRoom } = KINDS[name];
  const modules = bundles.get(name) ?? bundle(program);
  bundles.set(name, modules);
  const service = await startService(program, await modules);
  return { name, dialect, service, createRoom: () => createRoom(service.port, dialect) };
}

let rooms = 0;

async function createPlainRoom(port: number, dialect: Dialect, prefix: string): Promise<Room> {
  const path = `${prefix}/${String(rooms++)}`;
  await expectStatus(201, call(port, "POST", path, null, ""));
  return { join: () => new Peer(dialect).connect(port, path, ""), burn: null };
}

async function createSession(port: number, dialect: Dialect): Promise<Room> {
  const body = {
    burn: { ttl: 3_600 },
    limits: { participants: PARTICIPANTS, framesPerSecond: FRAMES_PER_SECOND },
  };
  const created = await expectStatus(201, call(port, "POST", "/v1/sessions", null, JSON.stringify(body)));
  const { hostToken, links } = JSON.parse(created.body) as {
    hostToken: string;
    links: { self: string; invites: string; socket: string };
  };
  // The host joins first; the others share one invite, which is made when the second one comes.
  let invite: Promise<string> | null = null;
  let hostJoined = false;
  const mint = async (): Promise<string> => {
    const uses = JSON.stringify({ uses: PARTICIPANTS });
    const minted = await expectStatus(201, call(port, "POST", links.invites, hostToken, uses));
    return (JSON.parse(minted.body) as { token: string }).token;
  };
  const nextToken = (): string | Promise<string> => {
    if (hostJoined) return (invite ??= mint());
    hostJoined = true;
    return hostToken;
  };
  return {
    join: async () => {
      const protocols = `ghost.v1, ghost.token.${await nextToken()}`;
      return new Peer(dialect).connect(port, links.socket, protocols);
    },
    burn: () => expectStatus(200, call(port, "DELETE", links.self, hostToken, "")),
  };
}

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** requests that may be under way at once, here and where rooms are made in bulk */
export const CONNECTIONS = 16;
const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });

function call(
  port: number,
  method: string,
  path: string,
  token: string | null,
  body: string,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = {
      ...(token !== null && { authorization: `Bearer ${token}` }),
      ...(body !== "" && { "content-type": "application/json" }),
      "content-length": Buffer.byteLength(body),
    };
    const sent = request({ host: "127.0.0.1", port, method, path, headers, agent }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => {
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() });
      });
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

async function expectStatus(status: number, answer: Promise<Answer>): Promise<Answer> {
  const got = await answer;
  if (got.status !== status)
    throw new Error(`status ${String(status)} expected: ${String(got.status)} ${got.body}`);
  return got;
}
