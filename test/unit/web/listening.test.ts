// What the page takes from the session's events.
import { afterEach, expect, it } from "vitest";
import { EventHub } from "../../../src/client/events.ts";
import { listen } from "../../../src/web/state/listen.ts";
import { createStore } from "../../../src/web/state/state.ts";
import { part } from "./shared-part.ts";

let stop = (): void => undefined;
afterEach(() => {
  stop();
});

it("[PAGE5] what one's other tab said while nobody else was here says so, what others said does not", () => {
  const hub = new EventHub();
  const store = createStore();
  const on = hub.on.bind(hub);
  const me = { id: "a", role: "member", name: null, self: true } as const;
  stop = listen({ on, people: [me], burnPolicy: null, assistant: null, role: "member" }, store);
  const message = { stream: "s", participant: "a", name: null, text: "hi" };
  hub.emit("message", { ...message, id: "1", self: true });
  hub.emit("message", { ...message, id: "2", self: false, participant: "gone" });
  expect(store.get().items).toMatchObject([{ delivery: "unheard" }, { delivery: "relayed" }]);
});

it("[PAGE1] whoever asked is shown as typing again while the answer still comes", () => {
  const hub = new EventHub();
  const store = createStore();
  const on = hub.on.bind(hub);
  stop = listen({ on, people: [], burnPolicy: null, assistant: null, role: "member" }, store);
  const typing = (): string[] => Object.keys(store.get().typing);
  hub.emit("typing", { participant: "p", name: "Ada" });
  expect(typing()).toEqual(["p"]);
  hub.emit("turn", { ...part(0, "why?", "stop"), of: "question" });
  expect(typing()).toEqual([]);
  hub.emit("turn", part(0, "Be"));
  hub.emit("typing", { participant: "p", name: "Ada" });
  hub.emit("turn", part(1, "cause"));
  expect(typing()).toEqual(["p"]);
});
