// The conformance kit against the real service: what it finds, what it leaves, and its command.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildCli } from "../../scripts/build.ts";
import { BEYOND_SIGHT } from "../../src/cli/conform/beyond-sight.ts";
import { judge, type Report } from "../../src/cli/conform/judge.ts";
import { RULES } from "../../src/cli/conform/rules.ts";
import type { Service } from "../../src/local/service.ts";
import {
  alive,
  MAX_RUNS,
  reasons,
  rulesThat,
  RUN_TIMEOUT_MS,
  startJudged,
  through,
  visible,
} from "../support/conform-run.ts";
import type { Lie, LyingProxy } from "../support/lying-proxy.ts";
import { endPrograms, eventually, Program } from "../support/processes.ts";

/** milliseconds; a whole run that took longer was on a machine too busy for the kit's own deadlines */
const BUSY_RUN_MS = 30_000;

let service: Service;
beforeAll(async () => {
  service = await startJudged();
});
afterAll(() => service.stop());

describe("an honest deployment", () => {
  it(
    "[CONF2] passes every rule that can be observed, and no session is left",
    { timeout: MAX_RUNS * RUN_TIMEOUT_MS },
    async () => {
      await through(service, {}, async (proxy) => {
        const first = await judge(proxy.origin);
        const reports = [first];
        const passed = new Set(rulesThat(first, "pass"));
        const isBusy = first.tookMs > BUSY_RUN_MS;
        // A rule that was not judged accuses nobody; one that failed does, unless the machine was too slow for it.
        expect(isBusy ? [] : rulesThat(first, "fail"), reasons(first).join("\n")).toEqual([]);
        if (isBusy || first.rules.some(({ unmade }) => unmade)) {
          for (let run = 1; run < MAX_RUNS && passed.size < visible.length; run++) {
            const only = visible.filter((rule) => !passed.has(rule));
            const report = await judge(proxy.origin, { only });
            reports.push(report);
            for (const rule of rulesThat(report, "pass")) passed.add(rule);
          }
        }
        expect(
          visible.filter((rule) => !passed.has(rule)),
          reports.flatMap(reasons).join("\n"),
        ).toEqual([]);
        const unseen = RULES.filter((rule) => BEYOND_SIGHT.has(rule));
        expect(rulesThat(first, "cannot_observe").filter((rule) => !visible.includes(rule))).toEqual(unseen);
        for (const report of reports) expect(report).toMatchObject({ leftBehind: 0, unknownCreations: 0 });
        const sessions = reports.reduce((sum, { load }) => sum + load.sessions, 0);
        expect(sessions).toBe(proxy.created.length);
        expect(await alive(service, proxy.created)).toEqual([]);
      });
    },
  );

  it("[CONF4] a run that is stopped burns what it created", { timeout: RUN_TIMEOUT_MS }, async () => {
    await through(service, {}, async (proxy) => {
      const stop = new AbortController();
      const running = judge(proxy.origin, { signal: stop.signal });
      await eventually(() => proxy.created.length >= 8);
      stop.abort();
      const report = await running;
      expect(report.stopped).toBe(true);
      expect(report.rules.some(({ unmade }) => unmade)).toBe(true);
      expect(await alive(service, proxy.created)).toEqual([]);
    });
  });
});

describe.concurrent("[CONF4] the command", { timeout: RUN_TIMEOUT_MS }, () => {
  let directory: string;
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), "ghost-conform-"));
    await buildCli(join(directory, "cli.mjs"));
  });
  afterAll(async () => {
    await endPrograms();
    rmSync(directory, { recursive: true });
  });

  function start(proxy: LyingProxy, ...args: string[]): Program {
    const program = [join(directory, "cli.mjs"), "conform", proxy.origin.origin, ...args];
    return new Program(process.execPath, program);
  }

  it("ends with 0 where nothing fails, and its JSON says what was asked of the deployment", async () => {
    await through(service, {}, async (proxy) => {
      const program = start(proxy, "--only", "API7,SOCK1,RULE1", "--json");
      expect((await program.ended).code).toBe(0);
      const report = JSON.parse(program.output) as Report;
      expect(report.rules.map(({ rule, verdict }) => [rule, verdict])).toEqual([
        ["RULE1", "cannot_observe"],
        ["API7", "pass"],
        ["SOCK1", "pass"],
      ]);
      expect(report.load).toMatchObject({ sessions: 2, connections: 2 });
      for (const { hostToken } of proxy.created) expect(program.output).not.toContain(hostToken);
    });
  });

  it("ends with 1 where a rule fails, and says which and why", async () => {
    const lie: Lie = {
      answered: ({ headers }) => {
        delete headers.allow;
      },
    };
    await through(service, lie, async (proxy) => {
      const program = start(proxy, "--only", "API7,API1");
      expect((await program.ended).code).toBe(1);
      expect(program.output).toMatch(/^API1 +pass$/m);
      expect(program.output).toMatch(
        /^API7 +FAIL +PUT \/v1\/sessions: \[405,null\] in place of \[405,"POST"\]$/m,
      );
      expect(program.output).toContain("1 pass, 1 fail, 0 cannot observe");
    });
  });

  it("ends with 3 where a step before a check does not work: that accuses nobody", async () => {
    const lie: Lie = {
      asked: ({ path }) =>
        path.endsWith("/invites") ? { status: 503, headers: {}, body: Buffer.from("") } : undefined,
    };
    await through(service, lie, async (proxy) => {
      const program = start(proxy, "--only", "INV1");
      expect((await program.ended).code).toBe(3);
      expect(program.output).toMatch(/^INV1 +cannot observe +not tried: minting an invite was answered/m);
    });
  });

  it("burns what it created and ends with 130 on Ctrl-C", async () => {
    await through(service, {}, async (proxy) => {
      const program = start(proxy);
      await eventually(() => proxy.created.length >= 8);
      expect(await program.interrupt()).toEqual({ code: 130, signal: null });
      expect(program.output).toContain("The run was stopped.");
      expect(program.output).toContain("Every session that was created is burned.");
      expect(await alive(service, proxy.created)).toEqual([]);
    });
  });
});
