// What the commands of the CLI share: their shape, their exit codes, and how one gives up.

/** One command: a file of its own, and a line in the table of main.ts. */
export interface Command {
  readonly name: string;
  /** What follows the name on the command line. */
  readonly usage: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** What `--help` says below the usage. */
  readonly help: string;
  /** Takes the arguments after the name; answers an exit code of {@link EXIT}. */
  run(args: string[]): Promise<number>;
}

export const EXIT = {
  done: 0,
  /** The command did its work and the answer is no. */
  failed: 1,
  /** The command could not do its work: wrong arguments, or something could not be read. */
  unusable: 2,
} as const;

/** Ends a command with one clear line for people and {@link EXIT.unusable}. */
export class CommandError extends Error {
  constructor(line: string) {
    super(line);
    this.name = "CommandError";
  }
}
