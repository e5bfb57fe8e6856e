// One run of a chat from start to exit code: starts the session, connects it with what is typed or piped, ends it.
import type { Readable, Writable } from "node:stream";
import { createSession, joinSession, type GhostErrorCode, type Session } from "../../client/index.ts";
import type { ChatEvent, Show } from "./chat-event.ts";
import { Chat, codeOf } from "./chat.ts";
import { concludeChat } from "./conclude.ts";
import { ON_DEVICE } from "./engine.ts";
import { CHAT_EXIT, exitOfError } from "./exit-codes.ts";
import { explain } from "./explain.ts";
import { readLines } from "./input-lines.ts";
import { promptOf, TypedChat } from "./interactive.ts";
import { TERMINAL_ROW_CHARS, TICK_MS } from "./limits.ts";
import type { ChatOptions } from "./options.ts";
import { Output } from "./output.ts";
import { sayInput } from "./pipe.ts";
import { printableJson } from "./printable.ts";
import { showAnswers } from "./show-answers.ts";
import { aborted, Stop } from "./stop.ts";
import { askSecret, Terminal } from "./terminal.ts";
import { TextView } from "./text-view.ts";

/** What a chat takes from its process. */
export interface ChatIo {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly stderr: Writable;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Calls back when the process is asked to end; the result ends that. */
  readonly onSignal: (handler: () => void) => () => void;
}

export async function runChat(options: ChatOptions, io: ChatIo, interactive: boolean): Promise<number> {
  const stop = new Stop();
  const offSignal = io.onSignal(() => {
    stop.ask();
  });
  const output = new Output(io.stdout, () => {
    stop.ask();
  });
  try {
    return await new ChatRun(options, io, stop, output).run(interactive);
  } finally {
    offSignal();
    output.release();
    // An input that is still open would keep the process.
    if (interactive) io.stdin.pause();
    else io.stdin.destroy();
  }
}

class ChatRun {
  readonly #options: ChatOptions;
  readonly #io: ChatIo;
  readonly #stop: Stop;
  readonly #output: Output;

  constructor(options: ChatOptions, io: ChatIo, stop: Stop, output: Output) {
    this.#options = options;
    this.#io = io;
    this.#stop = stop;
    this.#output = output;
  }

  async run(interactive: boolean): Promise<number> {
    const lines = readLines(this.#io.stdin);
    const link = await this.#link(interactive, lines);
    if (link === null) return CHAT_EXIT.interrupted;
    let session: Session;
    try {
      session = await this.#start(link);
    } catch (error) {
      return this.#failToStart(codeOf(error));
    }
    if (interactive) return this.#typed(session);
    const firstLine = this.#readsLink ? 2 : 1;
    const { people, ask } = this.#options;
    const view = new TextView(null);
    const show = ask
      ? this.#show(showAnswers(view, this.#output, this.#io))
      : this.#show(async (event) => {
          for (const line of view.lines(event)) await this.#output.write(`${line.text}\n`);
        });
    const chat = new Chat(session, show, this.#options.keep);
    const options = { people, firstLine, ask };
    return this.#converse(chat, () => sayInput(chat, lines, options, this.#stop.asked));
  }

