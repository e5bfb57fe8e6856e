// Natural hibernation: ten quiet seconds drop the object's memory, never its sockets. Nothing here tells the
// runtime to evict; the proof is the new epoch, which only a new instance can have.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startService, type Service } from "../../src/local/service.ts";
import { Client, createSession, mintInvite, sleep } from "../support/client.ts";

/** milliseconds; the platform hibernates after 10 s. */
const IDLE_MS = 13_000;
/** milliseconds; well below that. */
const SHORT_MS = 5_000;

let service: Service;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());

async function join(session: string, token: string): Promise<{ client: Client; epoch: string }> {
  const client = Client.connect(service.url, session, token);
  const { epoch } = await client.control("welcome");
  return { client, epoch };
}

async function openSession(): Promise<{ id: string; host: Client; epoch: string; invite: string }> {
  const created = await createSession(service.url);
  const invite = await mintInvite(service.url, created, { uses: 60 });
  const { client, epoch } = await join(created.id, created.hostToken);
  return { id: created.id, host: client, epoch, invite };
}

describe.concurrent("hibernation", () => {
  it("[HIB1] after ten quiet seconds another instance goes on with the same sockets", async () => {
    const { id, host, epoch, invite } = await openSession();
    const { client: guest } = await join(id, invite);
    host.send("before");
    expect(await guest.content()).toBe("before");

    await sleep(IDLE_MS);
    expect([host.isOpen, guest.isOpen]).toEqual([true, true]);
    guest.send("after");
    // Everyone hears of the new epoch before the first frame of it.
    for (const client of [host, guest]) expect((await client.control("epoch")).epoch).not.toBe(epoch);
    expect(await host.content()).toBe("after");
    host.send("and back");
    expect(await guest.content()).toBe("and back");
    for (const client of [host, guest]) client.end();
  });

  it("[HIB1] control: after fewer seconds the same instance answers", async () => {
    const { id, host, epoch, invite } = await openSession();
    const { client: guest } = await join(id, invite);
    await sleep(SHORT_MS);
    host.send("soon");
    expect(await guest.content()).toBe("soon");
    expect((await join(id, invite)).epoch).toBe(epoch);
    expect(host.hasHeard("epoch")).toBe(false);
    for (const client of [host, guest]) client.end();
  });

  it("[HIB2] a storm of fifty joins at once does not keep the session awake", async () => {
    const { id, host, epoch, invite } = await openSession();
    const guests = (await Promise.all(Array.from({ length: 50 }, () => join(id, invite)))).map(
      ({ client }) => client,
    );
    host.send("before");
    for (const guest of guests) expect(await guest.content()).toBe("before");

    await sleep(IDLE_MS);
    expect(guests.every(({ isOpen }) => isOpen)).toBe(true);
    host.send("after");
    for (const guest of guests) {
      expect((await guest.control("epoch")).epoch).not.toBe(epoch);
      expect(await guest.content()).toBe("after");
    }
    for (const client of [host, ...guests]) client.end();
  });
});
