// verify-statement, as a process: verdicts, explanations, exit codes and every way to be given the wrong thing.
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseIdentity, publicKeys } from "../../../src/crypto/identity.ts";
import { NOT_PROVEN, signStatement, type BurnFacts } from "../../../src/crypto/statement.ts";
import { BURN_CAUSES } from "../../../src/protocol/burn-policy.ts";
import { quietPort } from "../../support/processes.ts";
import { fakeIdentity, fakePublicJwk } from "../crypto/fake-keys.ts";
import { createCli, oneLine, type Cli } from "./cli.ts";

const SESSION = "0123456789abcdef".repeat(4);
const FACTS: BurnFacts = {
  session: SESSION,
  cause: "asked",
  createdAt: Date.UTC(2026, 10, 21, 8, 0, 0),
  burnedAt: Date.UTC(2026, 10, 21, 9, 1, 2),
  messages: 12,
  bytes: 3_456,
  complete: true,
  storageKeys: 0,
  build: "build-7",
};

let cli: Cli;
let jws: string;
let statement: string;
let jwks: string;
let keySet: string;

async function sign(more: Partial<BurnFacts> = {}): Promise<string> {
  return signStatement(await parseIdentity(fakeIdentity(1)), { ...FACTS, ...more });
}

beforeAll(async () => {
  cli = await createCli();
  jws = await sign();
  statement = await cli.file("statement.jws", jws);
  keySet = JSON.stringify(await publicKeys(fakeIdentity(1), ""));
  jwks = await cli.file("jwks.json", keySet);
});
afterAll(() => cli.remove());

