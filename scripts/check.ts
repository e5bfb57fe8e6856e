// npm run check: everything that must hold before a change lands. Steps that use one core run beside each other.
import { spawn } from "node:child_process";
import { exitCodeOf, runKept } from "./lanes.ts";

/** npm scripts: rounds one after the other, the lanes of a round beside each other, and a lane's scripts in their order. */
const ROUNDS = [
  [["lint:code"], ["typecheck", "lint:format", "lint:unused"]],
  [["test"]],
  // Both build the page.
  [["test:disk", "size"], ["dry-run"]],
] as const;

process.exitCode = await check();

/** Stops at the first round in which something fails. */
async function check(): Promise<number> {
  for (const lanes of ROUNDS) {
    const codes = await Promise.all(lanes.map((scripts) => runLane(scripts, lanes.length > 1)));
    const worst = Math.max(...codes);
    if (worst > 0) return worst;
  }
  return 0;
}

async function runLane(scripts: readonly string[], isBesideOthers: boolean): Promise<number> {
  for (const script of scripts) {
    const code = isBesideOthers ? await runQuietly(script) : await runHere(script);
    if (code > 0) {
      console.error(`npm run ${script} failed with exit code ${String(code)}`);
      return code;
    }
  }
  return 0;
}

async function runQuietly(script: string): Promise<number> {
  const { code, output } = await runKept("npm", ["run", script]);
  process.stdout.write(output);
  return code;
}

/** On this terminal. */
function runHere(script: string): Promise<number> {
  return exitCodeOf(spawn("npm", ["run", script], { stdio: ["ignore", "inherit", "inherit"] }));
}
