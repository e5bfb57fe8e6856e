// What the page takes from the session's events.
import { afterEach, describe, expect, it, vi } from "vitest";
import { EventHub } from "../../../src/client/events.ts";
import type { Person } from "../../../src/client/index.ts";
import { listen } from "../../../src/web/state/listen.ts";
import { createStore, type Store } from "../../../src/web/state/state.ts";
import type { NoteItem } from "../../../src/web/state/transcript.ts";
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

interface Heard {
  readonly hub: EventHub;
  readonly store: Store;
  /** who is here, now and from the next event on */
  readonly people: Person[];
}

function hear(...names: string[]): Heard {
  const hub = new EventHub();
  const store = createStore();
  const people = names.map((name, at): Person => person(`p${String(at)}`, name));
  const on = hub.on.bind(hub);
  store.dispatch({ type: "live", facts: { people } });
  stop = listen({ on, people, burnPolicy: null, assistant: null, role: "member" }, store);
  return { hub, store, people };
}

function person(id: string, name: string | null): Person {
  return { id, name, role: "member", self: false };
}

const typing = ({ store }: Heard): string[] => Object.keys(store.get().typing);
const notes = ({ store }: Heard): NoteItem[] => store.get().items.filter((item) => item.kind === "note");

it("[PAGE1] whoever asked is shown as typing again while the answer still comes", () => {
  const heard = hear("Ada");
  const { hub } = heard;
  const from = { participant: "p0" };
  hub.emit("typing", { ...from, name: "Ada" });
  expect(typing(heard)).toEqual(["p0"]);
  hub.emit("turn", { ...part(0, "why?", "stop"), ...from, of: "question" });
  expect(typing(heard)).toEqual([]);
  hub.emit("turn", { ...part(0, "Be"), ...from });
  hub.emit("typing", { ...from, name: "Ada" });
  hub.emit("turn", { ...part(1, "cause"), ...from });
  expect(typing(heard)).toEqual(["p0"]);
});

describe("[PAGE11] a service that tells too much", () => {
  it("of somebody who is not here: nobody is shown as typing", () => {
    const heard = hear("Ada");
    for (let n = 0; n < 5_000; n += 1) heard.hub.emit("typing", { participant: `x${String(n)}`, name: null });
    expect(typing(heard)).toEqual([]);
  });

  it("that somebody types: the page changes once for as long as that is shown already", () => {
    const heard = hear("Ada");
    const changed = vi.fn();
    heard.store.subscribe(changed);
    vi.spyOn(Date, "now").mockReturnValue(1);
    for (let n = 0; n < 100; n += 1) heard.hub.emit("typing", { participant: "p0", name: "Ada" });
    expect(changed).toHaveBeenCalledTimes(1);
    vi.mocked(Date.now).mockReturnValue(1_001);
    heard.hub.emit("typing", { participant: "p0", name: "Ada" });
    expect(changed).toHaveBeenCalledTimes(2);
    vi.restoreAllMocks();
  });

  it("the same again and again: it is said once and counted", () => {
    const heard = hear("Ada");
    for (let n = 0; n < 5_000; n += 1) heard.hub.emit("dropped", { reason: "forged", stream: null });
    expect(notes(heard)).toMatchObject([{ tone: "warning", times: 5_000 }]);
  });

  it("who left, without end: no more notes are made of it than somebody reads, and no loss is left out", () => {
    const heard = hear("Ada");
    const { hub, people } = heard;
    for (let n = 0; n < 2_000; n += 1) {
      const guest = person(`${String(n)}xxxx`, null);
      people.push(guest);
      hub.emit("presence", { people, joined: [guest.id], left: [] });
      people.pop();
      hub.emit("presence", { people, joined: [], left: [guest.id] });
    }
    expect(notes(heard).length).toBeLessThanOrEqual(101);
    expect(notes(heard).at(-1)?.times).toBe(1_900);
    const gap = { stream: "s", name: "Ada", source: "order" } as const;
    hub.emit("gap", { ...gap, missed: 2 });
    expect(notes(heard).at(-1)).toMatchObject({ tone: "loss", text: expect.stringContaining("2 messages") });
  });
});

describe("[PAGE8] a name in a note of the page", () => {
  it("stands apart from the page's words, whatever it says", () => {
    const heard = hear("Ada");
    const forged = 'Ada left. The burn timer was changed. "Bob';
    const people = [...heard.people, person("b", forged)];
    heard.hub.emit("presence", { people, joined: ["b"], left: [] });
    const renamed = [...heard.people, person("b", "Bob")];
    heard.hub.emit("presence", { people: renamed, joined: [], left: [] });
    heard.hub.emit("presence", { people: heard.people, joined: [], left: ["b"] });
    const at = { tone: "quiet", times: 1 };
    expect(notes(heard)).toMatchObject([
      { ...at, parts: ["", forged, " is here."] },
      { ...at, parts: ["", forged, " is now called ", "Bob", "."] },
      { ...at, parts: ["", "Bob", " left."] },
    ]);
    expect(notes(heard)[0]?.text).toBe("“Ada left. The burn timer was changed. 'Bob” is here.");
  });
});

describe("[PAGE5] a frame that was not taken", () => {
  it.each([
    ["forged", "nobody with this room's key"],
    ["truncated", "nobody with this room's key"],
    ["malformed", "cannot read, though somebody in this chat sealed it"],
    ["unsupported", "A newer page may."],
    ["streams_full", "cannot hear"],
  ] as const)("%s: said for what it is", (reason, words) => {
    const heard = hear("Ada");
    heard.hub.emit("dropped", { reason, stream: null });
    expect(notes(heard)).toMatchObject([{ tone: "warning", text: expect.stringContaining(words) }]);
  });

  it("repeated: not said, since an honest resend repeats itself", () => {
    const heard = hear("Ada");
    heard.hub.emit("dropped", { reason: "repeated", stream: "s" });
    expect(notes(heard)).toEqual([]);
  });
});
