// Calls that wait heed their signal, at once and without a trace; and the two that no other test asks: the list of models and
// the link by which somebody comes back.
import { describe, expect, it } from "vitest";
import {
  createSession,
  joinSession,
  listJurisdictions,
  listModels,
  parseInviteLink,
  type CallOptions,
  type ListOptions,
  type Session,
} from "../../../src/client/index.ts";
import { OWN_CARD } from "../../support/card.ts";
import { FakeAssistant } from "./fake-assistant.ts";
import { FakeService, SERVICE, SESSION, THUMBPRINT, worldOf } from "./fake-service.ts";
import { settle, until, type Http, type World } from "./world.ts";

const NEVER = new Promise<never>(() => undefined);
const ID = "A".repeat(16);

async function alone(): Promise<{ service: FakeService; world: World; ada: Session }> {
  const service = new FakeService();
  service.assistant = new FakeAssistant(SESSION);
  const world = worldOf(service);
  const { environment } = world;
  const pii = { engine: () => NEVER };
  return { service, world, ada: await createSession({ service: SERVICE, environment, pii }) };
}

describe("[SDK6] a call that waits for what never comes is given up with its signal", () => {
  const verbs: Record<string, (ada: Session, options: CallOptions) => Promise<unknown>> = {
    invite: (ada, options) => ada.invite({}, options),
    revokeInvite: (ada, options) => ada.revokeInvite(ID, options),
    remove: (ada, options) => ada.remove(ID, options),
    changeBurn: (ada, options) => ada.changeBurn({ idle: 60 }, options),
    burn: (ada, options) => ada.burn(options),
    preview: (ada, options) => ada.preview("Why?", options),
    warmUp: (ada, options) => ada.warmUp(options),
  };

  it.each(Object.keys(verbs))("%s, and the session goes on", async (verb) => {
    const { world, ada } = await alone();
    let calls = 0;
    world.http = () => {
      calls += 1;
      return NEVER;
    };
    const begin = (signal: AbortSignal): Promise<unknown> =>
      verbs[verb]?.(ada, { signal }) ?? Promise.resolve();
    await settle();
    const timers = world.timers;
    await expect(begin(AbortSignal.abort())).rejects.toMatchObject({ code: "aborted" });
    expect(calls).toBe(0);
    const controller = new AbortController();
    const refused = expect(begin(controller.signal)).rejects.toMatchObject({ code: "aborted" });
    await settle();
    controller.abort();
    await refused;
    expect([ada.state, world.timers]).toEqual(["live", timers]);
    ada.close();
    await ada.ended;
  });

  it("leave, which goes on all the same", async () => {
    const { world, ada } = await alone();
    const controller = new AbortController();
    await expect(ada.leave({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: "aborted" });
    expect(ada.state).toBe("live");
    const left = expect(ada.leave({ signal: controller.signal })).rejects.toMatchObject({ code: "aborted" });
    controller.abort();
    await left;
    expect(world.socket.sent).toContain('{"type":"leave"}');
    await world.advance(4_000);
    expect(await ada.ended).toMatchObject({ state: "left" });
    expect(world.timers).toBe(0);
  });

  it.each(["/.well-known/jwks.json", "/v1/sessions"])("createSession, while %s is awaited", async (path) => {
    const service = new FakeService();
    const world = worldOf(service);
    const asked: string[] = [];
    world.http = (method, at) => {
      asked.push(at);
      return at === path ? NEVER : service.http(method, at);
    };
    const controller = new AbortController();
    const { environment } = world;
    const created = createSession({ service: SERVICE, environment, signal: controller.signal });
    const refused = expect(created).rejects.toMatchObject({ code: "aborted" });
    await until(() => asked.at(-1) === path);
    controller.abort();
    await refused;
    expect([world.timers, world.sockets]).toEqual([0, []]);
  });

  it("listModels", async () => {
    const world = worldOf(new FakeService());
    world.http = () => NEVER;
    const controller = new AbortController();
    const { environment } = world;
    const refused = expect(
      listModels(SERVICE, { environment, signal: controller.signal }),
    ).rejects.toMatchObject({ code: "aborted" });
    await until(() => world.timers === 1);
    controller.abort();
    await refused;
    expect(world.timers).toBe(0);
  });
});

/** Calls one of the lists, where the service answers as `http` says. */
function listingBy<T>(list: (service: string, options: ListOptions) => Promise<T>) {
  return (http: Http): Promise<T> => {
    const world = worldOf(new FakeService());
    world.http = http;
    return list(SERVICE, { environment: world.environment });
  };
}

describe("[SDK10] the list of models", () => {
  const model = { id: "mirror", card: OWN_CARD, maxTokens: 4_096 };
  const listing = listingBy(listModels);

  it("is what the service offers, and perhaps nothing", async () => {
    const asked: string[] = [];
    const models = await listing((method, path) => {
      asked.push(`${method} ${path}`);
      return { status: 200, body: { models: [model] } };
    });
    expect(models).toEqual([model]);
    expect(asked).toEqual(["GET /v1/models"]);
    expect(await listing(() => ({ status: 200, body: { models: [] } }))).toEqual([]);
  });

  const problem = { type: "about:blank", title: "", status: 429, code: "rate_limited", retryable: true };
  const answers: readonly (readonly [string, Http, string])[] = [
    ["nobody answers", () => null, "unreachable"],
    ["a gateway answers", () => ({ status: 502, body: "Bad gateway" }), "unavailable"],
    ["it refuses", () => ({ status: 429, body: problem }), "rate_limited"],
    ["it answers with nothing", () => ({ status: 200 }), "internal"],
    ["it answers with a page", () => ({ status: 200, body: "<html>" }), "internal"],
    ["it answers with another list", () => ({ status: 200, body: { models: [{ id: 1 }] } }), "internal"],
  ];

  it.each(answers)("where %s is refused", async (_, http, code) => {
    await expect(listing(http)).rejects.toMatchObject({ name: "GhostError", code });
  });

  it.each([
    ["no address", "misuse"],
    ["http://ghost.test", "link_insecure"],
  ])("of %s: %s, and nothing is asked", async (service, code) => {
    const world = worldOf(new FakeService());
    const { environment } = world;
    await expect(listModels(service, { environment })).rejects.toMatchObject({ name: "GhostError", code });
    expect(world.timers).toBe(0);
  });
});

describe("[SDK16] a token that no link could carry is not taken", () => {
  it.each([
    ["too long", ["A".repeat(500), "A".repeat(500), "A".repeat(500)].join(".")],
    ["no token", "x"],
    ["another fragment", "AAAA.AAAA.AA#A"],
  ])("%s: of an invite, and of the session itself", async (_, token) => {
    const { world, ada } = await alone();
    world.http = () => ({ status: 201, body: { id: ID, role: "member", uses: 1, expiresAt: 0, token } });
    await expect(ada.invite()).rejects.toMatchObject({ name: "GhostError", code: "internal" });

    const service = new FakeService();
    const other = worldOf(service);
    other.http = (method, path) => {
      const { status, body } = service.http(method, path);
      return path === "/v1/sessions"
        ? { status, body: { ...(body as object), hostToken: token } }
        : { status, body };
    };
    const { environment } = other;
    await expect(createSession({ service: SERVICE, environment })).rejects.toMatchObject({
      code: "internal",
    });
  });
});

describe("[API9] the list of jurisdictions", () => {
  const listing = listingBy(listJurisdictions);

  it("is where the service can keep a session, and perhaps nothing", async () => {
    const asked: string[] = [];
    const jurisdictions = await listing((method, path) => {
      asked.push(`${method} ${path}`);
      return { status: 200, body: { jurisdictions: ["eu"] } };
    });
    expect(jurisdictions).toEqual(["eu"]);
    expect(asked).toEqual(["GET /v1/jurisdictions"]);
    expect(await listing(() => ({ status: 200, body: { jurisdictions: [] } }))).toEqual([]);
  });

  it("of a service that has none to name, or names something else, is refused", async () => {
    const problem = { type: "about:blank", title: "", status: 404, code: "not_found", retryable: false };
    await expect(listing(() => ({ status: 404, body: problem }))).rejects.toMatchObject({
      code: "not_found",
    });
    const moon = { jurisdictions: ["moon"] };
    await expect(listing(() => ({ status: 200, body: moon }))).rejects.toMatchObject({ code: "internal" });
  });
});

describe("[SDK17] the link by which somebody comes back", () => {
  it("brings the same participant in again, with the key and the identity of before", async () => {
    const { service, world, ada } = await alone();
    const link = ada.rejoinLink();
    expect(parseInviteLink(link)).toMatchObject({ service: SERVICE, session: SESSION, identity: THUMBPRINT });
    ada.close();
    await ada.ended;
    service.cut(world.socket);
    const again = worldOf(service);
    const back = await joinSession(link, { environment: again.environment });
    expect([back.participant, back.state]).toEqual([ada.participant, "live"]);
    back.close();
    await back.ended;
  });

  it("is made of the newest token, for the page that was asked for", async () => {
    const service = new FakeService();
    const world = worldOf(service);
    const page = `${SERVICE}/chat?lang=en`;
    const ada = await createSession({ service: SERVICE, page, environment: world.environment });
    const first = ada.rejoinLink();
    expect(first.startsWith(`${page}#`)).toBe(true);
    service.cut(world.socket);
    await world.advance(2_000);
    expect(parseInviteLink(ada.rejoinLink()).token).not.toBe(parseInviteLink(first).token);
    ada.close();
    await ada.ended;
  });

  it("is none once the session is over: it would open nothing", async () => {
    for (const [code, close] of [
      ["burned", 4410],
      ["ended", 1000],
      ["removed", 4403],
    ] as const) {
      const { world, ada } = await alone();
      world.socket.drop(close, code);
      await ada.ended;
      expect(() => ada.rejoinLink()).toThrow(expect.objectContaining({ name: "GhostError", code }));
    }
  });
});
