// The table of slash commands. One more is a file and a line here.
import { askAsItIsCommand, askCommand, previewCommand } from "./slash-assistant.ts";
import { burnCommand, quitCommand, timeCommand } from "./slash-end.ts";
import type { SlashCommand } from "./slash-command.ts";
import { inviteCommand, nameCommand, whoCommand } from "./slash-people.ts";

const helpCommand: SlashCommand = {
  name: "help",
  usage: "",
  summary: "Say what can be typed.",
  run: async (_rest, { tell }) => {
    await tell(
      ...describeCommands(),
      "A line that starts with // says a slash. Ctrl-C gives up what is running.",
    );
  },
};

export const SLASH_COMMANDS: readonly SlashCommand[] = [
  askCommand,
  askAsItIsCommand,
  previewCommand,
  inviteCommand,
  whoCommand,
  nameCommand,
  timeCommand,
  burnCommand,
  quitCommand,
  helpCommand,
];

/** One aligned line for each. */
export function describeCommands(): string[] {
  const calls = SLASH_COMMANDS.map(({ name, usage }) => `/${name} ${usage}`.trimEnd());
  const width = Math.max(...calls.map(({ length }) => length));
  return SLASH_COMMANDS.map(({ summary }, at) => `${(calls[at] ?? "").padEnd(width)}  ${summary}`);
}
