// npm test: every project of vitest.config.ts, in lanes that run beside each other. Much of the time is waiting (for
// hibernation, timers, browsers), and vitest alone leaves a second core idle. With arguments it is plain vitest.
import { spawn } from "node:child_process";

/** What may run at the same time. Within a lane one file runs after the other. */
const LANES = [["unit", "workers"], ["local"], ["browser", "package"]] as const;

const args = process.argv.slice(2);
const codes =
  args.length > 0
    ? [await run(args)]
    : await Promise.all(LANES.map((projects) => run(projects.flatMap((project) => ["--project", project]))));
process.exitCode = Math.max(...codes);

/** Runs vitest and prints what it said once it has ended, so that lanes do not mix. */
async function run(options: readonly string[]): Promise<number> {
  const started = Date.now();
  const vitest = spawn("vitest", ["run", ...options], { stdio: ["ignore", "pipe", "pipe"] });
  const output: Uint8Array[] = [];
  vitest.stdout.on("data", (chunk: Uint8Array) => output.push(chunk));
  vitest.stderr.on("data", (chunk: Uint8Array) => output.push(chunk));
  const code = await new Promise<number>((resolve) => {
    vitest.on("close", (exitCode) => {
      resolve(exitCode ?? 1);
    });
    vitest.on("error", () => {
      resolve(1);
    });
  });
  process.stdout.write(Buffer.concat(output));
  const seconds = Math.round((Date.now() - started) / 1_000);
  console.log(`${options.join(" ")}: exit code ${String(code)} after ${String(seconds)} s\n`);
  return code;
}
