// Which files a program and all its children opened for writing, made or renamed, as strace(1) saw it.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { isAbsolute, resolve } from "node:path";

const WRITES = [
  "open",
  "openat",
  "openat2",
  "creat",
  "rename",
  "renameat",
  "renameat2",
  "link",
  "linkat",
  "truncate",
  "mknodat",
];
/** `-y` prints the path behind every descriptor: SQLite opens its files relative to a directory. */
export const STRACE_ARGUMENTS = ["-f", "-y", "-qq", "-s", "4096", "-e", `trace=${WRITES.join(",")}`] as const;

export function checkStrace(): void {
  if (spawnSync("strace", ["-V"]).error !== undefined) {
    throw new Error("This test needs strace: apt-get install strace (Debian), dnf install strace (Fedora).");
  }
}

/** Absolute paths, each once, in the order of the trace. */
export function writtenFiles(trace: string): string[] {
  const lines = readFileSync(trace, "utf8").split("\n");
  return [...new Set(lines.filter(isWrite).flatMap(pathsOf))];
}

// Calls that were cut off by another thread stand in two lines; the first has the path and the flags.
function isWrite(line: string): boolean {
  if (/= -1 E/.test(line)) return false;
  if (/\d+ +(open|openat|openat2)\(/.test(line)) return /O_WRONLY|O_RDWR|O_CREAT|O_TRUNC/.test(line);
  return /\d+ +(creat|rename|renameat|renameat2|link|linkat|truncate|mknodat)\(/.test(line);
}

function pathsOf(line: string): string[] {
  const [, directory = "/"] = /(?:AT_FDCWD|\d+)<([^>]*)>, "/.exec(line) ?? [];
  return [...line.matchAll(/"([^"]*)"/g)].map(([, path = ""]) =>
    isAbsolute(path) ? path : resolve(directory, path),
  );
}

/** Devices and the process's own view of itself are no place to keep anything. */
export function isHarmless(path: string): boolean {
  return (
    ["/dev/null", "/dev/tty"].includes(path) || path.startsWith("/proc/self/") || /^\/proc\/\d+\//.test(path)
  );
}
