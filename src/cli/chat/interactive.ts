// A chat that somebody types into: messages, slash commands, and a prompt that counts down.
import type { Chat } from "./chat.ts";
import { formatLeft } from "./duration.ts";
import { printableName } from "./printable.ts";
import { parseTyped, SlashCommands, type CommandRoom } from "./slash-command.ts";
import { SLASH_COMMANDS } from "./slash-table.ts";
import type { ChatSession } from "./chat-event.ts";
import type { Stop } from "./stop.ts";

export class TypedChat {
  readonly #chat: Chat;
  readonly #stop: Stop;
  readonly #commands: SlashCommands;
  /** messages wait here for room, in their order */
  #saying: Promise<void> = Promise.resolve();
  #waiting = 0;
  #line = 0;

  constructor(chat: Chat, stop: Stop) {
    this.#chat = chat;
    this.#stop = stop;
    const { session, show } = chat;
    const room: CommandRoom = {
      session,
      tell: (...lines) => show({ type: "notice", lines }),
      ask: (prompt, signal, keep) => chat.ask(prompt, signal, keep),
      preview: (prompt) => chat.preview(prompt),
      tellInvite: (invite) => show({ type: "invite", ...invite }),
      tellFailure: (what, code) => show({ type: "failed", what, code }),
      quit: () => {
        stop.ask();
      },
    };
    this.#commands = new SlashCommands(SLASH_COMMANDS, room);
  }

  /** One typed line. Resolves once it was taken: a message has left then, or waits in the session's own queue. */
  async line(text: string): Promise<void> {
    const typed = parseTyped(text);
    if (typed.kind === "command") await this.#commands.run(typed.name, typed.rest);
    if (typed.kind !== "message") return;
    this.#line += 1;
    const line = this.#line;
    // At once where there is room, so that a command that was typed later comes later.
    if (this.#waiting === 0 && this.#chat.hasRoom) {
      this.#chat.say(typed.text, line);
      return;
    }
    this.#waiting += 1;
    this.#saying = this.#saying.then(async () => {
      await this.#chat.room();
      this.#chat.say(typed.text, line);
      this.#waiting -= 1;
    });
    await this.#saying;
  }

  /** Ctrl-C: gives up a running command, or ends the chat. */
  interrupt(): void {
    if (!this.#commands.cancel()) this.#stop.ask();
  }

  /** Resolves once everything typed was taken. */
  async said(): Promise<void> {
    await this.#saying;
  }
}

/** The text in front of what is typed. */
export function promptOf({ name, state, msLeft }: ChatSession): string {
  const left = msLeft === null ? [] : [formatLeft(msLeft)];
  const notes = state === "live" ? left : [...left, state];
  return `${printableName(name)} (${notes.join(", ")})> `.trimStart();
}
