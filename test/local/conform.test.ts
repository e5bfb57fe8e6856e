// The conformance kit against the real service, and against a deployment that lies in one way at a time. Nearly
// all of it is waiting for deadlines, so its tests wait at the same time.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { BEYOND_SIGHT } from "../../src/cli/conform/beyond-sight.ts";
import { judge, type Report } from "../../src/cli/conform/judge.ts";
import { CHECKS, RULES } from "../../src/cli/conform/rules.ts";
import { buildCli } from "../../scripts/build.ts";
import { startService, type Service } from "../../src/local/service.ts";
import { CARD } from "../support/card.ts";
import { call } from "../support/client.ts";
import { HTTP_LIES } from "../support/http-lies.ts";
import type { NamedLie } from "../support/lies.ts";
import { startLyingProxy, type Lie, type LyingProxy } from "../support/lying-proxy.ts";
import { endPrograms, eventually, Program } from "../support/processes.ts";
import { SOCKET_LIES } from "../support/socket-lies.ts";
import { TURN_LIES } from "../support/turn-lies.ts";

// Each run has four checks at work by itself, on a machine that may have two cores.
vi.setConfig({ maxConcurrency: 4 });

// The long ones first, so that none is waited for alone at the end.
const LIES = [...HTTP_LIES, ...SOCKET_LIES, ...TURN_LIES].toSorted(
  (a, b) => Number(b.slow ?? false) - Number(a.slow ?? false),
);
/** milliseconds; many a lie shows in what never comes. Where this was too short, the lie is judged again alone. */
const IMPATIENT_MS = 3_000;
/** milliseconds; a whole run takes about 15 s alone, ends itself after 180 s, and the others are at work */
const RUN_TIMEOUT_MS = 300_000;
/** milliseconds; a whole run that took longer was on a machine too busy for the kit's own deadlines */
const BUSY_RUN_MS = 30_000;
/** runs; on such a machine, for what an earlier one had no time for */
const MAX_RUNS = 3;
/** rules besides its own that a lie is tried with; over all lies every rule has its turn several times */
const OTHERS_TRIED = 5;

const visible = RULES.filter((rule) => !BEYOND_SIGHT.has(rule));
const isSlow = (rule: string): boolean =>
  CHECKS.some(({ rules, judgesMemoryLoss }) => rules.includes(rule) && judgesMemoryLoss === true);
/** What is judged only once a session has lost its memory: one long wait for all of them. */
const slowRules = visible.filter(isSlow);
const quickRules = visible.filter((rule) => !isSlow(rule));

/** The rules that a lie must not make fail, as many as a run has time for: another part of them for each lie. */
function othersFor({ breaks, slow }: NamedLie): string[] {
  const start = LIES.findIndex((lie) => lie.breaks === breaks) * OTHERS_TRIED;
  const turn = Array.from({ length: OTHERS_TRIED }, (_, index) => (start + index) % quickRules.length);
  return [...turn.flatMap((at) => quickRules[at] ?? []), ...(slow ? slowRules : [])];
}

let service: Service;
beforeAll(async () => {
  // A model that some policies refuse. Nobody answers there, and nobody may ask.
  const card = { ...CARD, retentionDays: 30, region: "us" };
  const provider = { preset: "compatible", baseUrl: "http://127.0.0.1:1/v1", models: ["down"], card };
  service = await startService({ bindings: { PROVIDERS: JSON.stringify([provider]) } });
});
afterAll(() => service.stop());

async function through<T>(lie: Lie, use: (proxy: LyingProxy) => Promise<T>): Promise<T> {
  const proxy = await startLyingProxy(service.url, lie);
  try {
    return await use(proxy);
  } finally {
    await proxy.stop();
  }
}

function rulesThat(report: Report, verdict: string): string[] {
  return report.rules.filter((each) => each.verdict === verdict).map(({ rule }) => rule);
}

/** What a failed test shows. */
function reasons(report: Report): string[] {
  return report.rules
    .filter(({ verdict, unmade }) => verdict === "fail" || unmade)
    .map(({ rule, because }) => `${rule}: ${String(because)}`);
}

/** Sessions that were created through the proxy and still answer. */
async function alive(created: LyingProxy["created"]): Promise<string[]> {
  const states = await Promise.all(
    created.map(async ({ id, hostToken }) => {
      const { status } = await call(service.url, "GET", `/v1/sessions/${id}`, { token: hostToken });
      return status === 410 ? [] : [id];
    }),
  );
  return states.flat();
}

