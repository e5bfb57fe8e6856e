// What the page says while the connection is lost: nothing that it cannot know.
import { act, createElement } from "react";
import { afterEach, expect, it, vi } from "vitest";
import { Connection } from "../../../src/web/parts/connection.tsx";
import { FakeService } from "../client/fake-service.ts";
import { openChat, stubStorage } from "./page.ts";
import { openPart } from "./part-page.ts";

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it("[PAGE5] a timer of silence that ran out here does not say that the session is over, and a new loss begins anew", async () => {
  stubStorage();
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  const service = new FakeService();
  service.burn.idle = 60;
  const { chat, world } = await openChat(service);
  const { place, drawn, close } = await openPart(chat, () => createElement(Connection));
  const lose = async (): Promise<void> => {
    chat.store.dispatch({ type: "facts", facts: { connection: "reconnecting" } });
    await drawn();
  };
  const look = (): void => {
    act(() => void vi.advanceTimersByTime(1_000));
  };
  await lose();
  look();
  expect(place.textContent).toContain("Trying again");
  world.freeze(61_000);
  look();
  expect(place.textContent).toContain("the session may be over");
  expect(place.textContent).not.toContain("The time of this session is over");
  world.freeze(-61_000);
  chat.store.dispatch({ type: "facts", facts: { connection: "live" } });
  await drawn();
  expect(place.textContent).toBe("");
  await lose();
  expect(place.textContent).toContain("Trying again");
  close();
});
