// Slash commands about the end: how long it is, bringing it about, and leaving before it.
import type { SlashCommand } from "./slash-command.ts";
import { describeBurn } from "./who.ts";

export const timeCommand: SlashCommand = {
  name: "time",
  usage: "",
  summary: "Say when the session burns.",
  run: async (_rest, { session, tell }) => {
    await tell(describeBurn(session.burnPolicy, session.msLeft, session.messagesLeft));
  },
};

export const burnCommand: SlashCommand = {
  name: "burn",
  usage: "",
  summary: "Burn the session now, for everybody.",
  // What follows from it is told by the session's own events, as to everybody else.
  run: async (_rest, { session }, signal) => {
    await session.burn({ signal });
  },
};

export const quitCommand: SlashCommand = {
  name: "quit",
  usage: "",
  summary: "Leave; Ctrl-C and Ctrl-D do the same.",
  run: async (_rest, { quit }) => {
    quit();
  },
};
