// Every example of docs/api.md, run in the order of the page against the service: the commands in a shell,
// the JavaScript in Node. What follows an example on the page is what it has to answer.
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startService, type Service } from "../../../src/local/service.ts";
import { PATIENCE_MS } from "../../support/client.ts";
import { blocks, read, ROOT } from "./markdown.ts";

const RUNNABLE = ["sh", "js"];
const page = blocks(read("docs/api.md"));
const examples = page.flatMap((block, index) => {
  const answer = page[index + 1];
  return RUNNABLE.includes(block.language) ? [{ ...block, answer }] : [];
});

/** Variables that the page asks the reader to set from the answers. */
const variables: Record<string, string> = {};
let service: Service;
let directory: string;

beforeAll(async () => {
  service = await startService();
  variables["GHOST"] = service.url.origin;
  directory = mkdtempSync(join(tmpdir(), "ghost-session-examples-"));
});

afterAll(async () => {
  rmSync(directory, { recursive: true, force: true });
  await service.stop();
});

describe("examples of docs/api.md", () => {
  it.each(examples)("$language $text", async ({ language, text, answer }) => {
    expect(answer?.language, "every example is followed by its answer").toMatch(/^(json|text)$/);
    const output = await (language === "sh" ? runShell(text) : runNode(text));
    if (answer?.language === "json") {
      const given: unknown = JSON.parse(output);
      expect(differences(JSON.parse(answer.text), given)).toEqual([]);
      remember(given);
    } else {
      expect(differences(answer?.text, output)).toEqual([]);
      if (output.startsWith("welcome ")) variables["PARTICIPANT"] = output.slice("welcome ".length);
    }
  });

  it("cover creation, every change and the end", () => {
    const text = examples.map((example) => example.text).join("\n");
    for (const method of ["POST", "PATCH", "DELETE"]) expect(text).toContain(`-X ${method}`);
    expect(examples.length).toBeGreaterThan(12);
  });
});

function remember(answer: unknown): void {
  const { id, hostToken, token } = answer as Record<string, string | undefined>;
  if (id !== undefined && hostToken !== undefined)
    Object.assign(variables, { SESSION: id, TOKEN: hostToken });
  if (id !== undefined && token !== undefined) Object.assign(variables, { INVITE: id, INVITE_TOKEN: token });
}

// The command line of this checkout, not of a package that npx would look for.
function runShell(text: string): Promise<string> {
  const cli = `"${process.execPath}" "${join(ROOT, "src/cli/main.ts")}"`;
  return run("/bin/sh", ["-c", text.replace("npx ghost-session", cli)]);
}

function runNode(text: string): Promise<string> {
  return run(process.execPath, ["--input-type=module", "--eval", text]);
}

async function run(file: string, args: string[]): Promise<string> {
  const options = { cwd: directory, env: { ...process.env, ...variables }, timeout: PATIENCE_MS };
  return (await promisify(execFile)(file, args, options)).stdout.trim();
}

/**
 * Where `given` is not what the page shows. "…" in a string stands for any text; one instant in milliseconds
 * stands for any other.
 */
function differences(shown: unknown, given: unknown, at = "answer"): string[] {
  const isInstant = (value: unknown) => typeof value === "number" && value > 1e12;
  if (isInstant(shown) && isInstant(given)) return [];
  if (typeof shown === "string" && typeof given === "string") {
    const parts = shown.split("…");
    const [start = "", end = ""] = [parts[0], parts.at(-1)];
    const fits = parts.length === 1 ? shown === given : given.startsWith(start) && given.endsWith(end);
    return fits ? [] : [`${at}: ${given}`];
  }
  if (typeof shown === "object" && shown !== null && typeof given === "object" && given !== null) {
    const [left, right] = [shown as Record<string, unknown>, given as Record<string, unknown>];
    const keys = new Set([...Object.keys(left), ...Object.keys(right)]);
    return [...keys].flatMap((key) => differences(left[key], right[key], `${at}.${key}`));
  }
  return Object.is(shown, given) ? [] : [`${at}: ${JSON.stringify(given)}`];
}
