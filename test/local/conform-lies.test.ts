// The conformance kit against a deployment that lies in one way at a time. Nearly all of it is waiting for deadlines, so
// its tests wait at the same time.
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { judge, type Report } from "../../src/cli/conform/judge.ts";
import { CHECKS } from "../../src/cli/conform/rules.ts";
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
import { HTTP_LIES } from "../support/http-lies.ts";
import type { NamedLie } from "../support/lies.ts";
import type { Lie } from "../support/lying-proxy.ts";
import { eventually } from "../support/processes.ts";
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
/** rules besides its own that a lie is tried with; over all lies every rule has its turn several times */
const OTHERS_TRIED = 5;

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
  service = await startJudged();
});
afterAll(() => service.stop());

/** Lies that were not judged as they have to be while others were judged beside them. */
const misjudged: NamedLie[] = [];

function breaksOnly(report: Report, { breaks }: NamedLie): boolean {
  return rulesThat(report, "fail").toSorted().join() === breaks.toSorted().join();
}

describe.concurrent("a deployment that lies", () => {
  it.each(LIES)("[CONF3] $name: $breaks", { timeout: RUN_TIMEOUT_MS }, async (lie) => {
    await through(service, lie, async (proxy) => {
      const only = [...lie.breaks, ...othersFor(lie)];
      const report = await judge(proxy.origin, { only, answerWithinMs: IMPATIENT_MS });
      // What could not be burned in the little time that this run gives an answer is told.
      const left = (await alive(service, proxy.created)).length;
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
    await through(service, lie, async (proxy) => {
      const report = await judge(proxy.origin, { only: ["LIFE8", "API7"] });
      expect(report.rules.map(({ rule, verdict, unmade }) => [rule, verdict, unmade])).toEqual([
        ["LIFE8", "cannot_observe", true],
        ["API7", "pass", false],
      ]);
      expect(await alive(service, proxy.created)).toEqual([]);
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
    await through(service, holdsBack, async (proxy) => {
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
    await through(service, busy, async (proxy) => {
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
      await through(service, lie, async (proxy) => {
        const only = [...lie.breaks, ...othersFor(lie)];
        let report = await judge(proxy.origin, { only });
        for (let run = 1; run < MAX_RUNS && !breaksOnly(report, lie); run++)
          report = await judge(proxy.origin, { only });
        const failed = rulesThat(report, "fail");
        expect(failed.toSorted(), [lie.name, ...reasons(report)].join("\n")).toEqual(lie.breaks.toSorted());
        expect(await alive(service, proxy.created)).toEqual([]);
      });
    }
  },
);
