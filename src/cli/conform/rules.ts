// Every rule of docs/spec.md in one list, and what becomes of each: the checks that try it, or the reason why
// none can.
import { BEYOND_SIGHT } from "./beyond-sight.ts";
import { API_CHECKS } from "./checks/api.ts";
import { BURN_CHECKS } from "./checks/burn.ts";
import { FLOW_CHECKS } from "./checks/flow.ts";
import { HOSTILE_CHECKS } from "./checks/hostile.ts";
import { INVITE_CHECKS } from "./checks/invites.ts";
import { LIFE_CHECKS } from "./checks/life.ts";
import { MEMORY_CHECKS } from "./checks/memory.ts";
import { MODEL_CHECKS } from "./checks/models.ts";
import { RELAY_CHECKS } from "./checks/relay.ts";
import { SOCKET_CHECKS } from "./checks/sockets.ts";
import { TOKEN_CHECKS } from "./checks/tokens.ts";
import { TURN_CHECKS } from "./checks/turns.ts";
import type { Check } from "./verdict.ts";

export const CHECKS: readonly Check[] = [
  ...API_CHECKS,
  ...TOKEN_CHECKS,
  ...LIFE_CHECKS,
  ...BURN_CHECKS,
  ...INVITE_CHECKS,
  ...SOCKET_CHECKS,
  ...RELAY_CHECKS,
  ...FLOW_CHECKS,
  ...MEMORY_CHECKS,
  ...HOSTILE_CHECKS,
  ...TURN_CHECKS,
  ...MODEL_CHECKS,
];

/** Groups in the order of docs/spec.md; others come behind. */
const GROUPS =
  "RULE LIFE END STMT TOK INV API SOCK SEQ FLOW HIB DUR RUN SEAL LINK CHAN TURN PROV SDK ASK CHAT PAGE BROWSER PEER PKG PII CONF SPEC".split(
    " ",
  );

/** Every rule id, in order. */
export const RULES: readonly string[] = [
  ...new Set([...CHECKS.flatMap(({ rules }) => rules), ...BEYOND_SIGHT.keys()]),
].toSorted(byGroupAndNumber);

/** What the checks of a rule try, one line each. */
export function triesOf(rule: string): string[] {
  return CHECKS.filter(({ rules }) => rules.includes(rule)).map(({ tries }) => tries);
}

function byGroupAndNumber(left: string, right: string): number {
  const [a, b] = [place(left), place(right)];
  return a.group - b.group || a.name.localeCompare(b.name) || a.number - b.number;
}

function place(rule: string): { group: number; name: string; number: number } {
  const name = rule.replace(/\d+$/, "");
  const index = GROUPS.indexOf(name);
  return { group: index < 0 ? GROUPS.length : index, name, number: Number(rule.slice(name.length)) };
}
