// Processes that run beside each other. Each one's output is kept and printed whole, so that lanes do not mix.
import { spawn, type ChildProcess } from "node:child_process";

/** The exit code; 1 for a process that could not start or was ended by a signal. */
export function exitCodeOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve) => {
    child.on("close", (code) => {
      resolve(code ?? 1);
    });
    child.on("error", () => {
      resolve(1);
    });
  });
}

/** Runs a command and keeps what it says. */
export async function runKept(
  command: string,
  args: readonly string[],
): Promise<{ code: number; output: Buffer }> {
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
  const output: Uint8Array[] = [];
  child.stdout.on("data", (chunk: Uint8Array) => output.push(chunk));
  child.stderr.on("data", (chunk: Uint8Array) => output.push(chunk));
  const code = await exitCodeOf(child);
  return { code, output: Buffer.concat(output) };
}
