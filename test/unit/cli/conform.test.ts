// The conformance kit without a deployment: that its two tables hold every rule of the specification, that the
// document shows them, and every way to be given the wrong thing.
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { renderConformanceDocument } from "../../../scripts/conformance-docs.ts";
import { BEYOND_SIGHT } from "../../../src/cli/conform/beyond-sight.ts";
import {
  MAX_CONNECTIONS,
  MAX_RECEIVED_MESSAGES,
  MAX_REQUESTS,
  MAX_SENT_BYTES,
  MAX_SESSIONS,
  RUN_WITHIN_MS,
} from "../../../src/cli/conform/bounds.ts";
import { CHECKS, RULES } from "../../../src/cli/conform/rules.ts";
import { encodeFrame, RawSocket, type SocketMessage } from "../../../src/cli/conform/web-socket.ts";
import { Duplex } from "node:stream";
import { read } from "../docs/markdown.ts";
import { createCli, oneLine, type Cli } from "./cli.ts";

const SPECIFIED = [...read("docs/spec.md").matchAll(/^- \[([A-Z]+\d+)\]/gm)].map(([, id = ""]) => id);

describe("[CONF1] every rule of docs/spec.md", () => {
  it("is tried, or stands among what cannot be observed, never in both, and there are no others", () => {
    const tried = new Set(CHECKS.flatMap(({ rules }) => rules));
    const unseen = new Set(BEYOND_SIGHT.keys());
    expect(SPECIFIED.filter((rule) => !tried.has(rule) && !unseen.has(rule))).toEqual([]);
    expect([...tried].filter((rule) => unseen.has(rule))).toEqual([]);
    expect(RULES.filter((rule) => !SPECIFIED.includes(rule))).toEqual([]);
    expect(RULES.length).toBe(new Set(SPECIFIED).size);
  });

  it("has one line that says what is tried or why nothing is", () => {
    const lines = [...CHECKS.map(({ tries }) => tries), ...BEYOND_SIGHT.values()];
    expect(lines.filter((line) => line.length < 15 || line.length > 135 || /[\n|]/.test(line))).toEqual([]);
  });

  it("stands in docs/conformance.md as the code has it (npm run docs), with the bounds of a run", async () => {
    const document = read("docs/conformance.md");
    expect(await renderConformanceDocument(document)).toBe(document);
    const bounds = `${String(MAX_REQUESTS)} requests, ${String(MAX_CONNECTIONS)} connections, ${String(MAX_SESSIONS)} sessions, ${String(MAX_SENT_BYTES / 1e6)} MB`;
    expect(document.replaceAll("\n", " ")).toContain(bounds);
    expect(RUN_WITHIN_MS).toBe(180_000);
    expect(document).toContain(`${MAX_RECEIVED_MESSAGES.toLocaleString("en-US")} messages`);
    const [, ...shown] = /(\d+) pass, (\d+) fail, (\d+) cannot observe/.exec(document)?.map(Number) ?? [];
    expect(shown).toEqual([RULES.length - BEYOND_SIGHT.size - 1, 1, BEYOND_SIGHT.size]);
  });
});

