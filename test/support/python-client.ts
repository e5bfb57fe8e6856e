// Runs the Python client as a process of its own and talks to it in lines of JSON.
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { eventually } from "./processes.ts";

const HOME = fileURLToPath(new URL("./python/", import.meta.url));
const VECTORS = fileURLToPath(new URL("../vectors/", import.meta.url));
/** Without `-B` Python leaves compiled files beside its sources; `-I` would hide the sources from each other. */
const FLAGS = ["-B"];

export interface PythonEvent {
  readonly event: string;
  readonly [field: string]: unknown;
}

export function checkPython(): void {
  if (spawnSync("python3", ["--version"]).status !== 0) {
    throw new Error(
      "This test needs python3: apt-get install python3 (Debian), dnf install python3 (Fedora).",
    );
  }
}

/** Holds the client against test/vectors; what it prints. */
export function runPythonVectors(): { readonly status: number | null; readonly output: string } {
  const { status, stdout, stderr } = spawnSync("python3", [...FLAGS, `${HOME}vectors.py`, VECTORS], {
    encoding: "utf8",
  });
  return { status, output: stdout + stderr };
}

export class PythonClient {
  readonly events: PythonEvent[] = [];
  readonly #process: ChildProcess;
  #errors = "";

  private constructor(how: "create" | "join", options: Readonly<Record<string, unknown>>) {
    this.#process = spawn("python3", [...FLAGS, `${HOME}drive.py`, how, JSON.stringify(options)], {
      stdio: ["pipe", "pipe", "pipe"],
    });
    const { stdout, stderr, stdin } = this.#process;
    if (stdout === null || stderr === null) throw new Error("no pipes");
    createInterface({ input: stdout }).on("line", (line) =>
      this.events.push(JSON.parse(line) as PythonEvent),
    );
    stderr.setEncoding("utf8").on("data", (text: string) => {
      this.#errors += text;
    });
    // It may be over before it has read everything.
    stdin?.on("error", () => undefined);
  }

  static create(service: string, options: Readonly<Record<string, unknown>> = {}): PythonClient {
    return new PythonClient("create", { to: service, ...options });
  }

  static join(link: string, options: Readonly<Record<string, unknown>> = {}): PythonClient {
    return new PythonClient("join", { to: link, ...options });
  }

  do(verb: string, fields: Readonly<Record<string, unknown>> = {}): void {
    this.#process.stdin?.write(`${JSON.stringify({ do: verb, ...fields })}\n`);
  }

  /** Throws what the process itself failed at, so that no test waits for what cannot come. */
  heard(event: string): PythonEvent[] {
    if (this.#errors !== "") throw new Error(this.#errors);
    return this.events.filter((each) => each.event === event);
  }

  get texts(): string[] {
    return this.heard("message").map(({ text }) => String(text));
  }

  /** The first event that fits, once it is there. Events stay. */
  async until(event: string, fits: (fields: PythonEvent) => boolean = () => true): Promise<PythonEvent> {
    return eventually(() => this.heard(event).find(fits));
  }

  /** The answer to a question, where earlier ones may have been answered. */
  async ask(verb: string, fields: Readonly<Record<string, unknown>> = {}): Promise<PythonEvent> {
    const before = this.heard(verb).length;
    this.do(verb, fields);
    return eventually(() => this.heard(verb)[before]);
  }

  end(): void {
    this.#process.kill("SIGKILL");
  }
}
