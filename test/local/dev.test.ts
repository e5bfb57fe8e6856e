// `npm run dev` as whoever changes the service sees it: an edit is served, a mistake is told and
// the last build served meanwhile, and nothing is left in the end. It watches a copy, in which this test may break what it likes.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"; // prettier-ignore
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { filesBelow } from "../support/canaries.ts";
import { PATIENCE_MS } from "../support/client.ts";
import { endPrograms, eventually, processesNaming, Program, quietPort, ROOT } from "../support/processes.ts";

let copy: string;
beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), "ghost-dev-"));
  mkdirSync(join(copy, "dist"));
  const names = readdirSync(ROOT).filter((name) =>
    /^(src|durable-objects|wrangler\.toml|scripts|package.*|tsconfig.*)$/.test(name),
  );
  execFileSync("cp", ["-Rp", ...names.map((name) => join(ROOT, name)), copy]);
  execFileSync("cp", ["-Rp", join(ROOT, "dist/pii"), join(ROOT, "dist/web"), join(copy, "dist")]);
  symlinkSync(join(ROOT, "node_modules"), join(copy, "node_modules"));
});
afterAll(async () => {
  await endPrograms();
  rmSync(copy, { recursive: true, force: true });
});

/** Every file of the copy but wrangler's builds of the Worker: code, which it keeps beside its configuration. */
function projectFiles(): string[] {
  return filesBelow(copy).filter((path) => !path.startsWith(join(copy, ".wrangler")));
}

/** The private directory of the run: its watchdog is told to remove it. */
async function privateDirectory(): Promise<string> {
  const watchdog = join(copy, "src/local/watchdog.sh");
  return eventually(() => {
    const [id] = processesNaming(watchdog);
    if (id === undefined) return undefined;
    const words = readFileSync(`/proc/${String(id)}/cmdline`, "utf8").split("\0");
    return words[words.indexOf(watchdog) + 1];
  });
}

it(
  "[RUN6] npm run dev serves edits, tells what does not build, and leaves nothing",
  { timeout: 5 * PATIENCE_MS },
  async () => {
    const source = join(copy, "src/http/service.ts");
    const original = readFileSync(source, "utf8");
    const before = projectFiles();
    const port = await quietPort();
    const program = new Program(
      process.execPath,
      ["--import", "./src/local/check-node.js", "src/local/dev.ts"],
      { PORT: String(port) },
      "ignore",
      copy,
    );
    const url = await program.printed(/runs at (\S+)/);
    const directory = await privateDirectory();
    const status = async (): Promise<unknown> => {
      const response = await fetch(`${url}/v1/health`).catch(() => null);
      return response?.ok === true ? ((await response.json()) as { status: unknown }).status : null;
    };
    const serves = (wanted: string) => eventually(async () => (await status()) === wanted);
    await serves("ok");

    const edited = (value: string) => original.replace('status: "ok"', `status: "${value}"`);
    writeFileSync(source, edited("first"));
    await serves("first");

    const from = program.output.length;
    writeFileSync(source, `${edited("second")}\nconst = 1;\n`);
    const told = () => /The Worker does not build; [^\n]*\n([^\n]+)\n/.exec(program.output.slice(from))?.[1];
    expect(await eventually(told)).toMatch(/^src\/http\/service\.ts:\d+: /);
    expect(await status()).toBe("first");

    writeFileSync(source, edited("third"));
    await serves("third");
    expect(program.output).not.toMatch(/DEP\d+/);

    expect(await program.interrupt()).toEqual({ code: 0, signal: null });
    expect(processesNaming(copy)).toEqual([]);
    expect(existsSync(directory)).toBe(false);
    expect(projectFiles()).toEqual(before);
  },
);
