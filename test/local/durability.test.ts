// What was answered has happened: the record and the alarm survive a SIGKILL in any moment. Every check has a
// control in the same storage, so that none can pass because nothing works.
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { afterAll, describe, expect, it, type TestContext } from "vitest";
import { createPrivateDirectory } from "../../src/local/private-directory.ts";
import { makeSecrets } from "../../src/local/secrets.ts";
import { filesBelow } from "../support/canaries.ts";
import { call, Client, createSession, mintInvite, sleep } from "../support/client.ts";
import { endPrograms, eventually, processesNaming, Program, SERVICE } from "../support/processes.ts";

const SPENT = 4403;
const GONE = 4410;
/** seconds; time enough to kill, start again and touch before it is over */
const SOON = 15;

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
    const [runtime] = readdirSync(notes);
    process.kill(Number(runtime), "SIGKILL");
    await eventually(() => readdirSync(notes).length > 1);
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

  it.for(["runner", "runtime"] as const)("[DUR1] deadlines survive SIGKILL of the %s", async (who, test) => {
    const deployment = await deploy(test);
    const { url } = deployment;
    const soon = { burn: { ttl: SOON } };
    const [past, untouched, touched, idle, far] = await Promise.all([
      createSession(url, { burn: { ttl: 1 } }),
      createSession(url, soon),
      createSession(url, soon),
      createSession(url, { burn: { idle: SOON } }),
      createSession(url),
    ]);
    if (who === "runtime") await deployment.killRuntime();
    else {
      await deployment.kill();
      await sleep(1_000);
      await deployment.start();
    }

    // Touched before the deadline: it lives, and those who are connected hear of the end in time.
    const host = await deployment.join(touched.id, touched.hostToken);
    if (!(host instanceof Client)) throw new Error("the deadline passed before the restart was over");
    expect(deployment.holds(untouched.id)).toBe(true);
    const { cause } = await host.control("burned", SOON * 1_000);
    expect(cause).toBe("ttl");
    expect(Date.now()).toBeGreaterThanOrEqual(touched.deadlines.burnsAt);
    expect(await host.closed()).toBe(GONE);

    // Never touched: the alarm alone, also for the deadline that passed while nothing ran.
    await eventually(() => [past, untouched, idle].every(({ id }) => !deployment.holds(id)), 15_000);
    for (const each of [past, untouched, touched, idle]) expect(await deployment.stateOf(each)).toBe(410);
    // Control: a far deadline, by the same two looks.
    expect(deployment.holds(far.id)).toBe(true);
    expect(await deployment.stateOf(far)).toBe(200);
  });
});
