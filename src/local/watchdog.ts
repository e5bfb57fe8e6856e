// Leaves nothing behind, whatever ends a local run: Miniflare's own clean-up does not survive a SIGKILL, which
// leaves workerd serving and its storage in place. A small shell process holds the other end of a pipe and
// acts once the pipe closes; a clean end takes the same way.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { LocalFailure } from "./local-failure.ts";
import type { PrivateDirectory } from "./private-directory.ts";
import { findWorkerd } from "./worker-options.ts";

const WATCHDOG = fileURLToPath(new URL("./watchdog.sh", import.meta.url));
const WORKERD = fileURLToPath(new URL("./workerd.sh", import.meta.url));

export interface Watchdog {
  /** environment of runtime processes that are to be watched */
  readonly environment: Readonly<Record<string, string>>;
  /** Kills what still runs, removes the directory, and ends the watchdog itself. */
  release(): Promise<void>;
}

/** Watches this process. Must be called before the first runtime process starts. */
export function startWatchdog(directory: PrivateDirectory): Watchdog {
  if (process.platform === "win32") {
    throw new LocalFailure("The local runner needs Linux or macOS. On Windows use WSL.");
  }
  // A session of its own: a Ctrl-C in the terminal, or a signal to the runner's process group, is not for it.
  const child = spawn("/bin/sh", [WATCHDOG, directory.path], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
    cwd: "/",
  });
  const ended = once(child, "exit");
  child.unref();
  // Where somebody killed the watchdog, the pipe has no other end.
  child.stdin.on("error", () => undefined);
  // Miniflare reads the path of workerd from here each time that it starts one, after a crash too.
  const workerd = process.env["GHOST_WORKERD"] ?? process.env["MINIFLARE_WORKERD_PATH"] ?? findWorkerd().path;
  process.env["MINIFLARE_WORKERD_PATH"] = WORKERD;
  process.env["GHOST_WORKERD"] = workerd;
  return {
    environment: {
      GHOST_WORKERD: workerd,
      GHOST_PROCESSES: directory.processes,
      TMPDIR: directory.scratch,
    },
    release: async () => {
      child.ref();
      child.stdin.end();
      await ended;
      rmSync(directory.path, { recursive: true, force: true });
    },
  };
}
