// The conformance kit against deployments that would crash it, fill its memory or keep what it created: every
// bound is reached, the run ends in order, and what it can burn is burned.
import { once } from "node:events";
import type { Duplex } from "node:stream";
import { afterEach, describe, expect, it } from "vitest";
import { MAX_REQUESTS, MAX_SENT_BYTES, MAX_SESSIONS } from "../../../src/cli/conform/bounds.ts";
import { Context, type Shared } from "../../../src/cli/conform/context.ts";
import { judge, NoDeployment, type Report } from "../../../src/cli/conform/judge.ts";
import { describeReport } from "../../../src/cli/conform/print.ts";
import { OPCODE } from "../../../src/cli/conform/web-socket.ts";
import { Wire } from "../../../src/cli/conform/wire.ts";
import { pour, serverFrame, startHostileDeployment, type HostileDeployment, type Worst } from "./hostile-deployment.ts"; // prettier-ignore

/** milliseconds; a loaded machine takes its time to reach a bound */
const PATIENCE_MS = 40_000;

const open: HostileDeployment[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((deployment) => deployment.stop()));
});

async function deploy(worst: Worst): Promise<HostileDeployment> {
  const deployment = await startHostileDeployment(worst);
  open.push(deployment);
  return deployment;
}

function text(message: unknown): Buffer {
  const json = typeof message === "string" ? message : JSON.stringify(message);
  return serverFrame(OPCODE.text, Buffer.from(json));
}

/** What a connection is sent without end. */
const FLOODS: readonly (readonly [what: string, bytes: Buffer, bound: string])[] = [
  ["pings, each of which has to be answered", serverFrame(OPCODE.ping, Buffer.alloc(125)), "sentBytes"],
  ["long messages", text({ type: "later", more: "x".repeat(60_000) }), "receivedBytes"],
  ["marks, each of which has to be acknowledged", text({ type: "mark", mark: "AAAAAAAA" }), "receivedMessages"], // prettier-ignore
  ["short messages", text("pong"), "receivedMessages"],
];

function outcome(report: Report, rule: string): { verdict: string; unmade: boolean; because: string } {
  const found = report.rules.find((each) => each.rule === rule);
  return {
    verdict: found?.verdict ?? "missing",
    unmade: found?.unmade ?? false,
    because: found?.because ?? "",
  };
}

describe("[CONF4] a deployment that does not stop", () => {
  it.each(FLOODS)("sends %s: the connection is given up, nobody is accused", async (_what, bytes, bound) => {
    const deployment = await deploy({
      connected: (socket) => {
        pour(socket, bytes);
      },
    });
    const report = await judge(deployment.origin, { only: ["SOCK2"], answerWithinMs: PATIENCE_MS });
    const { verdict, unmade, because } = outcome(report, "SOCK2");
    expect({ verdict, unmade }).toEqual({ verdict: "cannot_observe", unmade: true });
    expect(because).toMatch(new RegExp(`^the bound of [0-9]+ ${bound} a run is reached$`));
    expect(report).toMatchObject({ leftBehind: 0, unknownCreations: 0 });
    expect(deployment.created).toBeGreaterThan(1);
    expect(deployment.alive.size).toBe(0);
  });

  it("answers a call without end: no more than a bound of it is read", async () => {
    const deployment = await deploy({
      answers: ({ method }, response) => {
        if (method !== "DELETE") return false;
        response.writeHead(200);
        pour(response, Buffer.alloc(65_536));
        return true;
      },
    });
    const report = await judge(deployment.origin, { only: ["END3"], answerWithinMs: PATIENCE_MS });
    expect(outcome(report, "END3")).toMatchObject({ verdict: "cannot_observe", unmade: true });
    expect(outcome(report, "END3").because).toContain("the answer is huge");
    expect(report).toMatchObject({ leftBehind: 0 });
    expect(deployment.alive.size).toBe(0);
  });
});

