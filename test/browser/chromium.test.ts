// Whoever has no browser for these tests must learn in one line what to do.
import { spawnSync } from "node:child_process";
import { expect, it } from "vitest";

it("a browser that does not run is refused in one line, one that runs is named", () => {
  const ask = (variables: Record<string, string>) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ["scripts/browser.ts"], {
      env: { ...process.env, ...variables },
      encoding: "utf8",
    });
    return { status, stdout, stderr };
  };
  expect(ask({ CHROMIUM_PATH: "/bin/false" })).toEqual({
    status: 1,
    stdout: "",
    stderr: "CHROMIUM_PATH names /bin/false, which is no Chromium that runs here.\n",
  });
  const found = ask({});
  expect(found).toMatchObject({ status: 0, stderr: "" });
  expect(ask({ CHROMIUM_PATH: found.stdout.trim() })).toEqual(found);
});
