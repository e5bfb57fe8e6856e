// The command as it is installed, against the real service: what a script of somebody else runs. The bundle is made for the
// package alone, so a library that it misses would show nowhere else.
import { afterAll, beforeAll, expect, it } from "vitest";
import { startService, type Service } from "../../src/local/service.ts";
import { consumer } from "./consumer.ts";

let service: Service;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());

/** What a shell in the project prints, errors included; rejects where the script fails. */
function shell(script: string): Promise<string> {
  return consumer.run("/bin/sh", ["-c", `(${script}) 2>&1`], { GHOST_SERVICE: service.url.origin });
}

it("[PKG2] the installed command asks, burns, and verifies what it saved", async () => {
  const chat = "npx --no-install ghost-session chat --ttl 10m --model mirror --ask --burn";
  const asked = await shell(`echo 'Is anybody there?' | ${chat} --statement burned.jws`);
  expect(asked).toContain("This is the mirror.");
  expect(asked).toContain("Is anybody there?");
  expect(asked).toContain("The destruction statement is verified.");

  const keys = `--jwks "$GHOST_SERVICE/.well-known/jwks.json"`;
  const verified = await shell(`npx --no-install ghost-session verify-statement burned.jws ${keys}`);
  expect(verified).toContain("The statement verifies.");
  expect(verified).toContain("What it does not prove");
});

it("[PKG2] the installed command judges a deployment and burns what it created", async () => {
  // One rule over HTTP, one on a socket, one that the kit must verify a statement for.
  const report = await shell(
    `npx --no-install ghost-session conform "$GHOST_SERVICE" --only API7,SOCK1,STMT3`,
  );
  for (const rule of ["API7", "SOCK1", "STMT3"]) expect(report).toMatch(new RegExp(`^${rule} +pass$`, "m"));
  expect(report).toContain("3 pass, 0 fail, 0 cannot observe");
  expect(report).toContain("Every session that was created is burned.");
});
