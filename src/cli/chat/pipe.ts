// A chat whose input is not typed: every line is sent as it stands, the last one is waited for. No line is a
// command, so that a script can send whatever it has. Or, where that was asked for, every line is a question.
import type { SessionState } from "../../client/index.ts";
import type { Chat } from "./chat.ts";
import type { InputLine } from "./input-lines.ts";
import { aborted } from "./stop.ts";

export interface PipeOptions {
  /** so many people have to be connected, oneself included, before input is read */
  readonly people: number | null;
  /** the number of the first line that is a message */
  readonly firstLine: number;
  /** true: lines are asked of the assistant, one after the other, and not said; blank ones are skipped */
  readonly ask: boolean;
}

/** Resolves at the end of the input, of the session, or when `stop` is aborted; then everything read was said. */
export async function sayInput(
  chat: Chat,
  lines: AsyncGenerator<InputLine, undefined>,
  { people, firstLine, ask }: PipeOptions,
  stop: AbortSignal,
): Promise<void> {
  const end = Promise.race([chat.session.ended, aborted(stop)]);
  const isOver = (): boolean => stop.aborted || FINAL_STATES.has(chat.session.state);
  if (people !== null) {
    await Promise.race([untilPeople(chat, people), end]);
    // Who just came has not heard yet whose stream this is: say it before anything else.
    if (!isOver()) chat.session.setName(chat.session.name);
  }
  const reading = (async () => {
    for (;;) {
      await chat.room();
      if (isOver()) return;
      const next = await lines.next();
      if (next.done === true || isOver()) return;
      const { number, text, problem } = next.value;
      const line = number - firstLine + 1;
      if (problem !== null) await chat.refuse(line, problem);
      else if (!ask) chat.say(text, line);
      else if (text.trim() !== "") await chat.askForScript(text, stop);
    }
  })();
  // A read that never ends must not hold the chat up; whoever owns the input ends it.
  reading.catch(() => undefined);
  await Promise.race([reading, end]);
}

const FINAL_STATES: ReadonlySet<SessionState> = new Set(["burned", "refused", "left"]);

async function untilPeople(chat: Chat, people: number): Promise<void> {
  const { session } = chat;
  if (session.people.length >= people) return;
  await new Promise<void>((resolve) => {
    const off = session.on("presence", (event) => {
      if (event.people.length < people) return;
      off();
      resolve();
    });
  });
}
