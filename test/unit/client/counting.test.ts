// What a client counts of its own questions, by what comes on its connection and in that order: the service counts an
// accepted attempt before it says so, and what it tells of its count afterwards has that in it.
import { describe, expect, it } from "vitest";
import { createSession, type Answer, type Session } from "../../../src/client/index.ts";
import { CANCEL_TIMEOUT_MS } from "../../../src/client/limits.ts";
import { FakeAssistant, type Asked } from "./fake-assistant.ts";
import { FakeService, SERVICE, SESSION, worldOf } from "./fake-service.ts";
import { settle, until, type World } from "./world.ts";

interface Scene {
  readonly answer: Answer;
  readonly service: FakeService;
  readonly world: World;
  readonly ada: Session;
  readonly asked: Asked;
  /** how the acceptance, which waits, comes */
  accept(): void;
}

const MESSAGES = 50;

/** Somebody who asked and was not accepted yet. */
async function asking(): Promise<Scene> {
  const service = new FakeService();
  const assistant = new FakeAssistant(SESSION);
  service.assistant = assistant;
  service.burn = { ...service.burn, messages: MESSAGES };
  const world = worldOf(service);
  const ada = await createSession({ service: SERVICE, suite: "x25519", environment: world.environment });
  const { socket } = world;
  const say = socket.say.bind(socket);
  const held: unknown[] = [];
  socket.say = (message) => {
    if ((message as { type?: string }).type === "turn_accepted") held.push(message);
    else say(message);
  };
  const answer = ada.ask("Why?", { share: false });
  const asked = await assistant.question();
  await until(() => held.length === 1, "the acceptance");
  const accept = (): void => {
    for (const message of held) say(message);
  };
  // Its name was announced meanwhile, and counted.
  await settle();
  socket.say({ type: "deadlines", burn: service.burn, deadlines: service.deadlines() });
  expect(ada.messagesLeft).toBe(MESSAGES);
  return { service, world, ada, answer, asked, accept };
}

describe("[SDK12] [TURN12] an accepted question", () => {
  it.each(["deadlines", "epoch"] as const)(
    "is in the count that %s tells behind it, whatever waits to be opened before it",
    async (type) => {
      const { service, world, ada, accept } = await asking();
      service.inject(new Uint8Array(300));
      accept();
      const deadlines = { ...service.deadlines(), messagesLeft: 48 };
      world.socket.say({
        type,
        deadlines,
        ...(type === "epoch" ? { epoch: "AAECAwQFBgcICQoL" } : { burn: service.burn }),
      });
      await settle();
      expect(ada.messagesLeft).toBe(48);
      ada.close();
    },
  );

  it("counts once, at once, however often it is said", async () => {
    const { ada, accept } = await asking();
    accept();
    expect(ada.messagesLeft).toBe(MESSAGES - 1);
    accept();
    await settle();
    expect(ada.messagesLeft).toBe(MESSAGES - 1);
    ada.close();
  });

  it("counts also where nobody waits for its answer any more", async () => {
    const { world, ada, answer, accept } = await asking();
    world.socket.onSent = () => undefined;
    answer.cancel();
    await world.advance(CANCEL_TIMEOUT_MS);
    expect((await answer.result).finish).toBe("cancelled");
    accept();
    expect(ada.messagesLeft).toBe(MESSAGES - 1);
    ada.close();
  });

  it("is in the welcome's count where its connection was lost", async () => {
    const { service, world, ada, accept } = await asking();
    service.cut(world.socket);
    await world.advance(2_000);
    await until(() => ada.state === "live");
    accept();
    await settle();
    expect(ada.messagesLeft).toBe(MESSAGES);
    ada.close();
  });

  it("that nobody asked, or that was refused, counts nothing", async () => {
    const { world, ada, asked, accept } = await asking();
    const { turn } = asked;
    world.socket.say({ type: "turn_accepted", turn: "AAECAwQFBgcICQoL", attempt: 1 });
    world.socket.say({ type: "turn_refused", turn, attempt: 1, code: "internal", retryable: true });
    accept();
    await settle();
    expect(ada.messagesLeft).toBe(MESSAGES);
    ada.close();
  });
});
