import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

/** What runs in a deployment; src/local and src/cli run on the machine of whoever starts them. */
function shippedSources(): string[] {
  return ["src", "durable-objects"]
    .flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => join(folder, name)),
    )
    .filter((file) => /\.tsx?$/.test(file) && !file.startsWith("src/local/") && !file.startsWith("src/cli/"));
}

it("[RULE2] shipped code never touches the console and observability is off", () => {
  const files = shippedSources();
  expect(files.length).toBeGreaterThan(30);
  expect(files.filter((file) => /\bconsole\s*[.[]/.test(readFileSync(file, "utf8")))).toEqual([]);
  expect(readFileSync("wrangler.toml", "utf8")).toMatch(/^\[observability\]\nenabled = false$/m);
});

it("[LIFE10] timers are asked for in one place only", () => {
  const users = shippedSources().filter((file) =>
    /\b(setTimeout|setInterval|scheduler\.wait)\b/.test(readFileSync(file, "utf8")),
  );
  // One for the service, one for the clients' own machines, one for what the page shows.
  expect(users.sort()).toEqual([
    "durable-objects/platform.ts",
    "src/client/environment.ts",
    "src/web/timers.ts",
  ]);
});
