// The chat as a process of its own, built anew: in a pipe, or in a pseudo-terminal that Python's standard library makes.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { buildCli } from "../../scripts/build.ts";
import { Program } from "./processes.ts";
import { Screen } from "./screen.ts";

/** Runs its arguments in a pseudo-terminal and exits as they do. */
const IN_TERMINAL = "import os,pty,sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))";
/** columns; wide enough that no line of a test is wrapped but links. */
const COLUMNS = 200;
const TERMINAL_SIZE = `stty cols ${String(COLUMNS)} rows 50`;

export class ChatProcess extends Program {
  /** Writes to standard input: keys in a terminal, bytes in a pipe. */
  type(text: string): void {
    this.process.stdin?.write(text);
  }

  /** Ends standard input. */
  endInput(): void {
    this.process.stdin?.end();
  }

  /** What was printed, without the sequences that a terminal follows. */
  get text(): string {
    return stripVTControlCharacters(this.output).replaceAll("\r", "");
  }

  /** What the terminal shows, from its first row on. */
  get rows(): readonly string[] {
    const screen = new Screen(COLUMNS);
    screen.write(this.output);
    return screen.rows;
  }

  get link(): Promise<string> {
    return this.printed(/(http\S+#ghost1\.[\w.-]+)/);
  }
}

export interface ChatCli {
  /** an empty directory that is removed in the end; the working directory of every chat */
  readonly directory: string;
  /** a shell command that runs the built file, as `npx ghost-session` does */
  readonly command: string;
  /** Runs `ghost-session` with these arguments in a pipe. */
  pipe(args: readonly string[], env?: Readonly<Record<string, string>>): ChatProcess;
  /** Runs a shell command in a terminal of its own. */
  terminal(command: string, env?: Readonly<Record<string, string>>): ChatProcess;
  remove(): void;
}

export async function createChatCli(): Promise<ChatCli> {
  const home = mkdtempSync(join(tmpdir(), "ghost-chat-cli-"));
  const directory = mkdtempSync(join(tmpdir(), "ghost-chat-"));
  const program = join(home, "cli.mjs");
  await buildCli(program);
  const run = (file: string, args: readonly string[], env = {}): ChatProcess =>
    new ChatProcess(file, args, env, "pipe", directory);
  return {
    directory,
    command: `'${process.execPath}' '${program}'`,
    pipe: (args, env) => run(process.execPath, [program, ...args], env),
    terminal: (command, env) =>
      run("python3", ["-c", IN_TERMINAL, "/bin/sh", "-c", `${TERMINAL_SIZE}; exec ${command}`], env),
    remove: () => {
      for (const each of [home, directory]) rmSync(each, { recursive: true, force: true });
    },
  };
}
