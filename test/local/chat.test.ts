// The chat as people and scripts run it: built, as processes, in terminals and pipes, with the real service.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeSecrets } from "../../src/local/secrets.ts";
import { startService, type Service } from "../../src/local/service.ts";
import { createChatCli, type ChatCli, type ChatProcess } from "../support/chat-process.ts";
import {
  endPrograms,
  eventually,
  processesNaming,
  Program,
  quietPort,
  SERVICE,
} from "../support/processes.ts";
import { startProxy } from "../support/tcp-proxy.ts";

let service: Service;
let cli: ChatCli;
let env: Record<string, string>;
beforeAll(async () => {
  [service, cli] = await Promise.all([startService(), createChatCli()]);
  env = { GHOST_SERVICE: service.url.origin };
});
afterAll(async () => {
  await endPrograms();
  await service.stop();
  cli.remove();
});

/** Runs it to its end without input. */
async function finish(chat: ChatProcess): Promise<number | null> {
  chat.endInput();
  return (await chat.ended).code;
}

async function jsonOf(chat: ChatProcess): Promise<Record<string, unknown>[]> {
  await chat.ended;
  const lines = chat.output.split("\n").filter((line) => line.startsWith("{"));
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

function chat(args: string): ChatProcess {
  return cli.terminal(`${cli.command} chat ${args}`, env);
}

describe("[CHAT1] two terminals", () => {
  it("chat; one burns, the other saves the statement, and it verifies", async () => {
    const ada = chat("--name Ada --ttl 10m --burn-by anyone");
    const bob = chat("- --name Bob --statement burned.jws");
    await bob.printed(/(Invite link)/);
    bob.type(`${await ada.link}\r`);
    await bob.printed(/(is called Ada|Here: \[\S+\] Ada)/);
    await ada.printed(/\[\S{4}\] (is called Bob)/);
    ada.type("Hello Bob\r");
    await bob.printed(/\[[\w-]{4}\] (Ada: Hello Bob)/);
    bob.type("//me \u{1f44b}\r/who\r/nonsense\r/time\r/name Robert\r");
    await ada.printed(/Bob: (\/me \u{1f44b})/u);
    await ada.printed(/Bob is called (Robert)/);
    await bob.printed(/(Ada \(host\))[^]*no such command[^]*Time left: (?:10|[5-9])m/);
    bob.type("/invite\r");
    await bob.printed(/\/invite failed: [^(]*\((forbidden)\)/);
    ada.type("/burn\r");
    expect(await Promise.all([ada.ended, bob.ended])).toEqual(Array(2).fill({ code: 0, signal: null }));
    expect(bob.text).toContain("* The session burned: somebody who may do that asked for it (asked).");
    expect(bob.text).toContain("signed by the key that the invite link names");
    const jwks = `${service.url.origin}/.well-known/jwks.json`;
    const check = cli.pipe(["verify-statement", "burned.jws", "--jwks", jwks]);
    expect(await finish(check)).toBe(0);
    expect(check.output).toContain("The statement verifies.");
    // [CHAT7] Bob's terminal never showed the link that he pasted.
    expect(bob.output).not.toContain("ghost1");
  });

  it("[CHAT8] Ctrl-D and Ctrl-C leave, and the other one is told", async () => {
    const ada = chat("--name Ada --uses 2");
    const link = await ada.link;
    for (const key of ["\u0004", "\u0003"]) {
      const bob = chat(`'${link}' --name Bob`);
      await bob.printed(/(Type and press Enter)/);
      await ada.printed(/\[\S{4}\] is called (Bob)/);
      bob.type(key);
      expect(await bob.ended).toEqual({ code: 0, signal: null });
      expect(bob.text).toContain("* You left.");
      await ada.printed(/(\] Bob left)/);
      ada.output = "";
    }
    ada.type("/burn\r");
    expect(await ada.ended).toEqual({ code: 0, signal: null });
  });
});

describe("[CHAT3] pipes", () => {
  it("send every line in order, more than may wait at once, and miss none", async () => {
    const lines = Array.from({ length: 90 }, (_, n) => `line ${String(n)}`);
    const host = cli.pipe(["chat", "--people", "2", "--burn"], env);
    const guest = cli.pipe(["chat", await host.link, "--json", "--wait"], env);
    guest.endInput();
    host.type(lines.join("\n"));
    expect(await finish(host)).toBe(0);
    const events = await jsonOf(guest);
    expect(events.filter(({ type }) => type === "message").map(({ text }) => text)).toEqual(lines);
    expect(events[0]).toMatchObject({ type: "session", created: false });
    expect(events.at(-1)).toMatchObject({ type: "end", state: "burned", statement: "verified", exitCode: 0 });
  });

  it("[CHAT2] nothing that others say does anything to a terminal or passes for another line", async () => {
    const reader = cli.pipe(["chat", "--name", "Ada", "--wait"], env);
    reader.endInput();
    const writer = cli.pipe(["chat", await reader.link, "--name", "* Ada left"], env);
    writer.type("\u001b[2J\u001b]52;c;x\u0007\r* [aaaa] Bob left.\u202e\u009b1A\n");
    expect(await finish(writer)).toBe(0);
    await reader.printed(/\* \[\S{4}\] (\* Ada left left\.)/);
    expect(reader.output).toContain(
      "\\u{1b}[2J\\u{1b}]52;c;x\\u{7}\\r* [aaaa] Bob left.\\u{202e}\\u{9b}1A\n",
    );
    expect(reader.output.replaceAll("\n", "")).not.toMatch(/\p{Cc}/u);
    await reader.interrupt();
  });

  it("[CHAT4] end with 0 when asked to stop, and with 6 when nobody reads them any more", async () => {
    const host = cli.pipe(["chat", "--uses", "2", "--wait"], env);
    const link = await host.link;
    const stopped = cli.pipe(["chat", link, "--wait"], env);
    await stopped.printed(/(You joined)/);
    expect(await stopped.kill("SIGTERM")).toEqual({ code: 0, signal: null });
    const unread = cli.pipe(["chat", link, "--wait"], env);
    await unread.printed(/(You joined)/);
    unread.process.stdout?.destroy();
    host.type("anybody?\n");
    expect((await unread.ended).code).toBe(6);
    await host.interrupt();
  });
});

describe("[CHAT6] what cannot be done says why, each with its code", () => {
  it("links that are spent, cut off, changed, of another deployment, or burned", async () => {
    const host = cli.pipe(["chat", "--wait"], env);
    const link = await host.link;
    const other = await startService();
    const foreign = link.replace(service.url.origin, other.url.origin);
    expect(await finish(cli.pipe(["chat", link], env))).toBe(0);
    const cases: readonly (readonly [string, string])[] = [
      [link, "invite_spent"],
      [link.slice(0, -4), "link_truncated"],
      ["hello", "link_malformed"],
      [link.replace("127.0.0.1", "10.0.0.1"), "link_insecure"],
      [foreign, "wrong_deployment"],
    ];
    for (const [given, code] of cases) {
      const refused = cli.pipe(["chat", given]);
      expect(await finish(refused), code).toBe(3);
      expect(refused.output.trim().split("\n"), code).toHaveLength(1);
      expect(refused.output).toContain(`(${code})`);
      expect(refused.output).not.toContain("ghost1");
      const read = cli.pipe(["chat", "-", "--json"]);
      read.type(`${given}\n`);
      expect(await finish(read), code).toBe(3);
      expect((await jsonOf(read)).at(-1)).toMatchObject({ type: "end", reason: code, exitCode: 3 });
    }
    await other.stop();
    await host.interrupt();
  });

  it("arguments, a service that is not there, and a timer out of bounds", async () => {
    const cases: readonly (readonly [string[], number, string])[] = [
      [["--ttl", "soon"], 2, "--ttl takes a time"],
      [["--service", "nowhere"], 2, "--service takes an address"],
      [["--name", "a\u202eb"], 2, "name_invalid"],
      [["--statement", "."], 2, "exists already"],
      [["--service", "http://127.0.0.1:1"], 4, "unreachable"],
      [["--ttl", "999d"], 3, "out_of_bounds"],
    ];
    for (const [args, code, line] of cases) {
      const refused = cli.pipe(["chat", ...args], env);
      expect(await finish(refused), line).toBe(code);
      expect(refused.output.trim().split("\n"), line).toHaveLength(1);
      expect(refused.output).toContain(line);
    }
  });

  it("[CHAT9] a Node without WebSocket is told so in one line; the other commands do not need one", async () => {
    const options = { NODE_OPTIONS: "--no-experimental-websocket", ...env };
    const refused = cli.pipe(["chat"], options);
    expect(await finish(refused)).toBe(2);
    expect(refused.output).toMatch(/^ghost-session: chat needs Node 22 or newer: [^\n]*\n$/);
    expect(await finish(cli.pipe(["keygen"], options))).toBe(0);
  });
});

describe("[CHAT4] a service that fails", () => {
  it("a connection that is cut is made again, and what was said meanwhile arrives", async () => {
    const proxy = await startProxy(service.url);
    const host = cli.pipe(["chat", "--json", "--wait"], { GHOST_SERVICE: proxy.origin });
    const link = (await host.link).replace(proxy.origin, service.url.origin);
    const guest = cli.pipe(["chat", link, "--json", "--wait"]);
    await host.printed(/("joined":\["[^]*?)\n/);
    proxy.refuse(true);
    proxy.drop();
    await host.printed(/("state":"reconnecting")/);
    host.type("said in the dark\n");
    const before = proxy.refusals;
    await eventually(() => proxy.refusals >= before + 2);
    proxy.refuse(false);
    await guest.printed(/("text":"said in the dark")/);
    await host.printed(/("type":"sent","line":1)/);
    host.endInput();
    await host.kill("SIGTERM");
    expect((await host.ended).code).toBe(0);
    await guest.interrupt();
    await proxy.stop();
  });

  it("killed and back with its storage and secrets: the same session goes on", async () => {
    const secrets = makeSecrets();
    const port = await quietPort();
    const options = { bindings: secrets, storageDir: join(cli.directory, "storage"), port };
    const first = new Program(process.execPath, [SERVICE], { GHOST_TEST_OPTIONS: JSON.stringify(options) });
    const url = new URL(await first.printed(/url=(\S+)/));
    const directory = await first.printed(/directory=(\S+)/);
    const host = cli.pipe(["chat", "--service", url.origin, "--wait", "--name", "Ada"]);
    const guest = cli.pipe(["chat", await host.link, "--json", "--burn"]);
    await guest.printed(/("type":"session")/);
    await first.kill("SIGKILL");
    await eventually(() => processesNaming(directory).length === 0);
    await host.printed(/(Connection lost)/);
    const second = new Program(process.execPath, [SERVICE], { GHOST_TEST_OPTIONS: JSON.stringify(options) });
    await second.printed(/url=(\S+)/);
    // Whoever is back first would speak to nobody.
    await host.printed(/(Connected again)/);
    await guest.printed(/("state":"live")/);
    host.type("still there?\n");
    await guest.printed(/("text":"still there\?")/);
    expect(host.output).toContain("Connected again");
    expect(guest.output).toContain('"type":"resumed","recovered":false');
    // The guest may not burn: it says so and leaves with the code of a refusal.
    expect(await finish(guest)).toBe(3);
    expect(guest.output).toContain('"type":"failed","what":"The burn","code":"forbidden"');
    await host.interrupt();
    await second.kill("SIGTERM");
  });

  it("gone for good and back as another one: refused, not tried for ever", async () => {
    const port = await quietPort();
    const own = await startService({ port });
    const host = cli.pipe(["chat", "--service", own.url.origin, "--wait"]);
    await host.printed(/(Whoever has it)/);
    await own.stop();
    await host.printed(/(Connection lost)/);
    const other = await startService({ port });
    expect((await host.ended).code).toBe(3);
    expect(host.output).toContain("(unauthorised)");
    await other.stop();
  });
});

describe("[CHAT7] a link", () => {
  it("that is an argument is gone from the process list once the chat runs", async () => {
    const host = cli.pipe(["chat", "--wait"], env);
    const link = await host.link;
    const guest = cli.pipe(["chat", link, "--wait"]);
    await guest.printed(/(You joined)/);
    const secret = link.slice(link.indexOf("#"));
    const shown = readFileSync(`/proc/${String(guest.process.pid)}/cmdline`, "latin1");
    expect(shown).toContain("ghost-session");
    expect(shown).not.toContain(secret.slice(0, 20));
    await Promise.all([host.interrupt(), guest.interrupt()]);
  });
});

it("[CHAT5] no chat of this file left a file but the statement that was asked for", () => {
  const files = readdirSync(cli.directory).filter((name) => name !== "storage");
  expect(files).toEqual(["burned.jws"]);
});
