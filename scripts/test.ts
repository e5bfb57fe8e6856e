// npm test: every project of vitest.config.ts, in lanes that run beside each other. Much of the time is waiting (for
// hibernation, timers, browsers), and vitest alone leaves a second core idle. With arguments it is plain vitest.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exitCodeOf, runKept } from "./lanes.ts";

/** What may run at the same time. Within a lane one file runs after the other. */
const LANES = [["unit", "workers"], ["local"], ["browser", "package"]] as const;

interface Lane {
  readonly name: string;
  readonly code: number;
  readonly seconds: number;
  readonly output: Buffer;
  readonly passed: number;
  readonly failed: number;
}

const args = process.argv.slice(2);
process.exitCode = args.length > 0 ? await plain(args) : await lanes();

/** Runs vitest as it is, on this terminal. */
function plain(options: readonly string[]): Promise<number> {
  return exitCodeOf(spawn("vitest", ["run", ...options], { stdio: ["ignore", "inherit", "inherit"] }));
}

/** Runs every lane. What failed is printed last, where whoever reads the end of a log finds it. */
async function lanes(): Promise<number> {
  const reports = mkdtempSync(join(tmpdir(), "ghost-tests-"));
  try {
    const done = await Promise.all(
      LANES.map(async (projects) => {
        const lane = await run(projects, join(reports, `${projects.join("-")}.json`));
        if (lane.code === 0) print(lane);
        return lane;
      }),
    );
    for (const lane of done) if (lane.code !== 0) print(lane);
    const [passed, failed] = [sum(done.map((lane) => lane.passed)), sum(done.map((lane) => lane.failed))];
    for (const { name, code, seconds } of done)
      console.log(`${name}: exit code ${String(code)} after ${String(seconds)} s`);
    console.log(`${String(passed)} passed, ${String(failed)} failed`);
    return Math.max(...done.map((lane) => lane.code));
  } finally {
    rmSync(reports, { recursive: true, force: true });
  }
}

/** Runs one lane. */
async function run(projects: readonly string[], report: string): Promise<Lane> {
  const started = Date.now();
  const options = projects.flatMap((project) => ["--project", project]);
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const { code, output } = await runKept("vitest", ["run", ...options, ...reporters]);
  return {
    name: projects.join(" and "),
    code,
    seconds: Math.round((Date.now() - started) / 1_000),
    output,
    ...counts(report),
  };
}

/** How many tests passed and failed; none where vitest itself did not come to its end. */
function counts(report: string): { passed: number; failed: number } {
  try {
    const { numPassedTests: passed, numFailedTests: failed } = JSON.parse(readFileSync(report, "utf8")) as {
      numPassedTests: number;
      numFailedTests: number;
    };
    return { passed, failed };
  } catch {
    return { passed: 0, failed: 0 };
  }
}

function print({ output }: Lane): void {
  process.stdout.write(output);
  process.stdout.write("\n");
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
