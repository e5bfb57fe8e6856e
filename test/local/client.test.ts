// Two clients of the SDK against the real service.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createSession, joinSession, GhostError, type Session, type SessionEvent } from "../../src/client/index.ts";
import { startService, type Service } from "../../src/local/service.ts";

let service: Service;
beforeAll(async () => {
  service = await startService();
});
afterAll(async () => {
  await service.stop();
});

const open: Session[] = [];
afterAll(() => {
  for (const session of open) session.close();
});

async function pair(burn = {}): Promise<{ ada: Session; bob: Session; link: string }> {
  const ada = await createSession({ service: service.url.origin, name: "Ada", burn });
  const { link } = await ada.invite();
  const bob = await joinSession(link, { name: "Bob" });
  open.push(ada, bob);
  return { ada, bob, link };
}

function next<T extends SessionEvent["type"]>(
  session: Session,
  type: T,
  fits: (event: Extract<SessionEvent, { type: T }>) => boolean = () => true,
): Promise<Extract<SessionEvent, { type: T }>> {
  return new Promise((resolve) => {
    const off = session.on(type, (event) => {
      if (!fits(event as Extract<SessionEvent, { type: T }>)) return;
      off();
      resolve(event as Extract<SessionEvent, { type: T }>);
    });
  });
}

describe("[SDK1] two people chat", () => {
  it("messages, names, presence and typing arrive; the burn ends with a verified statement", async () => {
    const { ada, bob } = await pair({ ttl: 60, burnBy: "anyone" });
    await next(ada, "presence", ({ people }) => people.some(({ name }) => name === "Bob"));
    await next(bob, "presence", ({ people }) => people.some(({ name }) => name === "Ada"));
    const heard = next(bob, "message");
    const delivery = await ada.send("hello Bob");
    expect(await heard).toMatchObject({ text: "hello Bob", name: "Ada", id: delivery.id, self: false });
    const typing = next(ada, "typing");
    bob.typing();
    expect(await typing).toMatchObject({ name: "Bob", participant: bob.participant });
    const renamed = next(ada, "presence", ({ people }) => people.some(({ name }) => name === "Robert"));
    bob.setName("Robert");
    await renamed;
    expect(bob.msLeft).toBeGreaterThan(50_000);
    expect(bob.msLeft).toBeLessThanOrEqual(60_000);
    const report = await bob.burn();
    expect(report).toMatchObject({ cause: "asked", verified: { cause: "asked", storageKeys: 0, complete: true } });
    expect(await ada.ended).toEqual({ state: "burned", reason: null, burn: report });
    await expect(ada.send("late")).rejects.toMatchObject({ code: "burned" });
  });
});

it("x", () => { expect(GhostError).toBeDefined(); });
