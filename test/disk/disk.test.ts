// Nothing of a chat reaches a disk: watched from outside, by the calls that the whole process tree makes and
// by a search through every file that the run keeps.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { randomBytes } from "node:crypto";
import { tmpdir } from "node:os";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Created } from "../../src/protocol/api.ts";
import { canariesIn, scanDirectory, type Canary } from "../support/canaries.ts";
import { call, Client, createSession, mintInvite } from "../support/client.ts";
import { endPrograms, eventually, Program } from "../support/processes.ts";
import { checkStrace, isHarmless, STRACE_ARGUMENTS, writtenFiles } from "../support/strace.ts";

const traces = mkdtempSync(join(tmpdir(), "ghost-trace-"));
const mark = randomBytes(8).toString("hex");
const content: Canary[] = [
  { name: "content of the host", text: `canary-host-${mark}` },
  { name: "content of the guest", text: `canary-guest-${mark}` },
];

beforeAll(checkStrace);
afterAll(async () => {
  await endPrograms();
  rmSync(traces, { recursive: true });
});

interface Chat {
  readonly created: Created;
  readonly clients: readonly [Client, Client];
  /** What no file may hold, ever. */
  readonly secrets: readonly Canary[];
  /** What the record holds while the session lives, and no file afterwards. */
  readonly ids: readonly Canary[];
}

async function chat(url: URL): Promise<Chat> {
  const created = await createSession(url, { burn: { idle: 600 } });
  const invite = await mintInvite(url, created);
  const host = Client.connect(url, created.id, created.hostToken);
  const hostWelcome = await host.control("welcome");
  const guest = Client.connect(url, created.id, invite);
  const guestWelcome = await guest.control("welcome");
  for (let i = 0; i < 20; i++) {
    host.send(`${content[0]?.text ?? ""} ${String(i)}`);
    guest.send(`${content[1]?.text ?? ""} ${String(i)}`);
  }
  for (let i = 0; i < 20; i++) await Promise.all([host.content(), guest.content()]);
  const signature = (token: string) => token.slice(token.lastIndexOf(".") + 1);
  return {
    created,
    clients: [host, guest],
    secrets: [
      ...content,
      { name: "host token", text: signature(created.hostToken) },
      { name: "invite token", text: signature(invite) },
      { name: "participant token", text: signature(guestWelcome.token) },
      { name: "resume secret of the host", text: hostWelcome.resume },
      { name: "resume secret of the guest", text: guestWelcome.resume },
      { name: "epoch", text: guestWelcome.epoch },
    ],
    ids: [
      { name: "session id", text: created.id },
      { name: "id of the host", text: hostWelcome.participant },
      { name: "id of the guest", text: guestWelcome.participant },
    ],
  };
}

describe("npm start under strace", () => {
  it("[RUN4] writes nothing outside its directory, and no canary into it or its output", async () => {
    const trace = join(traces, "run.trace");
    // npm keeps a log, a compile cache and looks for updates, all of itself: switched off.
    const program = new Program("strace", [...STRACE_ARGUMENTS, "-o", trace, "npm", "start"], {
      PORT: "0",
      npm_config_logs_max: "0",
      npm_config_update_notifier: "false",
      NODE_DISABLE_COMPILE_CACHE: "1",
    });
    const url = new URL(await program.printed(/runs at (\S+)/));
    const directory = await program.printed(/(\/\S*ghost-session-\w+)/);
    const { created, clients, secrets, ids } = await chat(url);

    expect(scanDirectory(directory, secrets)).toEqual([]);
    // Control: the same search finds what is there, in the record and in a file of ours.
    expect(scanDirectory(directory, ids)).not.toEqual([]);
    const planted = join(directory, "scratch", "planted");
    writeFileSync(planted, `x${Buffer.from(`..${content[0]?.text ?? ""}..`).toString("base64")}`);
    expect(scanDirectory(directory, secrets)).toEqual([`content of the host in ${planted}`]);
    rmSync(planted);

    const burned = await call(url, "DELETE", `/v1/sessions/${created.id}`, {
      token: created.hostToken,
    });
    expect(burned.status).toBe(200);
    const { statement } = burned.body as { statement: string };
    for (const client of clients) await client.closed();
    // workerd keeps an empty file with the name of the session, and its list of alarms, until the run ends:
    // a random number that opens nothing. The record, with everything in it, is gone.
    const all = [...secrets, ...ids, { name: "statement", text: statement.slice(-40) }];
    const stays = (found: string) => /^session id in .*(metadata|[0-9a-f]{64})\.sqlite[-a-z]*$/.test(found);
    await eventually(() => scanDirectory(directory, all).every(stays));

    await program.interrupt();
    expect(canariesIn(Buffer.from(program.output), all)).toEqual([]);
    expect(existsSync(directory)).toBe(false);

    const written = writtenFiles(trace);
    // The trace saw the run: the storage is in it.
    expect(written.some((path) => path.startsWith(`${directory}/`) && path.includes(created.id))).toBe(true);
    expect(written.filter((path) => !path.startsWith(`${directory}/`) && !isHarmless(path))).toEqual([]);
  });

  it("[RUN4] control: a file that is written is seen, by the trace and by the search", async () => {
    const trace = join(traces, "control.trace");
    const leak = join(traces, "leak");
    const program = new Program("strace", [
      ...STRACE_ARGUMENTS,
      ...["-o", trace, process.execPath, "--eval"],
      `require("fs").writeFileSync(${JSON.stringify(leak)}, ${JSON.stringify(content[0]?.text)})`,
    ]);
    expect(await program.ended).toEqual({ code: 0, signal: null });
    expect(writtenFiles(trace).filter((path) => !isHarmless(path))).toEqual([leak]);
    expect(scanDirectory(traces, content)).toEqual([`content of the host in ${leak}`]);
  });
});
