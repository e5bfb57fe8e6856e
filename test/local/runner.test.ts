// `npm start` as whoever starts it sees it: what it prints, how it ends, what is left afterwards.
import { existsSync, statSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { afterAll, describe, expect, it, vi } from "vitest";
import { checkAddress, parseAddress } from "../../src/local/address.ts";
import { readLocalModels } from "../../src/local/models.ts";
import { createPrivateDirectory } from "../../src/local/private-directory.ts";
import { checkRuntimeDate } from "../../src/local/worker-options.ts";
import { filesBelow, scanDirectory } from "../support/canaries.ts";
import { call, Client, createSession, mintInvite } from "../support/client.ts";
import {
  endPrograms,
  eventually,
  processesNaming,
  Program,
  ROOT,
  RUNNER,
  startRunner,
} from "../support/processes.ts";

// Each start keeps a core busy: more of them at once only make each other late.
vi.setConfig({ maxConcurrency: 3 });

afterAll(endPrograms);

describe.concurrent("npm start", () => {
  it("[RUN1] serves with no configuration: two clients chat until the session burns", async () => {
    const { program, url } = await startRunner();
    expect(url.hostname).toBe("127.0.0.1");
    expect(program.output).toContain("Try it: curl");
    expect(await call(url, "GET", "/v1/health")).toMatchObject({ status: 200, body: { status: "ok" } });

    const created = await createSession(url);
    const host = Client.connect(url, created.id, created.hostToken);
    await host.control("welcome");
    const guest = Client.connect(url, created.id, await mintInvite(url, created));
    await guest.control("welcome");
    host.send("from the host");
    expect(await guest.content()).toBe("from the host");
    guest.send("from the guest");
    expect(await host.content()).toBe("from the guest");

    host.say({ type: "burn" });
    for (const client of [host, guest]) {
      const { cause, statement } = await client.control("burned");
      expect(cause).toBe("asked");
      expect(statement).toBeTypeOf("string");
      expect(await client.closed()).toBe(4410);
    }
    await program.kill("SIGTERM");
  });

  it.each(["SIGTERM", "SIGHUP"] as const)(
    "[RUN2] ends cleanly on %s and leaves no process and no directory",
    async (signal) => {
      const { program, url, directory } = await startRunner();
      await createSession(url);
      // The check can fail: while it runs there is a runtime, a watchdog and a directory of its own.
      expect(processesNaming(directory)).toHaveLength(2);
      expect(statSync(directory).mode & 0o777).toBe(0o700);

      expect(await program.kill(signal)).toEqual({ code: 0, signal: null });
      expect(processesNaming(directory)).toEqual([]);
      expect(existsSync(directory)).toBe(false);
      expect(program.output.trim().split("\n")).toHaveLength(4);
    },
  );

  it("[RUN2] ends cleanly on Ctrl-C, which the runtime hears too", async () => {
    const { program, directory } = await startRunner();
    expect(await program.interrupt()).toEqual({ code: 0, signal: null });
    expect(processesNaming(directory)).toEqual([]);
    expect(existsSync(directory)).toBe(false);
  });

  it("[RUN2] leaves no process and no directory when it is killed with SIGKILL", async () => {
    const { program, url, directory } = await startRunner();
    await createSession(url);
    expect(processesNaming(directory)).toHaveLength(2);

    await program.kill("SIGKILL");
    await eventually(() => processesNaming(directory).length === 0 && !existsSync(directory));
  });

  it("[RUN2] leaves nothing when it is killed while it starts", async () => {
    const program = new Program(process.execPath, [RUNNER], { PORT: "0", GHOST_TEST_MARK: "killed-early" });
    const started = await eventually(() => {
      const others = processesNaming("GHOST_TEST_MARK=killed-early").filter(
        (id) => id !== program.process.pid,
      );
      return others.length > 0 && others;
    });
    expect(started.length).toBeGreaterThan(0);
    await program.kill("SIGKILL");
    await eventually(() => processesNaming("GHOST_TEST_MARK=killed-early").length === 0);
  });

  it("[RUN5] a busy port is one clear line and exit code 1", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await eventually(() => server.listening);
    const port = String((server.address() as AddressInfo).port);
    const program = new Program(process.execPath, [RUNNER], { PORT: port });
    expect(await program.ended).toEqual({ code: 1, signal: null });
    expect(program.output).toMatch(/^127\.0\.0\.1:\d+ is taken by another process\..*PORT=.*\n$/);
    server.close();
  });

  it("[RUN5] a PORT that is none is one clear line and exit code 1", async () => {
    const program = new Program(process.execPath, [RUNNER], { PORT: "eighty" });
    expect(await program.ended).toEqual({ code: 1, signal: null });
    expect(program.output).toBe(
      'PORT is "eighty", but it has to be a whole number from 1 to 65535 (0: any free one).\n',
    );
  });

  it("[RUN5] a HOST that is none is one clear line", async () => {
    for (const host of ["203.0.113.1", "no such host"]) {
      await expect(checkAddress({ host, port: 0 })).rejects.toThrow(/^HOST is ".*", which is no address/);
    }
    await expect(checkAddress({ host: "127.0.0.1", port: 0 })).resolves.toBeUndefined();
  });

  it("[RUN5] a Node that is too old is one clear line and exit code 1", async () => {
    const program = new Program(process.execPath, ["--input-type=module", "--eval", PRETEND_OLD_NODE]);
    expect(await program.ended).toEqual({ code: 1, signal: null });
    expect(program.output).toMatch(/^ghost-session needs Node .* this is 20\.1\.0\..*\n$/);
  });
});