  async #typed(session: Session): Promise<number> {
    const { stdin, stdout, env } = this.#io;
    const styled = (env["NO_COLOR"] ?? "") === "" && env["TERM"] !== "dumb";
    const hint = "Type and press Enter. /help says what else can be typed.";
    const view = new TextView(hint, TERMINAL_ROW_CHARS);
    const show = this.#show(async (event) => {
      terminal.print(view.lines(event));
    });
    const chat = new Chat(session, show, this.#options.keep);
    const typed = new TypedChat(chat, this.#stop);
    const terminal = new Terminal(stdin, stdout, styled, {
      line: (text) => {
        void typed.line(text).then(drawPrompt);
      },
      interrupt: () => {
        typed.interrupt();
      },
      end: () => {
        this.#stop.ask();
      },
    });
    const drawPrompt = (): void => {
      terminal.setPrompt(promptOf(session));
    };
    const timer = setInterval(drawPrompt, TICK_MS);
    const off = session.on("state", drawPrompt);
    drawPrompt();
    try {
      return await this.#converse(chat, async () => {
        await Promise.race([session.ended, aborted(this.#stop.asked)]);
        await typed.said();
      });
    } finally {
      clearInterval(timer);
      off();
      terminal.close();
    }
  }

  /** `talk` resolves when nothing more is said. */
  async #converse(chat: Chat, talk: () => Promise<void>): Promise<number> {
    const timer = setInterval(() => void chat.tick(), TICK_MS);
    try {
      await this.#introduce(chat);
      const following = chat.follow();
      await talk();
      return await concludeChat(chat, following, this.#options, this.#stop, {
        complain: (line) => {
          this.#complain(line);
        },
        outputGone: () => this.#output.gone,
      });
    } finally {
      clearInterval(timer);
      chat.session.close();
    }
  }

  async #introduce({ session, show }: Chat): Promise<void> {
    const { id, participant, role, name, identity, people, msLeft, messagesLeft, burnPolicy } = session;
    const { assistant } = session;
    const created = this.#options.way === "create";
    const trust = this.#trust;
    const self = { id, created, participant, role, name, identity, trust };
    await show({ type: "session", ...self, people, burn: burnPolicy, msLeft, messagesLeft, assistant });
    if (this.#options.way !== "create") return;
    try {
      await show({ type: "invite", ...(await session.invite({ uses: this.#options.uses })) });
    } catch (error) {
      await show({ type: "failed", what: "The invite", code: codeOf(error) });
    }
  }

  /** Completes "the statement is signed by the key". */
  get #trust(): string {
    if (this.#options.way === "join") return "that the invite link names";
    return this.#options.identity === null
      ? "that the service showed at the start"
      : "that you named with --identity";
  }

  get #readsLink(): boolean {
    return this.#options.way === "join" && this.#options.link === null;
  }

  /** The link to join by, "" where a session is created, null where there will be none. */
  async #link(interactive: boolean, lines: ReturnType<typeof readLines>): Promise<string | null> {
    if (this.#options.way === "create") return "";
    if (this.#options.link !== null) return this.#options.link;
    if (interactive) return askSecret(this.#io.stdin, this.#io.stdout, "Invite link (not shown): ");
    const stopped = aborted(this.#stop.asked).then(() => null);
    const first = await Promise.race([lines.next(), stopped]);
    if (first === null) return null;
    // What cannot be read as text cannot be a link either: the empty one gets the error of all the others.
    return first.value?.text ?? "";
  }

  #start(link: string): Promise<Session> {
    const common = { name: this.#options.name, signal: this.#stop.asked, pii: ON_DEVICE };
    if (this.#options.way === "join") {
      const { service } = this.#options;
      return joinSession(link, { ...common, ...(service !== null && { service }) });
    }
    const { service, identity, burn, assistant } = this.#options;
    return createSession({ ...common, service, burn, assistant, ...(identity !== null && { identity }) });
  }

  async #failToStart(code: GhostErrorCode): Promise<number> {
    this.#complain(this.#explainStart(code));
    const exitCode = exitOfError(code);
    if (this.#options.json) {
      const state = "refused";
      const account = { statement: null, savedTo: null, undelivered: 0, missed: 0, unanswered: 0 };
      await this.#writeJson({ type: "end", state, reason: code, ...account, exitCode });
    }
    return exitCode;
  }

  #explainStart(code: GhostErrorCode): string {
    const local = this.#options.way === "create" && code === "unreachable";
    if (code === "misuse")
      return "--service takes an address as https://chat.example, --identity a thumbprint";
    return local ? `${explain(code)} Is it running? In a checkout: npm start` : explain(code);
  }

  #show(forPeople: Show): Show {
    return this.#options.json ? (event) => this.#writeJson(event) : forPeople;
  }

  #writeJson({ type, ...detail }: ChatEvent): Promise<void> {
    return this.#output.write(`${printableJson({ type, ...detail })}\n`);
  }

  #complain(line: string): void {
    this.#io.stderr.write(`ghost-session: ${line}\n`);
  }
}