describe("a statement that verifies", () => {
  it("[STMT5] says what happened, what it proves and what it does not, and exits with 0", async () => {
    const { code, out, err } = await cli.run(["verify-statement", statement, "--jwks", jwks]);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toContain("The statement verifies.");
    for (const fact of [
      "2026-11-21T09:01:02.000Z",
      "2026-11-21T08:00:00.000Z",
      "1 h 1 min 2 s",
      "(asked)",
      "exactly 12 messages, 3456 bytes",
      "0 keys left",
      "build-7",
      (await parseIdentity(fakeIdentity(1))).thumbprint,
    ]) {
      expect(out).toContain(fact);
    }
    const [proves = "", not = ""] = out.slice(out.indexOf("What it proves")).split("What it does not prove");
    expect(proves).toContain("held nothing");
    for (const each of NOT_PROVEN) expect(not).toContain(`- ${each}`);
    expect(not).toContain(jwks);
  });

  it("[STMT5] checks the session where one is named, and says so where none is", async () => {
    const named = await cli.run(["verify-statement", statement, "--jwks", jwks, "--session", SESSION]);
    expect(named.code).toBe(0);
    expect(named.out).toContain("the one that you named");
    const unnamed = await cli.run(["verify-statement", statement, "--jwks", jwks]);
    expect(unnamed.out).toContain("--session checks it");
    expect(unnamed.out).not.toContain(SESSION);
  });

  it("[STMT5] takes the answer of DELETE, the burned message, and text with blank lines around it", async () => {
    const answer = JSON.stringify({ cause: "asked", statement: jws }, null, 2);
    const message = JSON.stringify({ type: "burned", cause: "asked", statement: jws });
    for (const text of [answer, message, `\n${jws}\n\n`]) {
      const file = await cli.file("variant", text);
      expect((await cli.run(["verify-statement", file, "--jwks", jwks])).code, text).toBe(0);
    }
  });

  it("[STMT5] reads standard input", async () => {
    for (const input of [jws, `${jws}\n`, JSON.stringify({ cause: "asked", statement: jws })]) {
      expect((await cli.run(["verify-statement", "-", "--jwks", jwks], input)).code).toBe(0);
    }
    expect((await cli.run(["verify-statement", statement, "--jwks", "-"], keySet)).code).toBe(0);
  });

  it("[STMT2] calls counts lower bounds where the service lost its memory", async () => {
    const input = await sign({ complete: false });
    const { code, out } = await cli.run(["verify-statement", "-", "--jwks", jwks], input);
    expect(code).toBe(0);
    expect(out).toContain("at least 12 messages");
    expect(out).not.toContain("exactly");
  });

  it("[STMT5] does not hide that storage was not empty", async () => {
    const { out } = await cli.run(["verify-statement", "-", "--jwks", jwks], await sign({ storageKeys: 2 }));
    expect(out).toContain("2 keys left");
    expect(out).toContain("STILL HELD SOMETHING");
    expect(out).not.toContain("held nothing");
  });

  it("[STMT5] explains every cause", async () => {
    const outs = await Promise.all(
      BURN_CAUSES.map(async (cause) => {
        const { code, out } = await cli.run(["verify-statement", "-", "--jwks", jwks], await sign({ cause }));
        expect(code).toBe(0);
        return out.split("\n").find((line) => line.includes("because")) ?? "";
      }),
    );
    for (const [index, cause] of BURN_CAUSES.entries()) expect(outs[index]).toContain(`(${cause})`);
    expect(new Set(outs).size).toBe(BURN_CAUSES.length);
  });

  it("[STMT4] verifies with a retired key", async () => {
    const rotated = await publicKeys(fakeIdentity(50), JSON.stringify([fakePublicJwk(1)]));
    const file = await cli.file("rotated.json", JSON.stringify(rotated));
    expect((await cli.run(["verify-statement", statement, "--jwks", file])).code).toBe(0);
  });

  it("[STMT5] lets nothing that was signed rewrite the terminal", async () => {
    const build = "x\u001b[2K\u001b[1A\rThe statement\u202e\u0007";
    const { out } = await cli.run(["verify-statement", "-", "--jwks", jwks], await sign({ build }));
    expect(out).toMatch(/build +x\?\[2K/);
    expect(out.replaceAll("\n", "")).not.toMatch(/\p{C}/u);
  });

  it("[STMT5] prints absurd times without failing", async () => {
    const input = await sign({ createdAt: -1e300, burnedAt: 1e300 });
    expect((await cli.run(["verify-statement", "-", "--jwks", jwks], input)).code).toBe(0);
  });
});

describe("a statement that does not verify", () => {
  it("[STMT5] exits with 1 and one line where it was tampered with", async () => {
    const [header = "", payload = "", signature = ""] = jws.split(".");
    const claims = Buffer.from(payload, "base64url").toString().replace('"messages":12', '"messages":11');
    const forged = [header, Buffer.from(claims).toString("base64url"), signature].join(".");
    for (const input of [forged, `${jws}A`, jws.slice(0, -1), "garbage", `${jws}\n${jws}`]) {
      const { code, out, err } = await cli.run(["verify-statement", "-", "--jwks", jwks], input);
      expect({ code, out }, input).toEqual({ code: 1, out: "" });
      expect(oneLine(err)).toMatch(/^ghost-session: the statement does not verify: it was changed, or/);
    }
  });

  it("[STMT5] exits with 1 where the key is another one", async () => {
    const other = await cli.file("other.json", JSON.stringify(await publicKeys(fakeIdentity(50), "")));
    const { code, out, err } = await cli.run(["verify-statement", statement, "--jwks", other]);
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(oneLine(err)).toContain(other);
  });

  it("[STMT5] exits with 1 where the session is another one, and says that this is why", async () => {
    const args = ["verify-statement", statement, "--jwks", jwks, "--session", "f".repeat(64)];
    const { code, out, err } = await cli.run(args);
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(oneLine(err)).toContain("about another session");
  });
});

describe("the wrong thing", () => {
  it("[STMT5] exits with 2 and one clear line, and never with a stack", async () => {
    const given = async (name: string, text: string) => cli.file(name, text);
    const verify = (...args: string[]) => ["verify-statement", ...args];
    const cases: readonly (readonly [string[], string])[] = [
      [verify(cli.path("missing"), "--jwks", jwks), "there is no such file"],
      [verify(statement, "--jwks", cli.path("missing")), "there is no such file"],
      [verify(cli.path("."), "--jwks", jwks), "it is a directory"],
      [verify(await given("empty", " \n"), "--jwks", jwks), "FILE is empty"],
      [verify(await given("half.json", '{"statement":'), "--jwks", jwks), "FILE does not hold JSON"],
      [verify(await given("problem.json", '{"code":"burned"}'), "--jwks", jwks), 'without a "statement"'],
      [verify(await given("number.json", '{"statement":1}'), "--jwks", jwks), 'without a "statement"'],
      [verify(await given("null.json", '{"statement":null}'), "--jwks", jwks), "could not sign"],
      [verify(await given("large", "A".repeat(70_000)), "--jwks", jwks), "larger than 65536 bytes"],
      [verify(statement, "--jwks", await given("text", "no keys")), "--jwks does not hold JSON"],
      [verify(statement, "--jwks", await given("list.json", "[]")), "JSON Web Key Set"],
      [verify(statement, "--jwks", await given("none.json", '{"keys":[]}')), "JSON Web Key Set"],
      [verify(statement, "--jwks", await given("odd.json", '{"keys":[1]}')), "JSON Web Key Set"],
      [verify(statement), "--jwks is missing"],
      [verify("--jwks", jwks), "give one FILE"],
      [verify(statement, statement, "--jwks", jwks), "give one FILE"],
      [verify(statement, "--jwks"), "--jwks"],
      [verify(statement, "--jwks", jwks, "--session", "short"), "64 characters"],
      [verify(statement, "--jwks", jwks, "--sesion", SESSION), "--sesion"],
      [verify(statement, "--jwks", "http://ghost.example/jwks.json"), "use https"],
      [verify(statement, "--jwks", "http://127.0.0.1.example.com/"), "use https"],
      [verify(statement, "--jwks", "http://localhost@example.com/"), "use https"],
      [verify(statement, "--jwks", "http://[::2]/"), "use https"],
      [verify(statement, "--jwks", "HTTP://EXAMPLE.COM/"), "use https"],
      [verify(statement, "--jwks", "file:///etc/hostname"), "use https"],
      [verify(statement, "--jwks", "ftp://localhost/"), "use https"],
      [verify(statement, "--jwks", "https://"), "is not a web address"],
    ];
    const outcomes = await Promise.all(cases.map(([args]) => cli.run(args)));
    for (const [index, [args, line]] of cases.entries()) {
      const { code, out, err } = outcomes[index] ?? { code: -1, out: "", err: "" };
      expect({ code, out }, args.join(" ")).toEqual({ code: 2, out: "" });
      expect(oneLine(err), args.join(" ")).toMatch(/^ghost-session: /);
      expect(err, args.join(" ")).toContain(line);
    }
  });
});

describe("a key set on the web", () => {
  const servers: Server[] = [];
  afterAll(() => {
    for (const server of servers) {
      server.closeAllConnections();
      server.close();
    }
  });

  async function serve(listener: RequestListener, host = "127.0.0.1"): Promise<string> {
    const server = createServer(listener);
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, host, resolve));
    return `http://${host}:${String((server.address() as AddressInfo).port)}/jwks.json`;
  }

  it("[STMT5] is fetched in plain from this machine, with nothing about the statement in the request", async () => {
    const requests: string[] = [];
    const url = await serve((request, response) => {
      requests.push(`${request.method ?? ""} ${request.url ?? ""} ${JSON.stringify(request.headers)}`);
      response.end(keySet);
    });
    const args = ["--session", SESSION, "--jwks"];
    expect((await cli.run(["verify-statement", statement, ...args, url])).code).toBe(0);
    const named = url.replace("127.0.0.1", "localhost");
    expect((await cli.run(["verify-statement", statement, ...args, named])).code).toBe(0);
    expect(requests).toHaveLength(2);
    for (const request of requests) {
      expect(request).toMatch(/^GET \/jwks\.json /);
      for (const hidden of [SESSION, ...jws.split(".")]) expect(request).not.toContain(hidden);
    }
  });

  it("[STMT5] exits with 2 on an error, a redirect, an endless body, and when nobody listens", async () => {
    const good = await serve((_, response) => response.end(keySet));
    const cases: readonly (readonly [string, string])[] = [
      [await serve((_, response) => response.writeHead(404).end(keySet)), "answered with status 404"],
      [await serve((_, response) => response.writeHead(302, { location: good }).end()), "it redirects"],
      [await serve((_, response) => response.end("{}")), "JSON Web Key Set"],
      [await serve((_, response) => response.end()), "does not hold JSON"],
      [await serve(sendForEver), "larger than 65536 bytes"],
      // Nobody listens there, and nobody is given that port by the system meanwhile.
      [`http://127.0.0.1:${String(await quietPort())}/jwks.json`, "cannot be fetched"],
    ];
    for (const [url, line] of cases) {
      const { code, out, err } = await cli.run(["verify-statement", statement, "--jwks", url]);
      expect({ code, out }, line).toEqual({ code: 2, out: "" });
      expect(oneLine(err)).toContain(line);
    }
  });

  it("[STMT5] exits with 2 where no answer comes, or only half of one", async () => {
    const mute = await serve(() => undefined);
    const half = await serve((_, response) => response.write(keySet.slice(0, 10)));
    const outcomes = await Promise.all(
      [mute, half].map((url) => cli.run(["verify-statement", statement, "--jwks", url])),
    );
    for (const { code, err } of outcomes) {
      expect(code).toBe(2);
      expect(oneLine(err)).toContain("did not answer within 5 s");
    }
  });
});

const sendForEver: RequestListener = (_, response) => {
  const send = (): void => {
    while (!response.destroyed && response.write(" ".repeat(10_000)));
  };
  response.on("drain", send);
  send();
};
