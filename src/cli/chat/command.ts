// `ghost-session chat`: the client SDK in a terminal or in a pipe. It writes to standard output, to standard error
// when it fails, and to the one file that it was asked to write.
import { existsSync } from "node:fs";
import { CommandError, type Command } from "../command.ts";
import { describeCommands } from "./slash-table.ts";
import { parseChatOptions } from "./options.ts";
import { runChat, type ChatIo } from "./run.ts";

export const chatCommand: Command = {
  name: "chat",
  usage: "[LINK] [options]",
  summary: "Chat in a terminal or a pipe: create a session, or join one by its invite link.",
  help: `Without LINK it creates a session and prints an invite link. With LINK it joins. "-" in place of LINK
reads it from a hidden prompt, or from the first line of standard input: other users of this machine
can see arguments in the process list, and a shell keeps them in its history.

  --name NAME        what the others call you; travels sealed
  --service URL      where to create (default: GHOST_SERVICE, or http://127.0.0.1:8787);
                     with LINK, where the service is if not at the origin of the link
  --statement FILE   save the destruction statement; verify-statement reads it
  --json             one JSON object for each event, for scripts

Creating:
  --ttl 10m          burn this long after creation; as 45s, 10m, 1h30m, 7d
  --idle 5m          burn after so long without a message
  --empty 30s        burn so long after everybody left; 0 at once
  --messages N       burn after so many messages
  --burn-by WHO      who may burn it now: host or anyone
  --uses N           how many people the printed link admits (1)
  --identity KEY     thumbprint that the service's identity key must have
  --model ID         the assistant, as mirror or one that the service lists at /v1/models
  --pii MODE         personal data in questions is replaced by the service: required, offered or off
  --retention DAYS --regions LIST --training
                     the least that is accepted of the model's provider

Where input or output is no terminal, every line of the input is sent, at its end the last ones are
waited for, and:
  --people N         first wait until so many are connected, yourself included
  --wait             at the end of the input stay until the session ends
  --burn             at the end of the input burn the session
  --ask              every line is a question to the assistant; standard output is its answers

Personal data that is found in a question is replaced on this device before it is sent:
  --keep TYPES       but these types, as EMAIL,PERSON, or ALL

In a terminal:
${describeCommands()
  .map((line) => `  ${line}`)
  .join("\n")}

Exit codes: 0 left, or burned with a verified statement; 2 wrong arguments, or no WebSocket (Node 22 or
newer has it); 3 refused; 4 unreachable; 5 burned without a verified statement; 6 something was not
delivered for certain, or is missing; 7 an answer to --ask is not complete; 130 interrupted before it
joined. The lowest that applies.`,
  run: (args) => chat(args, processIo()),
};

/** The command with its surroundings given. Throws a {@link CommandError} before anything was done. */
export async function chat(args: readonly string[], io: ChatIo): Promise<number> {
  const options = parseChatOptions(args, io.env);
  if (typeof globalThis.WebSocket !== "function") {
    throw new CommandError(
      `chat needs Node 22 or newer: Node ${process.versions.node} here has no WebSocket`,
    );
  }
  if (options.statement !== null && existsSync(options.statement)) {
    throw new CommandError("the FILE of --statement exists already; nothing is overwritten");
  }
  const interactive = io.stdin.isTTY === true && io.stdout.isTTY === true && !options.json;
  if (interactive && (options.people !== null || options.atEnd !== "leave" || options.ask)) {
    throw new CommandError("--people, --wait, --burn and --ask are for input that is not typed");
  }
  return runChat(options, io, interactive);
}

function processIo(): ChatIo {
  // What stood in the arguments, as a link, is gone from the process list from here on.
  process.title = "ghost-session chat";
  return {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    onSignal: (handler) => {
      const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
      for (const signal of signals) process.on(signal, handler);
      return () => {
        for (const signal of signals) process.off(signal, handler);
      };
    },
  };
}
