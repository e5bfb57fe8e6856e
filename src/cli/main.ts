// The command line: finds the command in one table, and turns whatever goes wrong into one line and an exit
// code.
import { chatCommand } from "./chat/command.ts";
import { CommandError, EXIT, type Command } from "./command.ts";
import { conformCommand } from "./conform.ts";
import { keygenCommand } from "./keygen.ts";
import { verifyStatementCommand } from "./verify-statement.ts";

const COMMANDS: readonly Command[] = [chatCommand, verifyStatementCommand, conformCommand, keygenCommand];

process.exitCode = await main(process.argv.slice(2));

async function main([name, ...args]: readonly string[]): Promise<number> {
  if (name === undefined) {
    console.error(overview());
    return EXIT.unusable;
  }
  if (asksForHelp([name]) || name === "help") {
    console.log(overview());
    return EXIT.done;
  }
  const command = COMMANDS.find((each) => each.name === name);
  if (command === undefined) return giveUp(`there is no command "${name}"; see ghost-session --help`);
  if (asksForHelp(args)) {
    console.log(`Usage: ghost-session ${command.name} ${command.usage}\n\n${command.help}`);
    return EXIT.done;
  }
  try {
    return await command.run(args);
  } catch (error) {
    if (error instanceof CommandError) return giveUp(error.message);
    if (isArgumentError(error)) return giveUp(error.message.split(". ")[0] ?? "wrong arguments");
    throw error;
  }
}

function giveUp(line: string): number {
  console.error(`ghost-session: ${line}`);
  return EXIT.unusable;
}

function asksForHelp(args: readonly string[]): boolean {
  return args.includes("--help") || args.includes("-h");
}

/** What `parseArgs` of node:util throws. */
function isArgumentError(error: unknown): error is Error {
  return error instanceof TypeError && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS");
}

function overview(): string {
  const rows = COMMANDS.map(({ name, usage, summary }) => `  ${name} ${usage}\n      ${summary}`);
  return `Usage: ghost-session COMMAND\n\n${rows.join("\n")}\n\nghost-session COMMAND --help says more.`;
}
