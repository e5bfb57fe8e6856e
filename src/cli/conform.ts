// Judges any deployment from outside by the rules of docs/spec.md. The work is done in src/cli/conform/.
import { parseArgs } from "node:util";
import { CommandError, EXIT, type Command } from "./command.ts";
import { judge, NoDeployment, type Report } from "./conform/judge.ts";
import { describeReport, describeRules } from "./conform/print.ts";
import { RULES } from "./conform/rules.ts";
import { lineOf } from "./conform/verdict.ts";
import { isThisMachine } from "./input.ts";

const USAGE = "URL [--only ID,ID] [--json] | --list";
/** Nothing failed, and not everything that can be observed was: the deployment is out of reach, or none. */
const UNJUDGED = 3;
/** Ended by Ctrl-C, as shells count it. */
const STOPPED = 130;

export const conformCommand: Command = {
  name: "conform",
  usage: USAGE,
  summary: "Judge a deployment from outside by the rules of the specification.",
  help: `Creates sessions of its own at URL (https, or http on this machine), tries the rules that an outsider can
observe, burns what it created, and prints every rule with pass, FAIL or cannot observe. Ctrl-C ends it
in order. docs/conformance.md says what it tries and how much it asks of a deployment.

  --only ID,ID  these rules alone
  --json        the report as one JSON object
  --list        what is tried for each rule; asks no deployment

Exit codes: 0 nothing failed, 1 a rule failed, 2 wrong arguments, 3 the deployment cannot be reached, is
none, or could not be judged in full; 130 stopped.`,
  run,
};

async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    options: { only: { type: "string" }, json: { type: "boolean" }, list: { type: "boolean" } },
    allowPositionals: true,
  });
  const only = values.only === undefined ? undefined : parseRules(values.only);
  if (values.list === true) {
    if (positionals.length > 0) throw new CommandError("--list takes no URL");
    print(describeRules(only));
    return EXIT.done;
  }
  const [address, ...rest] = positionals;
  if (address === undefined || rest.length > 0) throw new CommandError(`give one URL: ${USAGE}`);
  const origin = parseOrigin(address);
  const stop = new AbortController();
  const onSignal = () => {
    stop.abort();
  };
  // A second one ends the process the hard way.
  process.once("SIGINT", onSignal).once("SIGTERM", onSignal);
  try {
    const report = await judge(origin, { ...(only && { only }), signal: stop.signal });
    print(values.json === true ? JSON.stringify(report, null, 2) : describeReport(report));
    return exitCodeOf(report);
  } catch (error) {
    if (!(error instanceof NoDeployment)) throw error;
    process.stderr.write(`ghost-session: ${lineOf(error)}\n`);
    return stop.signal.aborted ? STOPPED : UNJUDGED;
  } finally {
    process.off("SIGINT", onSignal).off("SIGTERM", onSignal);
  }
}

function exitCodeOf({ rules, stopped }: Report): number {
  if (rules.some(({ verdict }) => verdict === "fail")) return EXIT.failed;
  if (stopped) return STOPPED;
  return rules.some(({ unmade }) => unmade) ? UNJUDGED : EXIT.done;
}

function parseRules(text: string): string[] {
  const rules = text.split(",").map((rule) => rule.trim().toUpperCase());
  const unknown = rules.find((rule) => !RULES.includes(rule));
  if (unknown !== undefined)
    throw new CommandError(`there is no rule "${unknown}"; see ghost-session conform --list`);
  return rules;
}

function parseOrigin(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url === null || !["http:", "https:"].includes(url.protocol)) {
    throw new CommandError(`${address} is not a web address`);
  }
  if (url.protocol === "http:" && !isThisMachine(url)) {
    throw new CommandError(`${address} is refused: use https (plain http is for localhost only)`);
  }
  if (url.pathname !== "/" || url.search !== "" || url.hash !== "" || url.username !== "") {
    throw new CommandError(`give the address of the service without anything behind it: ${url.origin}`);
  }
  return url;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
