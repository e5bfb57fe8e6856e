// Processes that a test starts and looks at from outside. It signals none that it did not start.
import { spawn, type ChildProcess } from "node:child_process";
import { randomInt } from "node:crypto";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { PATIENCE_MS, sleep } from "./client.ts";

export const ROOT = fileURLToPath(new URL("../../", import.meta.url));
export const RUNNER = fileURLToPath(new URL("../../src/local/main.ts", import.meta.url));
export const SERVICE = fileURLToPath(new URL("./service-process.ts", import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Linux hands out ports from 32768 on by itself, other systems from 49152 on. */
const [FIRST_QUIET_PORT, LAST_QUIET_PORT] = [10_240, 32_768];

const running = new Set<Program>();

/** Ends what a failed test left running. */
export async function endPrograms(): Promise<void> {
  await Promise.all([...running].map((program) => program.killGroup("SIGKILL")));
}

export class Program {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
  output = "";
  /** it ended, and all that it had printed is in `output` */
  #over = false;

  constructor(
    command: string,
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
    input: "ignore" | "pipe" = "ignore",
    directory = ROOT,
  ) {
    this.process = spawn(command, args, {
      cwd: directory,
      env: { ...process.env, ...env },
      stdio: [input, "pipe", "pipe"],
      // A process group of its own, as a terminal gives one to each command.
      detached: true,
    });
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        this.output += text;
      });
    }
    running.add(this);
    this.ended = once(this.process, "close").then(([code, signal]) => {
      running.delete(this);
      this.#over = true;
      return { code: code as number | null, signal: signal as NodeJS.Signals | null };
    });
  }

  /** The part of the output that `pattern` captures, once it is there. */
  async printed(pattern: RegExp, timeoutMs = PATIENCE_MS): Promise<string> {
    return eventually(() => {
      const over = this.#over;
      const found = pattern.exec(this.output)?.[1];
      if (found === undefined && over) throw new Error(`ended early: ${this.output}`);
      return found;
    }, timeoutMs);
  }

  /** Ctrl-C: a terminal signals every process of the group. */
  interrupt(): Promise<Ended> {
    return this.killGroup("SIGINT");
  }

  async killGroup(signal: NodeJS.Signals): Promise<Ended> {
    if (this.process.pid !== undefined) process.kill(-this.process.pid, signal);
    return this.ended;
  }

  async kill(signal: NodeJS.Signals): Promise<Ended> {
    this.process.kill(signal);
    return this.ended;
  }
}

/** `npm start` without npm: the URL and the private directory are what it prints. */
export async function startRunner(
  env: Readonly<Record<string, string>> = {},
): Promise<{ program: Program; url: URL; directory: string }> {
  const program = new Program(process.execPath, [RUNNER], { PORT: "0", ...env });
  const url = new URL(await program.printed(/runs at (\S+)/));
  const directory = await program.printed(/(\/\S*ghost-session-\w+)/);
  return { program, url, directory };
}

/** The number of every process that names `text` in its arguments or its environment. Linux only. */
export function processesNaming(text: string): number[] {
  return readdirSync("/proc")
    .map(Number)
    .filter((id) => Number.isInteger(id) && id !== process.pid)
    .filter((id) =>
      ["cmdline", "environ"].some((file) => {
        try {
          return readFileSync(`/proc/${String(id)}/${file}`, "latin1").includes(text);
        } catch {
          // It ended meanwhile, or it is not ours to look at.
          return false;
        }
      }),
    );
}

/**
 * A port that stays free until somebody listens there on purpose: those that a system hands out by itself, to whoever
 * connects or asks for any port, begin above. For what has to come back at the same address.
 */
export async function quietPort(): Promise<number> {
  return eventually(() => {
    const port = randomInt(FIRST_QUIET_PORT, LAST_QUIET_PORT);
    const server = createServer();
    return new Promise<number | false>((resolve) => {
      server.once("error", () => {
        resolve(false);
      });
      server.listen(port, "127.0.0.1", () =>
        server.close(() => {
          resolve(port);
        }),
      );
    });
  });
}

/** Asks again and again until there is an answer. */
export async function eventually<T>(
  ask: () => T | undefined | false | Promise<T | undefined | false>,
  timeoutMs = PATIENCE_MS,
): Promise<T> {
  const until = Date.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (Date.now() > until) throw new Error(`not within ${String(timeoutMs)} ms`);
    await sleep(50);
  }
}
