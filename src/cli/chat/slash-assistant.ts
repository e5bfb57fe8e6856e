// The slash commands that ask the assistant. They run until the answer ended; Ctrl-C ends the answer and not the chat.
import type { CommandRoom, SlashCommand } from "./slash-command.ts";

export const askCommand: SlashCommand = {
  name: "ask",
  usage: "TEXT",
  summary: "Ask the assistant; the others read along. Ctrl-C stops it.",
  run: async (rest, room, signal) => {
    if (await canAsk("ask", rest, room)) await room.ask(rest, signal);
  },
};

export const askAsItIsCommand: SlashCommand = {
  name: "ask!",
  usage: "TEXT",
  summary: "The same, and this device replaces no personal data in it.",
  run: async (rest, room, signal) => {
    if (await canAsk("ask!", rest, room)) await room.ask(rest, signal, "all");
  },
};

export const previewCommand: SlashCommand = {
  name: "preview",
  usage: "TEXT",
  summary: "Say what /ask would replace in it; nothing is sent.",
  run: async (rest, room) => {
    if (!(await canAsk("preview", rest, room))) return;
    if ((await room.preview(rest)).length === 0) await room.tell("Nothing is found that would be replaced.");
  },
};

async function canAsk(name: string, text: string, { session, tell }: CommandRoom): Promise<boolean> {
  if (session.assistant === null) {
    await tell("This session has no assistant; --model chooses one at creation.");
    return false;
  }
  if (text === "") await tell(`Say: /${name} TEXT`);
  return text !== "";
}
