// Reads what the commands are given: files, standard input and web addresses. Everything is bounded, and every
// failure becomes one line that names the source and what to do about it.
import { createReadStream } from "node:fs";
import { CommandError } from "./command.ts";

/** bytes; a statement is under 1,500 and a set of a hundred keys under 20,000. */
export const MAX_INPUT_BYTES = 65_536;
/** milliseconds; longest wait for a web address, its body included. */
export const FETCH_TIMEOUT_MS = 5_000;

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EISDIR: "it is a directory",
  EACCES: "permission denied",
};

/** Reads a text file, or standard input where `path` is `-`. */
export async function readTextFile(path: string): Promise<string> {
  const name = path === "-" ? "standard input" : path;
  try {
    return await readBounded(name, path === "-" ? process.stdin : createReadStream(path));
  } catch (error) {
    if (error instanceof CommandError) throw error;
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown error";
    throw new CommandError(`cannot read ${name}: ${REASONS[code] ?? code}`);
  }
}

/** Fetches text over https; over plain http from this machine only, since anybody on the way could change it. */
export async function fetchText(address: string): Promise<string> {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url === null) throw new CommandError(`${address} is not a web address`);
  if (url.protocol !== "https:" && !(url.protocol === "http:" && isThisMachine(url))) {
    throw new CommandError(`${address} is refused: use https (plain http is for localhost only)`);
  }
  try {
    const answer = await fetch(url, {
      headers: { accept: "application/json" },
      // A redirect could lead to plain http, or to another service's keys.
      redirect: "error",
      signal: AbortSignal.timeout(FETCH_TIMEOUT_MS),
    });
    if (!answer.ok) throw new CommandError(`${address} answered with status ${String(answer.status)}`);
    return answer.body === null ? "" : await readBounded(address, answer.body as WebBody);
  } catch (error) {
    if (error instanceof CommandError) throw error;
    const late = error instanceof Error && error.name === "TimeoutError";
    const seconds = String(FETCH_TIMEOUT_MS / 1_000);
    throw new CommandError(
      late
        ? `${address} did not answer within ${seconds} s`
        : `${address} cannot be fetched: it does not answer, or it redirects`,
    );
  }
}

/** TypeScript's library for browsers does not know that Node's streams can be iterated. */
type WebBody = ReadableStream<Uint8Array> & AsyncIterable<Uint8Array>;

export function isThisMachine({ hostname }: URL): boolean {
  return hostname === "localhost" || hostname === "127.0.0.1" || hostname === "[::1]";
}

async function readBounded(name: string, source: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of source) {
    size += chunk.length;
    if (size > MAX_INPUT_BYTES) {
      throw new CommandError(`${name} is larger than ${String(MAX_INPUT_BYTES)} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
