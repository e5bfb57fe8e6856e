// Events as lines for people. Messages start with "[", whatever the program says itself with "* ", so that
// neither can pass for the other. Everything that somebody else chose goes through printable.ts.
import type { SessionEvents } from "../../client/index.ts";
import { describeFindings, describeTerms } from "./assistant-words.ts";
import type { ChatEvent, ChatEvents } from "./chat-event.ts";
import { formatLeft } from "./duration.ts";
import { describeEnd, describeReport } from "./end-words.ts";
import { explain } from "./explain.ts";
import { PIPE_ROW_CHARS } from "./limits.ts";
import { notice, warning, type Line } from "./line.ts";
import { printable, printableName, quote } from "./printable.ts";
import { TurnView } from "./turn-view.ts";
import { count, describeBurn, describePerson, describeWho } from "./who.ts";

export class TextView {
  /** what people were last called, oneself included */
  readonly #names = new Map<string, string | null>();
  readonly #hint: string | null;
  readonly #turns: TurnView;
  #trust = "";
  #aloneTold = false;

  /** `hint`: what to say once at the start. `rowChars`: most characters of one row of an answer. */
  constructor(hint: string | null, rowChars = PIPE_ROW_CHARS) {
    this.#hint = hint;
    this.#turns = new TurnView(rowChars);
  }

  /** Any number of lines, in order. */
  lines(event: ChatEvent): readonly Line[] {
    switch (event.type) {
      case "session":
        return this.#session(event);
      case "invite":
        return [
          notice(
            `Invite link: ${count(event.uses, "use")}, as ${event.role}. Whoever has it can read along.`,
          ),
          { tone: "verbatim", text: printable(event.link) },
        ];
      case "message":
        return [{ tone: "message", text: message(event) }];
      case "turn":
        return this.#turns.shared(event);
      case "findings":
        return describeFindings(event.items).map(notice);
      case "answer":
        return this.#turns.answer(event);
      case "answered":
        return this.#turns.answered(event);
      case "presence":
        return [...this.#turns.left(event.left), ...this.#presence(event)];
      case "typing":
        return [];
      case "deadlines":
        return [
          notice(`The burn timers changed. ${describeBurn(event.burn, event.msLeft, event.burn.messages)}`),
        ];
      case "countdown":
        return [notice(`${formatLeft(event.msLeft)} left.`)];
      case "sent":
        return this.#sent(event.others);
      case "notice":
        return event.lines.map(notice);
      case "burned":
        return describeReport(event, this.#trust).map(notice);
      case "end":
        return [...this.#turns.end(), ...describeEnd(event).map(event.exitCode === 0 ? notice : warning)];
      default:
        return troubles(event);
    }
  }

  #session(event: ChatEvents["session"]): Line[] {
    this.#trust = event.trust;
    for (const { id, name } of event.people) this.#names.set(id, name);
    const self = describeWho(event.participant, event.name);
    const others = event.people.filter((person) => !person.self).map(describePerson);
    return [
      notice(`${event.created ? "You created a session" : "You joined"}. You are ${self}, ${event.role}.`),
      notice(describeBurn(event.burn, event.msLeft, event.messagesLeft)),
      notice(others.length === 0 ? "Nobody else is here yet." : `Here: ${others.join(", ")}`),
      ...(event.assistant === null ? [] : describeTerms(event.assistant).map(notice)),
      ...(this.#hint === null ? [] : [notice(this.#hint)]),
    ];
  }

  #presence({ people, joined, left }: SessionEvents["presence"]): Line[] {
    const lines: Line[] = [];
    for (const id of left) {
      lines.push(notice(`${describeWho(id, this.#names.get(id) ?? null)} left.`));
      this.#names.delete(id);
    }
    for (const { id, name, self } of people) {
      const known = this.#names.get(id);
      this.#names.set(id, name);
      if (self) continue;
      if (joined.includes(id)) lines.push(notice(`${describeWho(id, name)} joined.`));
      else if (known !== name && name !== null) {
        lines.push(notice(`${describeWho(id, known ?? null)} is called ${printableName(name)}.`));
      }
    }
    if (joined.length > 0) this.#aloneTold = false;
    return lines;
  }

  // Said once until somebody comes: a script may send a thousand lines into an empty session.
  #sent(others: number): Line[] {
    if (others > 0 || this.#aloneTold) return [];
    this.#aloneTold = true;
    return [warning("Nobody else is connected: nobody gets what you say. Who joins later does not see it.")];
  }
}

function message({ participant, name, self, text }: SessionEvents["message"]): string {
  const note = self ? " (you, elsewhere)" : "";
  return `${describeWho(participant, name)}${note}: ${printable(text)}`;
}

type Trouble = Extract<
  ChatEvent,
  { type: "state" | "resumed" | "gap" | "dropped" | "mismatch" | "overflow" | "undelivered" | "failed" }
>;

function troubles(event: Trouble): readonly Line[] {
  switch (event.type) {
    case "state":
      if (event.state === "reconnecting") {
        return [warning("Connection lost. Reconnecting; what you say meanwhile waits.")];
      }
      return event.state === "live" ? [notice("Connected again.")] : [];
    case "resumed":
      return resumed(event);
    case "gap":
      return [warning(gap(event))];
    case "dropped":
      return [
        event.reason === "repeated"
          ? notice("A repeated frame was ignored: sent again by mistake, or replayed by somebody.")
          : warning(`A frame was refused as ${event.reason}. Honest people and services send none.`),
      ];
    case "mismatch":
      return [
        warning(
          `The service says that ${describeWho(event.sender, null)} sent what ` +
            `${describeWho(event.claimed, null)} signs for. One of the three is not honest.`,
        ),
      ];
    case "overflow":
      return [warning(`${count(event.dropped, "event")} were lost here: the output was too slow.`)];
    case "undelivered":
      return [warning(undelivered(event))];
    case "failed":
      return [warning(`${event.what} failed: ${explain(event.code)}`)];
  }
}

function resumed({ recovered, missed }: SessionEvents["resumed"]): Line[] {
  if (recovered) {
    return missed === 0 || missed === "unknown" ? [] : [notice(`${count(missed, "frame")} came late.`)];
  }
  const lost = missed === "unknown" ? "how many, if any, is unknown" : count(missed, "frame");
  return [warning(`The service cannot replay what was missed (${lost}). A gap is told when it shows.`)];
}

function gap({ name, missed, source }: SessionEvents["gap"]): string {
  const whose = name === null ? "somebody" : `"${printableName(name)}"`;
  const how = source === "order" ? "by their own count" : "by what somebody else received";
  return `MISSING for good: ${count(missed, "frame")} of ${whose}, ${how}. Names count like messages.`;
}

function undelivered({ line, code, text }: ChatEvents["undelivered"]): string {
  const what = text === "" ? `Line ${String(line)}` : `"${quote(text)}"`;
  return code === "delivery_unknown"
    ? `NOT KNOWN whether it was delivered: ${what}.`
    : `NOT DELIVERED: ${what}. ${explain(code)}`;
}
