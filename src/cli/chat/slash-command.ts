// What a line that starts with "/" can do: one object for each command, found in one table. A command may take
// time; the signal that it gets is aborted by Ctrl-C.
import type { GhostErrorCode } from "../../client/index.ts";
import type { ChatSession } from "./chat-event.ts";
import { codeOf } from "./chat.ts";
import type { Keep } from "./keep.ts";

/** What a command may use. */
export interface CommandRoom {
  readonly session: ChatSession;
  /** Shows lines. They must be safe to print. */
  readonly tell: (...lines: string[]) => Promise<void>;
  /** Asks the assistant. Resolves once its answer was shown; rejects where it cannot be asked. */
  readonly ask: (prompt: string, signal: AbortSignal, keep?: Keep) => Promise<unknown>;
  /** Shows what of a question would be replaced, and sends nothing. */
  readonly preview: (prompt: string) => Promise<readonly unknown[]>;
  /** Shows an invite, whose link is copied as a whole. */
  readonly tellInvite: (invite: Awaited<ReturnType<ChatSession["invite"]>>) => Promise<void>;
  /** Says that something failed. */
  readonly tellFailure: (what: string, code: GhostErrorCode) => Promise<void>;
  /** Ends the chat, as Ctrl-D does. */
  readonly quit: () => void;
}

export interface SlashCommand {
  /** without the slash */
  readonly name: string;
  /** what follows the name */
  readonly usage: string;
  readonly summary: string;
  /** `rest`: what follows the name, without blanks around it. Rejections of the SDK are shown by the caller. */
  run(rest: string, room: CommandRoom, signal: AbortSignal): Promise<void>;
}

export type ParsedLine =
  | { readonly kind: "message"; readonly text: string }
  | { readonly kind: "command"; readonly name: string; readonly rest: string }
  | { readonly kind: "nothing" };

/** A typed line: "/name rest" is a command, "//x" says "/x", a blank line is nothing. */
export function parseTyped(line: string): ParsedLine {
  if (line.trim() === "") return { kind: "nothing" };
  if (!line.startsWith("/")) return { kind: "message", text: line };
  if (line.startsWith("//")) return { kind: "message", text: line.slice(1) };
  const [name = ""] = line.slice(1).split(/\s/, 1);
  return { kind: "command", name, rest: line.slice(1 + name.length).trim() };
}

/** Runs commands of one table, and knows which of them are still running. */
export class SlashCommands {
  readonly #table: readonly SlashCommand[];
  readonly #room: CommandRoom;
  readonly #running = new Set<AbortController>();

  constructor(table: readonly SlashCommand[], room: CommandRoom) {
    this.#table = table;
    this.#room = room;
  }

  async run(name: string, rest: string): Promise<void> {
    const command = this.#table.find((each) => each.name === name);
    if (command === undefined) {
      await this.#room.tell("There is no such command. /help lists them; // at the start says a slash.");
      return;
    }
    const controller = new AbortController();
    this.#running.add(controller);
    try {
      await command.run(rest, this.#room, controller.signal);
    } catch (error) {
      await this.#room.tellFailure(`/${command.name}`, codeOf(error));
    } finally {
      this.#running.delete(controller);
    }
  }

  /** Cancels what is running. False where nothing was. */
  cancel(): boolean {
    const any = this.#running.size > 0;
    for (const controller of this.#running) controller.abort();
    return any;
  }
}
