// What was answered has happened: the record and the alarm survive a SIGKILL in any moment. Every check has a
// control in the same storage, so that none can pass because nothing works.
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { afterAll, describe, expect, it, type TestContext } from "vitest";
import { createPrivateDirectory } from "../../src/local/private-directory.ts";
import { makeSecrets } from "../../src/local/secrets.ts";
import { filesBelow } from "../support/canaries.ts";
import { call, Client, createSession, mintInvite, PATIENCE_MS, sleep } from "../support/client.ts";
import { endPrograms, eventually, processesNaming, Program, SERVICE } from "../support/processes.ts";

const SPENT = 4403;
const GONE = 4410;
/** Deadlines, in seconds, for what must still live after a restart. A busy machine may take longer than the first. */
const SOON = [15, 60, 180];

/** The same deployment, to be killed and started again: its storage and its secrets stay. */
class Deployment {
  readonly #secrets = makeSecrets();
  readonly #home = createPrivateDirectory();
  #program: Program | null = null;
  #directory = "";
  url = new URL("http://127.0.0.1");

  async start(): Promise<void> {
    const options = JSON.stringify({ bindings: this.#secrets, storageDir: this.#home.storage });
    this.#program = new Program(process.execPath, [SERVICE], { GHOST_TEST_OPTIONS: options });
    this.url = new URL(await this.#program.printed(/url=(\S+)/));
    this.#directory = await this.#program.printed(/directory=(\S+)/);
  }

  async kill(): Promise<void> {
    await this.#program?.kill("SIGKILL");
    await eventually(() => processesNaming(this.#directory).length === 0);
  }

  /** Kills the runtime alone; the runner starts another one on the same port. */
  async killRuntime(): Promise<void> {
    const notes = join(this.#directory, "processes");
    const before = readdirSync(notes);
    // A note outlives its process: of those that were killed before, nothing runs any more.
    const running = processesNaming(this.#directory).filter((id) => before.includes(String(id)));
    expect(running).toHaveLength(1);
    for (const runtime of running) process.kill(runtime, "SIGKILL");
    await eventually(() => readdirSync(notes).some((note) => !before.includes(note)));
    await eventually(() =>
      call(this.url, "GET", "/v1/health").then(
        ({ status }) => status === 200,
        () => false,
      ),
    );
  }

  emptyStorage(): void {
    for (const name of readdirSync(this.#home.storage)) {
      rmSync(join(this.#home.storage, name), { recursive: true });
    }
  }

  /** Whether the record is there. Looks at the files alone: no request, so no touch. */
  holds(session: string): boolean {
    return filesBelow(this.#home.storage)
      .filter((path) => basename(path).startsWith(session))
      .some((path) => readFileSync(path).includes(session));
  }

  async end(): Promise<void> {
    await this.kill();
    rmSync(this.#home.path, { recursive: true, force: true });
  }

  async stateOf({ id, hostToken }: { id: string; hostToken: string }): Promise<number> {
    return (await call(this.url, "GET", `/v1/sessions/${id}`, { token: hostToken })).status;
  }

  /** Joins; the close code where that is refused. */
  async join(session: string, token: string): Promise<Client | number> {
    const client = Client.connect(this.url, session, token);
    const admitted = await client.admitted();
    return admitted === "welcome" ? client : admitted;
  }
}

async function deploy({ onTestFinished }: TestContext): Promise<Deployment> {
  const deployment = new Deployment();
  onTestFinished(() => deployment.end());
  await deployment.start();
  return deployment;
}

/** Sessions with deadlines, over a restart that ended before those of `soon` seconds: each of them lives on. */
async function restartedInTime(deployment: Deployment, who: "runner" | "runtime") {
  for (const soon of SOON) {
    const { url } = deployment;
    const [past, untouched, touched, idle, far] = await Promise.all([
      createSession(url, { burn: { ttl: 1 } }),
      createSession(url, { burn: { ttl: soon } }),
      createSession(url, { burn: { ttl: soon } }),
      createSession(url, { burn: { idle: soon } }),
      createSession(url),
    ]);
    const ends = Math.min(untouched.deadlines.burnsAt, touched.deadlines.burnsAt);
    if (who === "runtime") await deployment.killRuntime();
    else {
      await deployment.kill();
      await eventually(() => Date.now() > past.deadlines.burnsAt);
      await deployment.start();
    }
    const host = await deployment.join(touched.id, touched.hostToken);
    const held = deployment.holds(untouched.id);
    if (Date.now() >= ends) continue; // the machine was too slow for this one: nothing is known
    expect(held).toBe(true);
    if (!(host instanceof Client)) throw new Error(`it did not outlive the restart: ${String(host)}`);
    return { host, soon, past, untouched, touched, idle, far };
  }
  throw new Error(`a restart took longer than ${SOON.join(", ")} seconds`);
}

afterAll(endPrograms);

describe.concurrent("SIGKILL and restart", () => {
  it.for(["runner", "runtime"] as const)(
    "[DUR1] the use of an invite survives SIGKILL of the %s",
    async (who, test) => {
      const deployment = await deploy(test);
      const created = await createSession(deployment.url);
      const used = await mintInvite(deployment.url, created);
      const unused = await mintInvite(deployment.url, created);
      expect(await deployment.join(created.id, used)).toBeInstanceOf(Client);

      if (who === "runtime") await deployment.killRuntime();
      else {
        await deployment.kill();
        await deployment.start();
      }
      expect(await deployment.join(created.id, used)).toBe(SPENT);
      expect(await deployment.join(created.id, unused)).toBeInstanceOf(Client);
    },
  );

  it("[DUR1] a removal survives SIGKILL right after its answer", async (test) => {
    const deployment = await deploy(test);
    const created = await createSession(deployment.url);
    const invite = await mintInvite(deployment.url, created, { uses: 5 });
    const { participant, token } = await Client.connect(deployment.url, created.id, invite).control(
      "welcome",
    );
    const path = `/v1/sessions/${created.id}/participants/${participant}`;
    await call(deployment.url, "DELETE", path, { token: created.hostToken });
    await deployment.kill();
    await deployment.start();
    expect(await deployment.join(created.id, token)).toBe(4403);
    expect(await deployment.join(created.id, invite)).toBe(4403);
    // The control: the session itself is there, and takes others.
    expect(await deployment.join(created.id, created.hostToken)).toBeInstanceOf(Client);
  });

  it("[END5] a SIGKILL in the middle of burns leaves sessions that live on or are gone, and nothing between", async (test) => {
    const deployment = await deploy(test);
    const sessions = await Promise.all(Array.from({ length: 24 }, () => createSession(deployment.url)));
    // No answer is awaited: the kill meets burns that were not begun, that are under way and that are done.
    for (const { id, hostToken } of sessions) {
      call(deployment.url, "DELETE", `/v1/sessions/${id}`, { token: hostToken }).catch(() => undefined);
    }
    await sleep(8);
    await deployment.kill();
    await deployment.start();
    for (const session of sessions) {
      const status = await deployment.stateOf(session);
      expect([200, 410]).toContain(status);
      if (status === 410) continue;
      const burned = await call(deployment.url, "DELETE", `/v1/sessions/${session.id}`, {
        token: session.hostToken,
      });
      expect(burned.status).toBe(200);
    }
    await eventually(async () => sessions.every(({ id }) => !deployment.holds(id)));
  });

  it("[DUR1] control: with its storage emptied the session is gone", async (test) => {
    const deployment = await deploy(test);
    const created = await createSession(deployment.url);
    const unused = await mintInvite(deployment.url, created);
    expect(deployment.holds(created.id)).toBe(true);
    await deployment.kill();
    deployment.emptyStorage();
    await deployment.start();
    expect(await deployment.join(created.id, unused)).toBe(GONE);
    expect(await deployment.stateOf(created)).toBe(410);
  });

  it.for(["runner", "runtime"] as const)(
    "[DUR1] deadlines survive SIGKILL of the %s",
    { timeout: 600_000 },
    async (who, test) => {
      const deployment = await deploy(test);
      const { host, soon, past, untouched, touched, idle, far } = await restartedInTime(deployment, who);

      // Touched before the deadline: those who are connected hear of the end in time.
      const { cause } = await host.control("burned", soon * 1_000 + PATIENCE_MS);
      expect(cause).toBe("ttl");
      expect(Date.now()).toBeGreaterThanOrEqual(touched.deadlines.burnsAt);
      expect(await host.closed()).toBe(GONE);

      // Never touched: the alarm alone, also for the deadline that passed while nothing ran.
      await eventually(() => [past, untouched, idle].every(({ id }) => !deployment.holds(id)));
      for (const each of [past, untouched, touched, idle]) expect(await deployment.stateOf(each)).toBe(410);
      // Control: a far deadline, by the same two looks.
      expect(deployment.holds(far.id)).toBe(true);
      expect(await deployment.stateOf(far)).toBe(200);
    },
  );
});
