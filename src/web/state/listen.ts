// Turns the session's events into changes of the state. Every loss is told, and nothing that was not lost is.
import type { DropReason, Person, Session, SessionEvents } from "../../client/index.ts";
import { every } from "../timers.ts";
import { Drawing } from "./draw.ts";
import { nameOf } from "./naming.ts";
import { SharedTurns } from "./shared-turns.ts";
import type { Store } from "./state.ts";
import type { NoteItem, TurnItem } from "./transcript.ts";
import { counted } from "./words.ts";

/** milliseconds; a `typing` event says so for the next moments only. */
const TYPING_SHOWN_MS = 5_000;
/** milliseconds; how often it is looked whether somebody stopped typing. */
const TYPING_LOOK_MS = 1_000;

/** Who spoke; `participant` is null where the service and the seal do not agree on it. */
interface Speaker {
  readonly participant: string | null;
  readonly stream: string;
  readonly name: string | null;
}

/** What is listened to, and looked at when it speaks. */
type Heard = Pick<Session, "on" | "people" | "burnPolicy" | "assistant" | "role">;

/** Starts to listen; the result ends it. */
export function listen(session: Heard, store: Store): () => void {
  const turns = new SharedTurns();
  const drawing = new Drawing(store);
  const draw = (items: readonly TurnItem[]): void => {
    for (const item of items) drawing.draw(item);
  };
  const naming = (person: Pick<Person, "id" | "name">, people: readonly Person[]): string =>
    nameOf(person, people, session.assistant?.model);
  const { people: initially } = session;
  const names = new Map(initially.map((person) => [person.id, naming(person, initially)]));
  /** Who speaks, as the list of people calls them. */
  const called = ({ participant, stream, name }: Speaker) =>
    name === null && participant === null
      ? null
      : naming({ id: participant ?? stream, name }, session.people);
  const facts = () => ({
    people: session.people,
    burn: session.burnPolicy,
    assistant: session.assistant,
    host: session.role === "host",
  });
  const tell = (tone: NoteItem["tone"], ...parts: string[]): void => {
    store.dispatch({ type: "add", item: note(tone, ...parts) });
  };
  const offs = [
    session.on("state", ({ state }) => {
      store.dispatch({ type: "facts", facts: { connection: state, ...facts() } });
    }),
    session.on("message", ({ id, self, name, text, participant, stream }) => {
      draw(turns.heard({ stream, participant }));
      if (participant !== null) store.dispatch({ type: "said", participant });
      const isHeard = !self || session.people.some((person) => !person.self);
      const item = {
        key: id,
        own: self,
        name: called({ participant, stream, name }),
        text,
        atMs: Date.now(),
      };
      store.dispatch({
        type: "add",
        // What one's other tab said may have been for nobody, as what this one says.
        item: { kind: "message", ...item, delivery: isHeard ? "relayed" : "unheard", problem: null },
      });
    }),
    session.on("turn", (part) => {
      // Whoever asked may write again while the answer comes.
      if (part.participant !== null && part.of === "question")
        store.dispatch({ type: "said", participant: part.participant });
      draw([
        ...turns.heard(part),
        turns.take({ ...part, name: called(part) }, session.assistant, Date.now()),
      ]);
    }),
    session.on("presence", ({ people, joined, left }) => {
      store.dispatch({ type: "facts", facts: facts() });
      if (left.length > 0) draw(turns.left(left));
      for (const id of left) {
        tell("quiet", "", names.get(id) ?? "Somebody", " left.");
        names.delete(id);
      }
      for (const person of people) {
        const before = names.get(person.id);
        const now = naming(person, people);
        names.set(person.id, now);
        if (person.self || before === now) continue;
        if (before === undefined && person.name === null && joined.includes(person.id)) continue;
        if (before === undefined || before === nameOf({ id: person.id, name: null })) {
          tell("quiet", "", now, " is here.");
        } else tell("quiet", "", before, " is now called ", now, ".");
      }
    }),
    session.on("typing", ({ participant, name }) => {
      const { people, typing } = store.get();
      const untilMs = Date.now() + TYPING_SHOWN_MS;
      // Of somebody who is not here it would never go away; what was told just now is shown already.
      if (!people.some(({ id }) => id === participant)) return;
      if (untilMs - (typing[participant]?.untilMs ?? 0) < TYPING_LOOK_MS) return;
      store.dispatch({ type: "typing", participant, name, untilMs });
    }),
    session.on("deadlines", () => {
      store.dispatch({ type: "facts", facts: facts() });
      tell("quiet", "The burn timer was changed.");
    }),
    session.on("resumed", (event) => {
      tell(event.recovered ? "quiet" : "loss", wordsOfResume(event));
      // The end of an answer may be among what was lost.
      if (!event.recovered) draw(turns.cut());
    }),
    session.on("gap", ({ name, stream, missed }) => {
      const [person = { id: stream, name }, ...more] = session.people.filter((each) => each.name === name);
      const who = name === null || more.length > 0 ? (name ?? "somebody") : naming(person, session.people);
      const lost = `${counted(missed, "message")} of `;
      tell("loss", lost, who, " did not arrive here and cannot be fetched any more.");
    }),
    session.on("dropped", ({ reason }) => {
      // An honest resend repeats itself; nobody needs to know.
      if (reason !== "repeated") tell("warning", DROPPED[reason]);
    }),
    session.on("mismatch", () => {
      tell(
        "warning",
        "The service says that a message comes from somebody else than its seal does. Trust the name less.",
      );
    }),
    every(TYPING_LOOK_MS, () => {
      if (Object.keys(store.get().typing).length > 0) store.dispatch({ type: "typed", nowMs: Date.now() });
    }),
  ];
  return () => {
    for (const off of offs) off();
    drawing.close();
    turns.clear();
  };
}

const FORGED = "Something arrived that nobody with this room's key has sealed. It was refused.";
const UNREAD = "Something arrived that this page cannot read, though somebody in this chat sealed it.";

const DROPPED: Readonly<Record<Exclude<DropReason, "repeated">, string>> = {
  forged: FORGED,
  truncated: FORGED,
  reflected: FORGED,
  malformed: `${UNREAD} It was refused.`,
  unsupported: `${UNREAD} A newer page may.`,
  streams_full:
    "Somebody came here whom this page cannot hear: it has heard through more pages than it can keep apart.",
};

function wordsOfResume({ recovered, missed }: SessionEvents["resumed"]): string {
  if (recovered) return "Connected again. Nothing was lost.";
  return missed === "unknown" || missed === 0
    ? "Connected again. The service kept nothing of the meantime; if a message is missing, it is said here."
    : `Connected again. ${counted(missed, "frame")} of the meantime could not be fetched.`;
}

let notes = 0;

/** A line of the page itself in the transcript: its words, and the names between them. */
export function note(tone: NoteItem["tone"], ...parts: string[]): NoteItem {
  notes += 1;
  const text = parts.map((part, at) => (at % 2 === 1 ? `“${part.replace(/["“-‟]/g, "'")}”` : part)).join("");
  return { kind: "note", key: `note ${String(notes)}`, tone, text, parts, times: 1, atMs: Date.now() };
}
