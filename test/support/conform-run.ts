// Runs of the conformance kit against the real service, through a proxy that may lie.
import { BEYOND_SIGHT } from "../../src/cli/conform/beyond-sight.ts";
import type { Report } from "../../src/cli/conform/judge.ts";
import { RULES } from "../../src/cli/conform/rules.ts";
import { startService, type Service } from "../../src/local/service.ts";
import { CARD } from "./card.ts";
import { call } from "./client.ts";
import { startLyingProxy, type Lie, type LyingProxy } from "./lying-proxy.ts";

/** milliseconds; a whole run takes about 15 s alone, ends itself after 180 s, and the others are at work */
export const RUN_TIMEOUT_MS = 300_000;
/** runs; on a busy machine, for what an earlier one had no time for */
export const MAX_RUNS = 3;

/** Rules that can be observed from outside. */
export const visible = RULES.filter((rule) => !BEYOND_SIGHT.has(rule));

/** A service with a model that some policies refuse. Nobody answers there, and nobody may ask. */
export function startJudged(): Promise<Service> {
  const card = { ...CARD, retentionDays: 30, region: "us" };
  const provider = { preset: "compatible", baseUrl: "http://127.0.0.1:1/v1", models: ["down"], card };
  return startService({ bindings: { PROVIDERS: JSON.stringify([provider]) } });
}

/** Lets something run against a service behind one lie. */
export async function through<T>(
  service: Service,
  lie: Lie,
  use: (proxy: LyingProxy) => Promise<T>,
): Promise<T> {
  const proxy = await startLyingProxy(service.url, lie);
  try {
    return await use(proxy);
  } finally {
    await proxy.stop();
  }
}

export function rulesThat(report: Report, verdict: string): string[] {
  return report.rules.filter((each) => each.verdict === verdict).map(({ rule }) => rule);
}

/** What a failed test shows. */
export function reasons(report: Report): string[] {
  return report.rules
    .filter(({ verdict, unmade }) => verdict === "fail" || unmade)
    .map(({ rule, because }) => `${rule}: ${String(because)}`);
}

/** Sessions that were created through the proxy and still answer. */
export async function alive(service: Service, created: LyingProxy["created"]): Promise<string[]> {
  const states = await Promise.all(
    created.map(async ({ id, hostToken }) => {
      const { status } = await call(service.url, "GET", `/v1/sessions/${id}`, { token: hostToken });
      return status === 410 ? [] : [id];
    }),
  );
  return states.flat();
}
