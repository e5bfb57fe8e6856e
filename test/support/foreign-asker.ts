// Runs the second client of the assistant as a process of its own and reads the lines of JSON that it prints.
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { eventually } from "./processes.ts";

const ASKER = fileURLToPath(new URL("./foreign-asker.mjs", import.meta.url));
const VECTORS = fileURLToPath(new URL("./foreign-asker-vectors.mjs", import.meta.url));

export interface Task {
  readonly service: string;
  readonly question: string;
  /** the mirror, where none is named */
  readonly model?: string;
  readonly then?: "cancel" | "regenerate";
  /** milliseconds; for a record that comes behind another one, where it is not what everything else is waited for */
  readonly recordPatienceMs?: number;
  /** thumbprint of the identity key that it insists on */
  readonly pin?: string;
}

/** One line that it printed. */
export interface Said {
  readonly event: string;
  readonly attempt?: number;
  readonly [field: string]: unknown;
}

/** How an answer ended for it. */
export interface Ended {
  readonly attempt: number;
  readonly complete: boolean;
  readonly cut?: string;
  readonly text: string;
  /** verified ones */
  readonly records: number;
  readonly summary?: {
    readonly finish: string;
    readonly redactions: readonly {
      readonly type: string;
      readonly token: string;
      readonly value: string;
      readonly places: readonly (readonly [number, number])[] | null;
    }[];
  };
}

/** Holds the client against test/vectors; what it prints. */
export function runAskerVectors(): { readonly status: number | null; readonly output: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [VECTORS], { encoding: "utf8" });
  return { status, output: stdout + stderr };
}

export class ForeignAsker {
  readonly said: Said[] = [];
  readonly #process: ChildProcess;
  #errors = "";
  #closed = false;

  constructor(task: Task) {
    this.#process = spawn(process.execPath, [ASKER], { stdio: ["pipe", "pipe", "pipe"] });
    const { stdin, stdout, stderr } = this.#process;
    if (stdin === null || stdout === null || stderr === null) throw new Error("no pipes");
    // It may be over before it has read everything.
    stdin.on("error", () => undefined).end(JSON.stringify(task));
    createInterface({ input: stdout })
      .on("line", (line) => this.said.push(JSON.parse(line) as Said))
      .on("close", () => {
        this.#closed = true;
      });
    stderr.setEncoding("utf8").on("data", (text: string) => {
      this.#errors += text;
    });
  }

  /** What it said of one kind so far. Throws what the process itself failed at. */
  heard(event: string): Said[] {
    if (this.#errors !== "") throw new Error(this.#errors);
    return this.said.filter((each) => each.event === event);
  }

  async until(event: string, fits: (said: Said) => boolean = () => true): Promise<Said> {
    return eventually(() => this.heard(event).find(fits));
  }

  /** How the answers ended, once the process has printed all that it will. */
  async answers(): Promise<Ended[]> {
    await eventually(() => this.#closed);
    return this.heard("answer") as unknown as Ended[];
  }

  end(): void {
    this.#process.kill("SIGKILL");
  }
}
