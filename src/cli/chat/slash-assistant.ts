// The slash command that asks the assistant. It runs until the answer ended; Ctrl-C ends the answer and not the chat.
import type { SlashCommand } from "./slash-command.ts";

export const askCommand: SlashCommand = {
  name: "ask",
  usage: "TEXT",
  summary: "Ask the assistant; the others read along. Ctrl-C stops it.",
  run: async (rest, { session, ask, tell }, signal) => {
    if (session.assistant === null)
      await tell("This session has no assistant; --model chooses one at creation.");
    else if (rest === "") await tell("Say: /ask TEXT");
    else await ask(rest, signal);
  },
};