describe("[CONF4] ghost-session conform", () => {
  let cli: Cli;
  const servers: Server[] = [];
  beforeAll(async () => {
    cli = await createCli();
  });
  afterAll(async () => {
    for (const server of servers) server.close();
    await cli.remove();
  });

  async function serve(listener: RequestListener): Promise<string> {
    const server = createServer(listener);
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  }

  it("lists every rule without asking anybody, and a few where a few are named", async () => {
    const { code, out, err } = await cli.run(["conform", "--list"]);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out.trimEnd().split("\n").map((line) => line.split(" ")[0])).toEqual(RULES); // prettier-ignore
    const few = await cli.run(["conform", "--list", "--only", "seq1,PII1"]);
    expect(few.out.trimEnd().split("\n")).toHaveLength(2);
  });

  it.each([
    [[], "give one URL"],
    [["https://a.example", "https://b.example"], "give one URL"],
    [["ghost.example"], "is not a web address"],
    [["ftp://ghost.example"], "is not a web address"],
    [["http://ghost.example"], "use https"],
    [["https://ghost.example/v1"], "without anything behind it: https://ghost.example"],
    [["https://ghost.example", "--only", "SEQ99"], 'there is no rule "SEQ99"'],
    [["https://ghost.example", "--fast"], "Unknown option"],
    [["--list", "https://ghost.example"], "--list takes no URL"],
  ])("refuses %j with exit code 2", async (args, line) => {
    const { code, out, err } = await cli.run(["conform", ...args]);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(oneLine(err)).toContain(line);
  });

  it("says with exit code 3 that nobody answers, or somebody else", async () => {
    const silent = await cli.run(["conform", "http://127.0.0.1:9"]);
    expect(silent.code).toBe(3);
    expect(oneLine(silent.err)).toContain("cannot be reached");
    const other = await serve((_request, response) => response.end("<p>hello\u001b[2J</p>"));
    const { code, err } = await cli.run(["conform", other]);
    expect(code).toBe(3);
    expect(oneLine(err)).toContain("is not a ghost-session deployment");
  });

  it("says with exit code 3 that sessions cannot be created, without what a stranger could write", async () => {
    const closed = await serve(({ url }, response) => {
      response.setHeader("content-type", "application/json");
      if (url === "/v1/health") response.end('{"status":"ok","build":"x"}');
      else if (url === "/.well-known/jwks.json") response.end('{"keys":[]}');
      else response.writeHead(401).end('{"code":"sign_in\\u001b[2J"}');
    });
    const { code, err } = await cli.run(["conform", closed]);
    expect(code).toBe(3);
    expect(oneLine(err)).toContain("does not let this kit create sessions: sign_in?[2J");
  });
});

describe("[CONF3] the kit's own WebSocket", () => {
  /** What is heard of a server that writes these bytes, cut at every place. */
  function heard(bytes: Buffer, cutAt: number): SocketMessage[] {
    const all: SocketMessage[] = [];
    const stream = new Duplex({ read: () => undefined, write: (_chunk, _encoding, done) => { done(); } }); // prettier-ignore
    const socket = new RawSocket(
      stream,
      (message) => all.push(message),
      () => undefined,
    );
    socket.start(bytes.subarray(0, cutAt));
    stream.emit("data", bytes.subarray(cutAt));
    return all;
  }

  const text = Buffer.from([0x01, 2, 0x68, 0x65, 0x80, 3, 0x6c, 0x6c, 0x6f]);
  const close = Buffer.from([0x88, 4, 0x11, 0x3a, 0x68, 0x69]);

  it("reads fragments and closes, wherever the network cuts them", () => {
    const bytes = Buffer.concat([text, close]);
    for (let cutAt = 0; cutAt <= bytes.length; cutAt++) {
      expect(heard(bytes, cutAt)).toEqual([
        { kind: "text", text: "hello" },
        { kind: "end", code: 4410, reason: "hi" },
      ]);
    }
  });

  it.each([
    ["a masked frame", Buffer.concat([encodeFrame(1, Buffer.from("hi"))]), "a frame is masked"],
    ["a reserved bit", Buffer.from([0xc1, 0]), "a reserved bit is set"],
    ["a fragmented ping", Buffer.from([0x09, 0]), "a control frame is too long"],
    ["a continuation of nothing", Buffer.from([0x80, 0]), "fragments are mixed up"],
    ["a text that is not UTF-8", Buffer.from([0x81, 1, 0xff]), "a text is not UTF-8"],
    [
      "endless fragments",
      Buffer.concat([Buffer.from([0x01, 0]), Buffer.alloc(4_000)]),
      "a message is in too many fragments",
    ],
    ["an endless frame", Buffer.from([0x82, 127, 0, 0, 1, 0, 0, 0, 0, 0]), "a frame is huge"],
  ])("ends at %s", (_what, bytes, reason) => {
    expect(heard(bytes, 0)).toEqual([
      { kind: "end", code: 1006, reason: `the service broke RFC 6455: ${reason}` },
    ]);
  });

  it.each([0, 125, 126, 65_535, 65_536])("writes frames of %i bytes as RFC 6455 lays them out", (length) => {
    const frame = encodeFrame(2, new Uint8Array(length).fill(7));
    const headBytes = length < 126 ? 2 : length < 65_536 ? 4 : 10;
    expect(frame.length).toBe(headBytes + 4 + length);
    expect([frame[0], (frame[1] ?? 0) & 0x80]).toEqual([0x82, 0x80]);
    const key = frame.subarray(headBytes, headBytes + 4);
    const body = frame.subarray(headBytes + 4).map((byte, index) => byte ^ (key[index & 3] ?? 0));
    expect(body.every((byte) => byte === 7)).toBe(true);
  });
});
