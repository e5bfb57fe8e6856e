// Finds a Chromium that runs on this machine, whoever installed it, and starts it. It downloads nothing: the one
// that npm brought is unpacked below node_modules, once. Where none runs it says in one line how to get one.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium, type Browser } from "playwright-core";

export interface Chromium {
  readonly path: string;
  /** variables that it needs on top of the process's own */
  readonly environment: Readonly<Record<string, string>>;
}

/** Names that a Chromium goes by on the PATH. */
const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const NODE_MODULES = fileURLToPath(new URL("../../../node_modules/", import.meta.url));
/** milliseconds; it takes a fraction of a second, but on a busy machine. */
const VERSION_TIMEOUT_MS = 120_000;

/** That of CHROMIUM_PATH, else one on the PATH, else the one that npm brought. */
export async function findChromium(): Promise<Chromium> {
  const named = process.env["CHROMIUM_PATH"];
  if (named !== undefined) {
    if (runs({ path: named, environment: {} })) return { path: named, environment: {} };
    throw new Error(`CHROMIUM_PATH names ${named}, which is no Chromium that runs here.`);
  }
  for (const path of onPath()) if (runs({ path, environment: {} })) return { path, environment: {} };
  const brought = await unpackBrought().catch(() => null);
  if (brought !== null && runs(brought)) return brought;
  throw new Error(
    "No Chromium runs here: apt-get install chromium (Debian), dnf install chromium (Fedora), or CHROMIUM_PATH.",
  );
}

/** `--no-sandbox`: tests run as root in containers, where Chromium's own sandbox refuses to start. */
export async function launchChromium(flags: readonly string[] = []): Promise<Browser> {
  const { path, environment } = await findChromium();
  const inherited = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return chromium.launch({
    executablePath: path,
    args: ["--no-sandbox", ...flags],
    env: { ...Object.fromEntries(inherited), ...environment },
  });
}

function onPath(): string[] {
  const directories = (process.env["PATH"] ?? "").split(delimiter);
  return NAMES.flatMap((name) => directories.map((directory) => join(directory, name))).filter(existsSync);
}

// A binary can be there and lack a library, or belong to another architecture.
function runs({ path, environment }: Chromium): boolean {
  const { status } = spawnSync(path, ["--version", "--no-sandbox"], {
    env: { ...process.env, ...environment },
    timeout: VERSION_TIMEOUT_MS,
    stdio: "ignore",
  });
  return status === 0;
}

async function unpackBrought(): Promise<Chromium> {
  const manifest = JSON.parse(
    readFileSync(join(NODE_MODULES, "@sparticuz/chromium/package.json"), "utf8"),
  ) as { version: string };
  const cache = join(NODE_MODULES, ".cache/ghost-session");
  const home = join(cache, `chromium-${manifest.version}`);
  if (!existsSync(home)) {
    mkdirSync(cache, { recursive: true });
    const unpacked = mkdtempSync(join(cache, "unpacking-"));
    try {
      await unpackTo(unpacked);
      // At once or not at all: another run may be doing the same, and the first one wins.
      if (!existsSync(home)) renameSync(unpacked, home);
    } finally {
      rmSync(unpacked, { recursive: true, force: true });
    }
  }
  return { path: join(home, "chromium"), environment: { FONTCONFIG_PATH: join(home, "fonts") } };
}

// The package unpacks into the directory for temporary files, under a fixed name that anybody could have taken.
async function unpackTo(directory: string): Promise<void> {
  const { default: packed } = await import("@sparticuz/chromium");
  const before = process.env["TMPDIR"];
  process.env["TMPDIR"] = directory;
  try {
    await packed.executablePath();
  } finally {
    if (before === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = before;
  }
}
