// The SDK against the real service where one fault is looked at alone: tabs of one participant, a welcome that is
// lost, connections that arrive twice, leaving without a connection, and a process that has to end. One test waits
// a minute for a burn; the others run beside it.
import { execFile } from "node:child_process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  createSession,
  joinSession,
  makeInviteLink,
  parseInviteLink,
  platformEnvironment,
  type Environment,
  type Session,
} from "../../src/client/index.ts";
import { LEAVE_TIMEOUT_MS } from "../../src/client/limits.ts";
import { startService, type Service } from "../../src/local/service.ts";
import { call, keepAwake, PATIENCE_MS, sleep } from "../support/client.ts";
import { environmentThatHears } from "../support/hearing.ts";
import { eventually } from "../support/processes.ts";
import { startProxy, type TcpProxy } from "../support/tcp-proxy.ts";

let service: Service;
beforeAll(async () => {
  service = await startService();
});
const open: Session[] = [];
const proxies: TcpProxy[] = [];
const talks: (() => void)[] = [];
afterAll(async () => {
  for (const end of talks) end();
  for (const session of open) session.close();
  for (const proxy of proxies) await proxy.stop();
  await service.stop();
});

async function host(burn = {}): Promise<Session> {
  const ada = await createSession({ service: service.url.origin, name: "Ada", burn });
  open.push(ada);
  return ada;
}

/** A session that does not sleep: what somebody missed who is away can be had again from its memory alone. */
async function hostWhoStays(): Promise<Session> {
  const ada = await host();
  talks.push(
    keepAwake(() => {
      ada.typing();
    }),
  );
  return ada;
}

/** A network of its own, so that its faults hit nobody else. */
async function network(): Promise<TcpProxy> {
  const proxy = await startProxy(service.url);
  proxies.push(proxy);
  return proxy;
}

async function join(link: string, options: Parameters<typeof joinSession>[1] = {}): Promise<Session> {
  const session = await joinSession(link, options);
  open.push(session);
  return session;
}

/** Joins, and tells the participant token that the service handed out: what an application's second tab would need. */
async function joinWithToken(link: string): Promise<{ session: Session; token: string }> {
  let token = "";
  const environment = environmentThatHears((text) => {
    const { type, token: told } = (text.startsWith("{") ? JSON.parse(text) : {}) as Record<string, unknown>;
    if (type === "welcome") token = String(told);
  });
  return { session: await join(link, { environment }), token };
}

function heardBy(session: Session): string[] {
  const heard: string[] = [];
  session.on("message", ({ text, self }) => heard.push(self ? `self:${text}` : text));
  for (const type of ["gap", "dropped", "mismatch"] as const) session.on(type, () => heard.push(type));
  return heard;
}

const knows = (heard: readonly string[]): boolean => heard.at(-1)?.startsWith("self:") ?? false;

const until = (holds: () => boolean): Promise<unknown> => eventually(holds);

interface Places {
  readonly connected: number;
  readonly admitted: number;
}

async function places(ada: Session, token: string): Promise<Places> {
  const { body } = await call(service.url, "GET", `/v1/sessions/${ada.id}`, { token });
  return (body as { participants: Places }).participants;
}

describe.concurrent("[SDK9] two tabs of one participant", () => {
  it("have streams of their own, hear each other and everybody, and replace each other in nothing", async () => {
    const ada = await hostWhoStays();
    const { link } = await ada.invite();
    const { session: one, token } = await joinWithToken(link);
    const proxy = await network();
    const second = makeInviteLink({ ...parseInviteLink(link), token });
    const two = await join(second, { name: "Bob", service: proxy.origin });
    expect(two.participant).toBe(one.participant);
    const heard = { ada: heardBy(ada), one: heardBy(one), two: heardBy(two) };
    // Whose a stream is, it says itself, within a moment: until then nobody knows that the other tab is "self".
    for (let said = 1; !knows(heard.one) || !knows(heard.two); said++) {
      expect(said).toBeLessThan(100);
      await Promise.all([one.send("is it me?"), two.send("is it me?")]);
      await until(
        () => heard.ada.length === 2 * said && heard.one.length === said && heard.two.length === said,
      );
      await sleep(200);
    }
    for (const each of Object.values(heard)) each.length = 0;
    const streams = await Promise.all([one.send("from one"), two.send("from two")]);
    expect(new Set(streams.map(({ id }) => id.split(".")[0])).size).toBe(2);
    await until(() => heard.ada.length === 2 && heard.one.length === 1 && heard.two.length === 1);
    expect(heard.one).toEqual(["self:from two"]);
    expect(heard.two).toEqual(["self:from one"]);
    // The second tab loses its network in the middle and resumes: the first one notices nothing of it.
    const states: string[] = [];
    one.on("state", ({ state }) => states.push(state));
    proxy.drop();
    await until(() => two.state === "reconnecting");
    await Promise.all([one.send("while away"), two.send("resumed"), ada.send("to both")]);
    await until(() => heard.ada.length === 4 && heard.two.length === 3 && heard.one.length === 3);
    expect(states).toEqual([]);
    expect([...heard.two].sort()).toEqual(["self:from one", "self:while away", "to both"]);
    expect([...heard.one].sort()).toEqual(["self:from two", "self:resumed", "to both"]);
    expect(ada.people).toHaveLength(2);
    await two.leave();
    expect(await one.ended).toMatchObject({ state: "left" });
  });

  it("beyond four say that there are too many, and the next one comes in once one is closed", async () => {
    const ada = await host();
    const { link } = await ada.invite();
    const { session: first, token } = await joinWithToken(link);
    const again = makeInviteLink({ ...parseInviteLink(link), token });
    for (let n = 0; n < 3; n++) await join(again);
    await expect(joinSession(again)).rejects.toMatchObject({ code: "connections_full" });
    first.close();
    expect((await join(again)).participant).toBe(first.participant);
  });
});

