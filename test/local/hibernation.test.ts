// Natural hibernation: ten quiet seconds drop the object's memory, never its sockets. Nothing here tells the
// runtime to evict; the proof is the new epoch, which only a new instance can have.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startService, type Service } from "../../src/local/service.ts";
import { Client, createSession, HIBERNATED_MS, mintInvite, sleep } from "../support/client.ts";
import { eventually } from "../support/processes.ts";

/** milliseconds; well below what the platform waits before it hibernates. */
const SHORT_MS = 5_000;
/** milliseconds; so long after its last event a session has surely not slept yet. */
const SURELY_AWAKE_MS = 9_000;
/** What a busy machine does late may keep a session awake for one of them. */
const MAX_NIGHTS = 4;

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

/**
 * Leaves everybody alone, and has somebody speak who wakes the session: all others hear of the new epoch before the first
 * frame of it.
 */
async function sleepThrough(speaker: Client, others: readonly Client[], epoch: string): Promise<void> {
  for (let night = 0; night < MAX_NIGHTS; night += 1) {
    await sleep(HIBERNATED_MS);
    expect([speaker, ...others].every(({ isOpen }) => isOpen)).toBe(true);
    const said = `after night ${String(night)}`;
    speaker.send(said);
    const heard = await Promise.all(others.map((each) => each.contentAndEpoch()));
    expect(new Set(heard.map(({ text }) => text))).toEqual(new Set([said]));
    const epochs = new Set(heard.map((each) => each.epoch));
    expect(epochs.size).toBe(1);
    if (epochs.has(null)) continue;
    expect(epochs).not.toContain(epoch);
    return;
  }
  throw new Error(`it stayed awake for ${String(MAX_NIGHTS)} nights`);
}

describe.concurrent("hibernation", () => {
  it("[HIB1] after ten quiet seconds another instance goes on with the same sockets", async () => {
    const { id, host, epoch, invite } = await openSession();
    const { client: guest } = await join(id, invite);
    host.send("before");
    expect(await guest.content()).toBe("before");

    await sleepThrough(guest, [host], epoch);
    expect((await guest.control("epoch")).epoch).not.toBe(epoch);
    host.send("and back");
    expect(await guest.content()).toBe("and back");
    for (const client of [host, guest]) client.end();
  });

  it("[HIB1] control: after fewer seconds the same instance answers", async () => {
    const { id, host, invite } = await openSession();
    // Only what took too long may end in another instance, and tells nothing then.
    const isSame = await eventually(async () => {
      const from = Date.now();
      const { client: guest, epoch } = await join(id, invite);
      await sleep(SHORT_MS);
      host.send("soon");
      const heard = await guest.contentAndEpoch();
      const { client: late, epoch: after } = await join(id, invite);
      for (const client of [guest, late]) client.end();
      expect(heard.text).toBe("soon");
      const same = heard.epoch === null && after === epoch;
      return same || Date.now() - from < SURELY_AWAKE_MS ? { same } : undefined;
    });
    expect(isSame).toEqual({ same: true });
    host.end();
  });

  it("[HIB2] a storm of fifty joins at once does not keep the session awake", async () => {
    const { id, host, epoch, invite } = await openSession();
    const guests = (await Promise.all(Array.from({ length: 50 }, () => join(id, invite)))).map(
      ({ client }) => client,
    );
    host.send("before");
    for (const guest of guests) expect(await guest.content()).toBe("before");

    await sleepThrough(host, guests, epoch);
    for (const client of [host, ...guests]) client.end();
  });
});
