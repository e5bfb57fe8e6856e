// Where a local run keeps its storage: a directory of its own that only this user can enter, in memory where
// the system has a file system for that. It never outlives the run (src/local/watchdog.ts removes it).
import { mkdirSync, mkdtempSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface PrivateDirectory {
  readonly path: string;
  /** False where no memory file system was found: the directory is then on whatever holds temporary files. */
  readonly inMemory: boolean;
  /** holds a file per runtime process, named by its process id */
  readonly processes: string;
  /** holds the Durable Objects */
  readonly storage: string;
  /** scratch space, for anything that asks for temporary files */
  readonly scratch: string;
}

/** `f_type` of Linux's tmpfs and ramfs, see statfs(2). */
const MEMORY_FILE_SYSTEMS: readonly number[] = [0x0102_1994, 0x8584_58f6];
export const DIRECTORY_PREFIX = "ghost-session-";

export function createPrivateDirectory(
  candidates: readonly string[] = ["/dev/shm", tmpdir()],
): PrivateDirectory {
  for (const parent of candidates.filter(isInMemory)) {
    try {
      return layOut(parent, true);
    } catch {
      // Not writable for this user: try the next.
    }
  }
  return layOut(tmpdir(), false);
}

function layOut(parent: string, inMemory: boolean): PrivateDirectory {
  // mkdtemp gives mode 0700.
  const path = mkdtempSync(join(parent, DIRECTORY_PREFIX));
  const directory = {
    path,
    inMemory,
    processes: join(path, "processes"),
    storage: join(path, "storage"),
    scratch: join(path, "scratch"),
  };
  for (const each of [directory.processes, directory.storage, directory.scratch]) {
    mkdirSync(each, { mode: 0o700 });
  }
  return directory;
}

function isInMemory(path: string): boolean {
  try {
    return MEMORY_FILE_SYSTEMS.includes(statfsSync(path).type);
  } catch {
    return false;
  }
}
