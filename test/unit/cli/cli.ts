// Runs the command line as people do: the built file, as a process of its own.
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildCli } from "../../../scripts/build.ts";

export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A freshly built CLI in a directory of its own. */
export interface Cli {
  run(args: readonly string[], input?: string): Promise<Outcome>;
  /** Puts a file into the directory and returns its path. */
  file(name: string, text: string): Promise<string>;
  /** The path of a file that may not exist. */
  path(name: string): string;
  remove(): Promise<void>;
}

export async function createCli(): Promise<Cli> {
  const directory = await mkdtemp(join(tmpdir(), "ghost-cli-"));
  const path = (name: string) => join(directory, name);
  // Built anew: dist/ may be older than the sources under test. The name says that it is a module, since no
  // package.json around it does.
  const program = path("cli.mjs");
  await buildCli(program);
  return {
    run: (args, input = "") => run(program, args, input),
    file: async (name, text) => {
      await writeFile(path(name), text);
      return path(name);
    },
    path,
    remove: () => rm(directory, { recursive: true }),
  };
}

function run(program: string, args: readonly string[], input: string): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = execFile(process.execPath, [program, ...args], (error, out, err) => {
      if (child.exitCode === null) reject(error ?? new Error("the CLI was killed"));
      else resolve({ code: child.exitCode, out, err });
    });
    // The CLI may have given up before it read anything.
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(input);
  });
}

/** The one line of a failure: the stack of an unexpected error would be many. */
export function oneLine(err: string): string {
  const lines = err.trimEnd().split("\n");
  return lines.length === 1 ? (lines[0] ?? "") : `not one line but ${String(lines.length)}: ${err}`;
}