describe("[CONF4] a creation without an answer", () => {
  /** The first creation shows that the deployment can be judged; those after it get no answer of use. */
  function secretive(answers: NonNullable<Worst["answers"]>): Worst {
    let creations = 0;
    return {
      answers: (request, response) => {
        if (request.method !== "POST" || request.url !== "/v1/sessions") return false;
        creations += 1;
        return creations > 1 && answers(request, response);
      },
    };
  }

  it.each<readonly [string, NonNullable<Worst["answers"]>]>([
    [
      "that is cut off",
      (request) => {
        request.socket.destroy();
        return true;
      },
    ],
    [
      "that names no token",
      (_request, response) => {
        response.writeHead(201).end("{}");
        return true;
      },
    ],
  ])("%s is counted and told, and not called burned", async (_what, answers) => {
    // prettier-ignore
    const deployment = await deploy(secretive(answers));
    const report = await judge(deployment.origin, { only: ["SOCK1"], answerWithinMs: PATIENCE_MS });
    expect(outcome(report, "SOCK1")).toMatchObject({ verdict: "cannot_observe", unmade: true });
    expect(report).toMatchObject({ leftBehind: 0, unknownCreations: 1 });
    const lines = describeReport(report);
    expect(lines).not.toContain("Every session that was created is burned.");
    expect(lines).toContain("1 creations got no answer that says whether there is a session now.");
    expect(lines).toContain("What is left ends by itself within 180 s");
  });

  it("that was refused is none", async () => {
    const deployment = await deploy(
      secretive((_request, response) => {
        response.writeHead(503).end("{}");
        return true;
      }),
    );
    const report = await judge(deployment.origin, { only: ["SOCK1"], answerWithinMs: PATIENCE_MS });
    expect(report).toMatchObject({ leftBehind: 0, unknownCreations: 0, load: { sessions: 1 } });
  });

  it("at the very start is told with the refusal to judge", async () => {
    const deployment = await deploy({
      answers: ({ method, socket }) => {
        if (method === "POST") socket.destroy();
        return method === "POST";
      },
    });
    const judging = judge(deployment.origin, { answerWithinMs: PATIENCE_MS });
    await expect(judging).rejects.toBeInstanceOf(NoDeployment);
    await expect(judging).rejects.toThrow("whether it created a session is unknown");
  });
});

describe("[CONF4] a run whose bounds are reached", () => {
  const shared: Shared = {
    shortLived: true,
    keys: { keys: [] },
    memoryLoss: () => Promise.reject(new Error("nobody asks for it here")),
  };

  it("burns what it created all the same", async () => {
    const deployment = await deploy({});
    const wire = new Wire(deployment.origin);
    const context = new Context(wire, shared, new AbortController().signal);
    await context.create();
    await context.create();
    wire.load.requests = MAX_REQUESTS;
    await expect(context.call("GET", "/v1/health")).rejects.toThrow("requests a run is reached");
    expect(await context.sweep()).toEqual({ unburned: 0, unknown: 0 });
    expect(deployment.alive.size).toBe(0);
    wire.close();
  });

  it("asks for no session beyond the bound", async () => {
    const deployment = await deploy({});
    const wire = new Wire(deployment.origin);
    const context = new Context(wire, shared, new AbortController().signal);
    wire.load.sessions = MAX_SESSIONS;
    await expect(context.create()).rejects.toThrow("sessions a run is reached");
    expect(deployment.created).toBe(0);
    wire.load.sessions = 0;
    wire.load.requests = MAX_REQUESTS;
    await expect(context.create()).rejects.toThrow("requests a run is reached");
    expect(wire.load.sessions).toBe(0);
    expect(await context.sweep()).toEqual({ unburned: 0, unknown: 0 });
    wire.close();
  });

  it("closes a connection whose first word is already too much", async () => {
    const connections: Duplex[] = [];
    const { origin } = await deploy({ connected: (socket) => connections.push(socket) });
    const wire = new Wire(origin);
    const context = new Context(wire, shared, new AbortController().signal);
    wire.load.sentBytes = MAX_SENT_BYTES;
    await expect(context.open("/", ["ghost.v1"])).rejects.toThrow("sentBytes a run is reached");
    await context.sweep();
    const [connection] = connections;
    if (connection?.destroyed === false) await once(connection, "close");
    expect(connections).toHaveLength(1);
    wire.close();
  });
});