describe.concurrent("[SDK9] a session in which nobody speaks", () => {
  it("burns when idle says so, although a look for vanished peers wakes it every minute", async () => {
    const ada = await host({ ttl: 600, idle: 63, empty: 300 });
    const bob = await join((await ada.invite()).link, { name: "Bob" });
    const quietSince = Date.now();
    await ada.send("the only thing that is said");
    const { burn } = await bob.ended;
    expect(burn).toMatchObject({ cause: "idle", verified: { cause: "idle" } });
    // The message and what introduces two people; late by a step of ten seconds at most. A look that counted as content
    // would have put it off to two minutes.
    expect(Date.now() - quietSince).toBeGreaterThan(62_000);
    expect(Date.now() - quietSince).toBeLessThan(115_000);
  });
});

describe.concurrent("[INV8] a join on a bad network", () => {
  it("whose first welcome is lost takes one use, and is one participant", async () => {
    const ada = await host();
    const { link } = await ada.invite({ uses: 1 });
    const proxy = await network();
    const platform = platformEnvironment();
    let connections = 0;
    const environment: Environment = {
      ...platform,
      connect: (...call) => {
        proxy.silence(++connections === 1);
        return platform.connect(...call);
      },
    };
    const joining = join(link, { name: "Bob", service: proxy.origin, environment });
    // The service has let him in, and he does not know.
    await until(() => ada.people.length === 2);
    proxy.drop();
    const bob = await joining;
    expect(connections).toBeGreaterThan(1);
    await until(() => ada.people.some(({ name }) => name === "Bob"));
    expect(ada.people).toHaveLength(2);
    const heard = heardBy(bob);
    await ada.send("welcome after all");
    await until(() => heard.length === 1);
    await expect(joinSession(link)).rejects.toMatchObject({ code: "invite_spent" });
  });

  it("that reaches the service twice takes one use; what is said twice is heard once", async () => {
    const ada = await hostWhoStays();
    const { link } = await ada.invite({ uses: 1 });
    const proxy = await network();
    proxy.duplicate(true);
    const bob = await join(link, { name: "Bob", service: proxy.origin });
    const heard = heardBy(ada);
    const bobs = heardBy(bob);
    for (const text of ["one", "two", "three"]) await bob.send(text);
    await ada.send("back");
    await until(() => bobs.includes("back") && heard.includes("three"));
    expect(heard.filter((each) => each !== "dropped")).toEqual(["one", "two", "three"]);
    expect(bobs.filter((each) => each !== "dropped")).toEqual(["back"]);
    expect(ada.people).toHaveLength(2);
    proxy.duplicate(false);
    proxy.drop();
    await until(() => bob.state === "reconnecting");
    await Promise.all([bob.send("four"), ada.send("five")]);
    await until(() => bobs.includes("five") && heard.includes("four"));
    expect(heard.filter((each) => each !== "dropped")).toEqual(["one", "two", "three", "four"]);
  });
});

describe.concurrent("[SDK17] leaving", () => {
  it("frees the place, also for somebody who lost the connection and still reaches the service", async () => {
    const ada = await host();
    const { session: eve, token } = await joinWithToken((await ada.invite({ role: "host" })).link);
    const proxy = await network();
    const platform = platformEnvironment();
    const environment: Environment = {
      ...platform,
      // Three seconds may be too few for a busy machine.
      after: (ms, callback) => platform.after(ms === LEAVE_TIMEOUT_MS ? PATIENCE_MS : ms, callback),
    };
    const bob = await join((await ada.invite()).link, { service: proxy.origin, environment });
    expect(await places(ada, token)).toEqual({ connected: 3, admitted: 3 });
    proxy.refuse(true);
    proxy.drop();
    await until(() => bob.state === "reconnecting");
    proxy.refuse(false);
    expect(await bob.leave()).toBe(true);
    expect(await places(ada, token)).toEqual({ connected: 2, admitted: 2 });
    const carol = await join((await ada.invite()).link, { service: proxy.origin });
    proxy.refuse(true);
    proxy.drop();
    await until(() => carol.state === "reconnecting");
    expect(await carol.leave()).toBe(false);
    // When the service notices that a connection is gone is the network's affair.
    await eventually(async () => (await places(ada, token)).connected === 2);
    expect(await places(ada, token)).toEqual({ connected: 2, admitted: 3 });
    expect(await eve.leave()).toBe(true);
  });
});

describe.concurrent("[SDK4] a process", () => {
  it.each(["as it is", "over a network that says nothing any more"])(
    "ends by itself after close, %s",
    async (how) => {
      const proxy = await network();
      const program = `
      import { readSync } from "node:fs";
      import { createSession } from ${JSON.stringify(new URL("../../src/client/index.ts", import.meta.url).href)};
      const session = await createSession({ service: process.argv[1] });
      await session.send("the last words");
      process.stdout.write("live");
      // Until it is told to, in a way that leaves nothing open.
      readSync(0, new Uint8Array(1));
      session.close();
      const { state } = await session.ended;
      process.stdout.write(" " + state);
    `;
      const ended = new Promise<string>((resolve, reject) => {
        const arguments_ = ["--input-type=module", "--eval", program, proxy.origin];
        const child = execFile(process.execPath, arguments_, { timeout: PATIENCE_MS }, (error, output) => {
          if (error === null) resolve(output);
          else reject(new Error(`it did not end by itself: ${output}`));
        });
        child.stdout?.once("data", () => {
          if (how !== "as it is") proxy.silence(true);
          child.stdin?.end("\n");
        });
      });
      expect(await ended).toBe("live left");
    },
  );
});
