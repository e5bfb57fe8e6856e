// Somebody else's transport under somebody else's client: the lines of docs/protocol.md as they are printed there,
// and the least that has to be done around them to talk.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import type ReconnectingWebSocket from "partysocket/ws";
import { createSeal, type Seal } from "../../src/crypto/seal.ts";
import { encodeContent, parseContent } from "../../src/crypto/seal-content.ts";
import type { InviteLink } from "../../src/client/index.ts";
import { parseServerControl, type ServerControl } from "../../src/protocol/control.ts";
import { encodeClientRelay, parseServerMessage } from "../../src/protocol/frames.ts";
import { ROOT } from "./processes.ts";

export interface Place {
  readonly token: string;
  resume?: string;
  epoch?: string;
  seq?: number;
}

type ForeignSocket = ReconnectingWebSocket;

export type Connect = (address: string, place: Place) => ForeignSocket;

/** The example of the page, with the library that it imports, as a module. */
export async function loadExample(): Promise<Connect> {
  const page = readFileSync(`${ROOT}docs/protocol.md`, "utf8");
  const example = /```js\n(import ReconnectingWebSocket.*?)```/s.exec(page)?.[1] ?? "";
  const { outputFiles } = await build({
    stdin: { contents: example, resolveDir: ROOT },
    bundle: true,
    format: "esm",
    target: "es2024",
    write: false,
  });
  const directory = mkdtempSync(join(tmpdir(), "ghost-foreign-"));
  try {
    const file = join(directory, "connect.mjs");
    writeFileSync(file, outputFiles[0]?.contents ?? "");
    const module = (await import(/* @vite-ignore */ pathToFileURL(file).href)) as { connect: Connect };
    return module.connect;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Talks over it: seals, opens, and keeps the place up to date. Without names, and without sending anything again. */
export class ForeignClient {
  readonly texts: string[] = [];
  readonly heard: ServerControl[] = [];
  readonly closes: number[] = [];
  readonly socket: ForeignSocket;
  /** how often the library asked what to offer: once for each connection that it tried to make */
  attempts = 0;
  readonly #seal: Seal;
  readonly #place: Place;

  private constructor(connect: Connect, address: string, token: string, seal: Seal) {
    this.#seal = seal;
    this.#place = { token };
    this.socket = connect(
      address,
      countReads(this.#place, () => (this.attempts += 1)),
    );
    this.socket.binaryType = "arraybuffer";
    this.socket.addEventListener("message", ({ data }) => {
      if (typeof data === "string") this.#hearText(data);
      else void this.#hearBytes(new Uint8Array(data as ArrayBuffer));
    });
    this.socket.addEventListener("close", ({ code }) => this.closes.push(code));
  }

  static async connect(connect: Connect, link: InviteLink, service = link.service): Promise<ForeignClient> {
    const seal = await createSeal(link.roomKey, link.session, crypto.getRandomValues(new Uint8Array(16)));
    const address = `${service.replace("http", "ws")}/v1/sessions/${link.session}/ws`;
    return new ForeignClient(connect, address, link.token, seal);
  }

  async send(text: string): Promise<void> {
    const { bytes, counter } = await this.#seal.seal(encodeContent({ kind: "text", text }));
    this.socket.send(encodeClientRelay(counter, bytes));
  }

  #hearText(text: string): void {
    const message = parseServerControl(text);
    if (!message.ok) return;
    this.heard.push(message.value);
    if (message.value.type !== "welcome") return;
    const { token, resume, epoch, seq, resumed } = message.value;
    const missed = resumed?.recovered === true ? Number(resumed.missed) : 0;
    Object.assign(this.#place, { token, resume, epoch, seq: seq - missed });
    this.socket.send("ping");
  }

  async #hearBytes(bytes: Uint8Array): Promise<void> {
    const frames = parseServerMessage(bytes);
    if (!frames.ok) throw new Error("the service sent a bad frame");
    for (const frame of frames.value) {
      this.#place.seq = frame.seq;
      const opened = frame.kind === "relay" ? await this.#seal.open(frame.sealed) : null;
      const content = opened?.ok === true ? parseContent(opened.plaintext) : null;
      if (content !== null && typeof content !== "string" && content.kind === "text")
        this.texts.push(content.text);
    }
  }
}

function countReads(place: Place, count: () => void): Place {
  return new Proxy(place, {
    get: (target, name) => {
      if (name === "token") count();
      return Reflect.get(target, name) as unknown;
    },
  });
}