describe("models of npm start", () => {
  const PROVIDERS = JSON.stringify([{ preset: "openai", models: ["gpt-5"] }]);
  const SECRETS = { OPENAI_API_KEY: "sk-canary-openai", UNUSED_API_KEY: "sk-canary-unused" };

  it("[PROV12] without configuration there is the mirror, and it says what that is", async () => {
    const { program, url } = await startRunner();
    expect(program.output).toContain("Model: mirror. It is not a language model; docs/providers.md");
    const { body } = await call(url, "GET", "/v1/models");
    expect(body).toMatchObject({ models: [{ id: "mirror" }] });
    await program.kill("SIGTERM");
  });

  it("[PROV12] takes PROVIDERS and the keys that it names, and writes them nowhere", async () => {
    const { program, url, directory } = await startRunner({ PROVIDERS, ...SECRETS });
    expect(program.output).toContain("Models: mirror (not a language model), openai/gpt-5.");
    expect(program.output).not.toContain("canary");
    const { body } = await call(url, "GET", "/v1/models");
    expect(body).toMatchObject({ models: [{ id: "mirror" }, { id: "openai/gpt-5" }] });
    await createSession(url);
    const canaries = Object.entries(SECRETS).map(([name, text]) => ({ name, text }));
    expect(filesBelow(directory).length).toBeGreaterThan(0);
    expect(scanDirectory(directory, canaries)).toEqual([]);
    await program.kill("SIGTERM");
  });

  it("[PROV12] hands on no other variable", () => {
    expect(readLocalModels({ PROVIDERS, ...SECRETS, PATH: "/bin" })).toEqual({
      bindings: { PROVIDERS, OPENAI_API_KEY: "sk-canary-openai" },
      ids: ["openai/gpt-5"],
    });
    expect(readLocalModels({ ...SECRETS })).toEqual({ bindings: {}, ids: [] });
  });

  it("[PROV12] what does not fit is one clear line and exit code 1", async () => {
    const program = new Program(process.execPath, [RUNNER], { PORT: "0", PROVIDERS, OPENAI_API_KEY: "" });
    expect(await program.ended).toEqual({ code: 1, signal: null });
    expect(program.output).toBe(
      "PROVIDERS, entry 1: the secret OPENAI_API_KEY is missing or is no key. See docs/providers.md.\n",
    );
    expect(() => readLocalModels({ PROVIDERS: "[canary" })).toThrow(/^PROVIDERS is not JSON\. See docs/);
  });
});

const PRETEND_OLD_NODE = `
  Object.defineProperty(process.versions, "node", { value: "20.1.0" });
  await import(${JSON.stringify(`${ROOT}src/local/check-node.js`)});`;

describe("what a local run is made of", () => {
  it("[RUN1] listens on 127.0.0.1:8787 where nothing else is said", () => {
    expect(parseAddress({})).toEqual({ host: "127.0.0.1", port: 8787 });
    expect(parseAddress({ HOST: "::1", PORT: "80" })).toEqual({ host: "::1", port: 80 });
  });

  it.each(["-1", "1.5", "65536", "0x50g"])("[RUN5] refuses PORT=%s", (port) => {
    expect(() => parseAddress({ PORT: port })).toThrow(/^PORT is .* whole number/);
  });

  it("[RUN5] a workerd that is too old for wrangler.toml is one clear line", () => {
    expect(() => {
      checkRuntimeDate("2026-10-15", "2026-10-14");
    }).toThrow(/compatibility dates up to 2026-10-14, .* asks for 2026-10-15. Run npm ci.$/);
    expect(() => {
      checkRuntimeDate("2026-10-15", "2026-10-15");
    }).not.toThrow();
  });

  it("[RUN4] without a memory file system the directory is private, and it is said", async () => {
    const directory = createPrivateDirectory([]);
    expect(directory.inMemory).toBe(false);
    expect(statSync(directory.path).mode & 0o777).toBe(0o700);
    const { startWatchdog } = await import("../../src/local/watchdog.ts");
    await startWatchdog(directory).release();
    expect(existsSync(directory.path)).toBe(false);
  });
});
