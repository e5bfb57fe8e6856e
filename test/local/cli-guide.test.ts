// The examples that people copy: the two terminals of the README, and every example of docs/cli.md in its order.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { startService, type Service } from "../../src/local/service.ts";
import { createChatCli, type ChatCli } from "../support/chat-process.ts";
import { PATIENCE_MS } from "../support/client.ts";
import { endPrograms } from "../support/processes.ts";
import { blocks, read } from "../unit/docs/markdown.ts";

let service: Service;
let cli: ChatCli;
beforeAll(async () => {
  [service, cli] = await Promise.all([startService(), createChatCli()]);
});
afterAll(async () => {
  await endPrograms();
  await service.stop();
  cli.remove();
});

// The program of this checkout, not of a package that npx would look for.
const local = (text: string) => text.replaceAll("npx ghost-session", cli.command);

it("[CHAT1] the two terminals of the README chat as they are written", async () => {
  const env = { GHOST_SERVICE: service.url.origin };
  const section = read("README.md").split("### Two terminals in a minute")[1]?.split("\n### ")[0] ?? "";
  const [first, second, shown, ...more] = blocks(section);
  expect(more).toEqual([]);
  const ada = cli.terminal(local(first?.text ?? ""), env);
  const bob = cli.terminal(local(second?.text ?? ""), env);
  await bob.printed(/(Invite link)/);
  bob.type(`${await ada.link}\r`);
  await bob.printed(/(is called Ada|Here: \[\S+\] Ada)/);
  ada.type("Hello Bob\r");
  await bob.printed(/Ada: (Hello Bob)/);
  bob.type("/burn\r");
  for (const { code } of await Promise.all([ada.ended, bob.ended])) expect(code).toBe(0);
  // The id is drawn anew each time.
  expect(missingLines(shown?.text.replace("k3Xd", "…") ?? "no text", bob.rows, true)).toEqual([]);
});

describe("[CHAT1] the examples of docs/cli.md", () => {
  const page = blocks(read("docs/cli.md"));
  const examples = page.flatMap((block, at) =>
    block.language === "sh" ? [{ ...block, answer: page[at + 1] }] : [],
  );

  it.each(examples)("$text", async ({ text, answer }) => {
    expect(answer?.language).toBe("text");
    const script = local(text).replaceAll("http://127.0.0.1:8787", service.url.origin);
    const { stdout } = await promisify(execFile)("/bin/sh", ["-c", script], {
      cwd: cli.directory,
      env: { ...process.env, GHOST_SERVICE: service.url.origin },
      timeout: PATIENCE_MS,
    });
    expect(missingLines(answer?.text ?? "no text", stdout.trimEnd().split("\n"), false)).toEqual([]);
  });

  it("are all of them", () => {
    expect(examples).toHaveLength(8);
  });
});

/**
 * Lines that the page shows and the output has not, in this order. "…" stands for any text, and as a line of its
 * own, or `anywhere`, for any lines.
 */
function missingLines(shown: string, lines: readonly string[], anywhere: boolean): string[] {
  const missing: string[] = [];
  let at = 0;
  let skips = anywhere;
  for (const line of shown.split("\n")) {
    if (line === "…") {
      skips = true;
      continue;
    }
    const pattern = new RegExp(
      `^${line.split("…").map(escapeRegExp).join(".*")}${line.startsWith("{") ? "" : "$"}`,
    );
    const found = lines.findIndex((each, index) => index >= at && pattern.test(each));
    if (found < 0 || (found > at && !skips)) missing.push(line);
    else at = found + 1;
    skips = anywhere;
  }
  if (at < lines.length && !skips) missing.push(`nothing, but there is: ${lines[at] ?? ""}`);
  return missing;
}

function escapeRegExp(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