describe("an honest deployment", () => {
  it(
    "[CONF2] passes every rule that can be observed, and no session is left",
    { timeout: MAX_RUNS * RUN_TIMEOUT_MS },
    async () => {
      await through({}, async (proxy) => {
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
        expect(await alive(proxy.created)).toEqual([]);
      });
    },
  );

  it("[CONF4] a run that is stopped burns what it created", { timeout: RUN_TIMEOUT_MS }, async () => {
    await through({}, async (proxy) => {
      const stop = new AbortController();
      const running = judge(proxy.origin, { signal: stop.signal });
      while (proxy.created.length < 8) await new Promise((resolve) => setTimeout(resolve, 20));
      stop.abort();
      const report = await running;
      expect(report.stopped).toBe(true);
      expect(report.rules.some(({ unmade }) => unmade)).toBe(true);
      expect(await alive(proxy.created)).toEqual([]);
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
    await through({}, async (proxy) => {
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
    await through(lie, async (proxy) => {
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
    await through(lie, async (proxy) => {
      const program = start(proxy, "--only", "INV1");
      expect((await program.ended).code).toBe(3);
      expect(program.output).toMatch(/^INV1 +cannot observe +not tried: minting an invite was answered/m);
    });
  });

  it("burns what it created and ends with 130 on Ctrl-C", async () => {
    await through({}, async (proxy) => {
      const program = start(proxy);
      await eventually(() => proxy.created.length >= 8);
      expect(await program.interrupt()).toEqual({ code: 130, signal: null });
      expect(program.output).toContain("The run was stopped.");
      expect(program.output).toContain("Every session that was created is burned.");
      expect(await alive(proxy.created)).toEqual([]);
    });
  });
});

/** Lies that were not judged as they have to be while others were judged beside them. */
const misjudged: NamedLie[] = [];

function breaksOnly(report: Report, { breaks }: NamedLie): boolean {
  return rulesThat(report, "fail").toSorted().join() === breaks.toSorted().join();
}

describe.concurrent("a deployment that lies", () => {
  it.each(LIES)("[CONF3] $name: $breaks", { timeout: RUN_TIMEOUT_MS }, async (lie) => {
    await through(lie, async (proxy) => {
      const only = [...lie.breaks, ...othersFor(lie)];
      const report = await judge(proxy.origin, { only, answerWithinMs: IMPATIENT_MS });
      // What could not be burned in the little time that this run gives an answer is told.
      const left = (await alive(proxy.created)).length;
      if (breaksOnly(report, lie)) expect(left).toBeLessThanOrEqual(report.leftBehind);
      else misjudged.push(lie);
    });
  });

  it("[CONF3] every rule that can be observed is tried with a lie that must not make it fail", () => {
    const tried = new Set(LIES.flatMap((lie) => othersFor(lie).filter((rule) => !lie.breaks.includes(rule))));
    expect(visible.filter((rule) => !tried.has(rule))).toEqual([]);
  });

  it("[CONF3] an answer of a form that nobody thought of accuses nobody and ends nothing", async () => {
    const lie: Lie = {
      answered: (answered, { method }) => {
        if (method === "PATCH") Object.assign(answered, { status: 200, body: Buffer.from("null") });
      },
    };
    await through(lie, async (proxy) => {
      const report = await judge(proxy.origin, { only: ["LIFE8", "API7"] });
      expect(report.rules.map(({ rule, verdict, unmade }) => [rule, verdict, unmade])).toEqual([
        ["LIFE8", "cannot_observe", true],
        ["API7", "pass", false],
      ]);
      expect(await alive(proxy.created)).toEqual([]);
    });
  });

  /** Holds back what FLOW8 sends alone, until long after it should have come. */
  const holdsBack: Lie = {
    fromService: (message, link) => {
      if (typeof message === "string" || message.length !== 23 || message[21] !== 200) return [message];
      setTimeout(() => {
        link.toClient(message);
      }, 2_300);
      return [];
    },
  };

  it("[CONF3] who holds back every frame that comes alone fails", async () => {
    await through(holdsBack, async (proxy) => {
      // While the machine is so busy that its own pings are slow, nobody is judged.
      const report = await eventually(async () => {
        const judged = await judge(proxy.origin, { only: ["FLOW8"] });
        return judged.rules.every(({ unmade }) => !unmade) && judged;
      });
      expect(reasons(report).join()).toMatch(/^FLOW8: a frame that came alone took \d{4,5} ms$/);
    });
  });

  it("[CONF3] where pings are slow as well, slow frames accuse nobody", async () => {
    let pongs = 0;
    const busy: Lie = {
      fromService: (message, link) => {
        // The first two answer the pings of connecting.
        if (message !== "pong" || ++pongs <= 2) return holdsBack.fromService?.(message, link) ?? [message];
        setTimeout(() => {
          link.toClient(message);
        }, 300);
        return [];
      },
    };
    await through(busy, async (proxy) => {
      const report = await judge(proxy.origin, { only: ["FLOW8"] });
      expect(report.rules).toMatchObject([{ rule: "FLOW8", verdict: "cannot_observe", unmade: true }]);
      expect(reasons(report).join()).toContain("pings take long as well");
    });
  });

  it("[CONF3] for every rule that can be observed there is a lie that breaks it", () => {
    const broken = new Set(LIES.flatMap(({ breaks }) => breaks));
    expect(visible.filter((rule) => !broken.has(rule))).toEqual([]);
  });
});

// A machine that is busy with other runs can make any of them too slow for a deadline; alone none is.
it(
  "[CONF3] what was misjudged beside others is judged right alone",
  { timeout: 6 * RUN_TIMEOUT_MS },
  async () => {
    for (const lie of misjudged) {
      await through(lie, async (proxy) => {
        const only = [...lie.breaks, ...othersFor(lie)];
        let report = await judge(proxy.origin, { only });
        for (let run = 1; run < MAX_RUNS && !breaksOnly(report, lie); run++)
          report = await judge(proxy.origin, { only });
        const failed = rulesThat(report, "fail");
        expect(failed.toSorted(), [lie.name, ...reasons(report)].join("\n")).toEqual(lie.breaks.toSorted());
        expect(await alive(proxy.created)).toEqual([]);
      });
    }
  },
);
