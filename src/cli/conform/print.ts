// The report as people and as programs read it.
import { BEYOND_SIGHT } from "./beyond-sight.ts";
import { SESSION_TTL_SECONDS } from "./bounds.ts";
import type { Report, Verdict } from "./judge.ts";
import { RULES, triesOf } from "./rules.ts";
import { printable } from "./verdict.ts";

/** The table of docs/conformance.md: every rule, and what is tried or why nothing is. */
export function ruleTable(): string[][] {
  return RULES.map((rule) => {
    const because = BEYOND_SIGHT.get(rule);
    return because === undefined
      ? [rule, "tried", triesOf(rule).join("; ")]
      : [rule, "cannot observe", because];
  });
}

const WORDS: Readonly<Record<Verdict, string>> = {
  pass: "pass",
  fail: "FAIL",
  cannot_observe: "cannot observe",
};
const RULE_WIDTH = 7;
const WORD_WIDTH = 15;

/** The report in lines for people. */
export function describeReport(report: Report): string {
  const { deployment, build, rules, load, tookMs, stopped } = report;
  const lines = rules.map(({ rule, verdict, because, unmade }) =>
    `${rule.padEnd(RULE_WIDTH)} ${WORDS[verdict].padEnd(WORD_WIDTH)}${unmade ? "not tried: " : ""}${because ?? ""}`.trimEnd(),
  );
  const count = (verdict: Verdict) => String(rules.filter((each) => each.verdict === verdict).length);
  const untried = rules.filter(({ unmade }) => unmade).length;
  return [
    `${deployment}, build ${printable(build)}`,
    "",
    ...lines,
    "",
    `${count("pass")} pass, ${count("fail")} fail, ${count("cannot_observe")} cannot observe` +
      (untried > 0 ? `, ${String(untried)} of them not tried in this run` : ""),
    `${String(load.sessions)} sessions, ${String(load.connections)} connections, ${String(load.requests)} requests, ` +
      `${(load.sentBytes / 1e6).toFixed(1)} MB sent, ${(tookMs / 1_000).toFixed(1)} s`,
    ...(stopped ? ["The run was stopped."] : []),
    ...describeLeftover(report),
  ].join("\n");
}

function describeLeftover({ leftBehind, unknownCreations }: Report): string[] {
  if (leftBehind === 0 && unknownCreations === 0) return ["Every session that was created is burned."];
  return [
    ...(leftBehind > 0 ? [`${String(leftBehind)} sessions could not be burned.`] : []),
    ...(unknownCreations > 0
      ? [`${String(unknownCreations)} creations got no answer that says whether there is a session now.`]
      : []),
    `What is left ends by itself within ${String(SESSION_TTL_SECONDS)} s, or by the ttl that the operator asks for.`,
  ];
}

/** The rules and what becomes of each, without asking any deployment. */
export function describeRules(only?: readonly string[]): string {
  return ruleTable()
    .filter(([rule = ""]) => only?.includes(rule) ?? true)
    .map(([rule = "", what = "", line = ""]) => {
      const prefix = what === "tried" ? "" : `${what}: `;
      return `${rule.padEnd(RULE_WIDTH)} ${prefix}${line}`;
    })
    .join("\n");
}
