// The command line itself: help, the table of commands and keygen.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseIdentity, publicKeys } from "../../../src/crypto/identity.ts";
import { signStatement, verifyStatement } from "../../../src/crypto/statement.ts";
import { createTokens } from "../../../src/crypto/tokens.ts";
import { createCli, oneLine, type Cli } from "./cli.ts";

let cli: Cli;
beforeAll(async () => {
  cli = await createCli();
});
afterAll(() => cli.remove());

describe("ghost-session", () => {
  it("lists its commands on --help, and with exit code 2 where none is named", async () => {
    for (const args of [["--help"], ["-h"], ["help"]]) {
      const { code, out, err } = await cli.run(args);
      expect({ code, err }).toEqual({ code: 0, err: "" });
      for (const command of ["chat", "verify-statement", "conform", "keygen"]) {
        expect(out).toContain(command);
      }
    }
    const { code, out, err } = await cli.run([]);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain("Usage: ghost-session COMMAND");
  });

  it("refuses an unknown command with one line", async () => {
    const { code, err } = await cli.run(["verify"]);
    expect(code).toBe(2);
    expect(oneLine(err)).toBe('ghost-session: there is no command "verify"; see ghost-session --help');
  });

  it("[STMT5] verify-statement --help names its options and exit codes", async () => {
    const { code, out } = await cli.run(["verify-statement", "--help"]);
    expect(code).toBe(0);
    for (const word of ["--jwks", "--session", "Exit codes: 0", "1 it does not verify", "2 "]) {
      expect(out).toContain(word);
    }
  });
});

describe("keygen", () => {
  it("[API8] prints secrets that the service takes, new ones each time", async () => {
    const runs = await Promise.all([cli.run(["keygen"]), cli.run(["keygen"])]);
    expect(runs[0].out).not.toBe(runs[1].out);
    for (const { code, out, err } of runs) {
      expect(code).toBe(0);
      const [token = "", key = "", ...rest] = out.trimEnd().split("\n");
      expect(rest).toEqual([]);
      expect(token).toMatch(/^TOKEN_SECRET=[A-Za-z0-9_-]{43}$/);
      expect(key).toMatch(/^IDENTITY_KEY=\{.*\}$/);
      expect(() => createTokens(token.slice("TOKEN_SECRET=".length))).not.toThrow();
      const { thumbprint } = await parseIdentity(key.slice("IDENTITY_KEY=".length));
      for (const word of ["wrangler secret put TOKEN_SECRET", "RETIRED_IDENTITY_KEYS", thumbprint]) {
        expect(err).toContain(word);
      }
      for (const secret of out.match(/[A-Za-z0-9_-]{43}/g) ?? []) expect(err).not.toContain(secret);
    }
  });

  it("[STMT3] --json prints one object for `wrangler secret bulk`, whose key signs what its public half verifies", async () => {
    const { code, out } = await cli.run(["keygen", "--json"]);
    expect(code).toBe(0);
    const secrets = JSON.parse(out) as Record<"TOKEN_SECRET" | "IDENTITY_KEY", string>;
    expect(Object.keys(secrets)).toEqual(["TOKEN_SECRET", "IDENTITY_KEY"]);
    const statement = await signStatement(await parseIdentity(secrets.IDENTITY_KEY), {
      session: "f".repeat(64),
      cause: "ttl",
      createdAt: 0,
      burnedAt: 1,
      messages: 0,
      bytes: 0,
      complete: true,
      storageKeys: 0,
      build: "test",
    });
    expect(await verifyStatement(statement, await publicKeys(secrets.IDENTITY_KEY, ""))).not.toBeNull();
  });

  it("refuses arguments that it does not know", async () => {
    for (const args of [
      ["keygen", "--jsn"],
      ["keygen", "more"],
    ]) {
      const { code, out, err } = await cli.run(args);
      expect({ code, out }).toEqual({ code: 2, out: "" });
      expect(oneLine(err)).toMatch(/^ghost-session: /);
    }
  });
});
