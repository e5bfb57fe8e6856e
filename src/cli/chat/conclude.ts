// The end of a chat: last words, burning or leaving, the statement, and the exit code that tells a script how it
// went. The statement is written where somebody asked for it, and nothing else ever is.
import { writeFile } from "node:fs/promises";
import type { GhostErrorCode } from "../../client/index.ts";
import type { ChatEnd } from "./chat-event.ts";
import { codeOf, type Chat } from "./chat.ts";
import { verdictOf } from "./end-words.ts";
import { CHAT_EXIT, exitOfError } from "./exit-codes.ts";
import { explain } from "./explain.ts";
import { LAST_WORDS_MS, LAST_WORDS_TOLD_MS } from "./limits.ts";
import { aborted, type Stop } from "./stop.ts";
import { count } from "./who.ts";

export interface ConcludeOptions {
  readonly atEnd: "leave" | "wait" | "burn";
  readonly statement: string | null;
}

export interface ConcludeIo {
  /** One line on standard error. */
  complain(line: string): void;
  /** True where nobody reads the output any more. */
  outputGone(): boolean;
}

/** `following`: resolves once every event was shown. */
export async function concludeChat(
  chat: Chat,
  following: Promise<void>,
  options: ConcludeOptions,
  stop: Stop,
  io: ConcludeIo,
): Promise<number> {
  const { session } = chat;
  await lastWords(chat, stop);
  let failure: GhostErrorCode | null = null;
  if (options.atEnd === "wait") await Promise.race([session.ended, aborted(stop.asked)]);
  else if (options.atEnd === "burn" && !stop.asked.aborted) failure = await burn(chat, stop);
  chat.stopAnswers();
  await Promise.race([session.leave(), aborted(stop.urged)]);
  session.close();
  const end = await session.ended;
  await following;
  await Promise.all([chat.settled(), chat.answered()]);

  const statement = end.burn?.statement ?? null;
  const { savedTo, failed } = await save(options.statement, statement, io);
  if (end.state === "refused" && end.reason !== null) io.complain(explain(end.reason));
  const proven = end.burn?.verified?.storageKeys === 0;
  const account = { undelivered: chat.undelivered, missed: chat.missed, unanswered: chat.unanswered };
  const exitCode = lowest([
    failed ? CHAT_EXIT.unusable : 0,
    end.reason === null ? 0 : exitOfError(end.reason),
    failure === null ? 0 : exitOfError(failure),
    end.state === "burned" && !proven ? CHAT_EXIT.unproven : 0,
    account.undelivered + account.missed > 0 || io.outputGone() ? CHAT_EXIT.lost : 0,
    account.unanswered > 0 ? CHAT_EXIT.unanswered : 0,
  ]);
  const shown: ChatEnd = {
    state: end.state,
    reason: end.reason,
    statement: end.burn === null ? null : verdictOf(end.burn),
    savedTo,
    ...account,
    exitCode,
  };
  await chat.show({ type: "end", ...shown });
  return exitCode;
}

// At the end of an input there is time: whatever was said is confirmed, or the session ends. Who asked to stop
// waits for a moment only, and who asks twice not at all.
async function lastWords(chat: Chat, stop: Stop): Promise<void> {
  let cancel = (): void => undefined;
  const patience = aborted(stop.asked).then(
    () =>
      new Promise<void>((resolve) => {
        const telling = setTimeout(() => {
          void chat.show({ type: "notice", lines: [waitingWords(chat.pending)] });
        }, LAST_WORDS_TOLD_MS);
        const timer = setTimeout(resolve, LAST_WORDS_MS);
        cancel = () => {
          clearTimeout(telling);
          clearTimeout(timer);
          resolve();
        };
      }),
  );
  await Promise.race([chat.settled(), patience, aborted(stop.urged)]);
  cancel();
}

function waitingWords(pending: number): string {
  const seconds = String(LAST_WORDS_MS / 1_000);
  return `Waiting up to ${seconds} s for ${count(pending, "unconfirmed line")}. Asked again it leaves at once.`;
}

async function burn({ session, show }: Chat, stop: Stop): Promise<GhostErrorCode | null> {
  try {
    await session.burn({ signal: stop.asked });
    return null;
  } catch (error) {
    const code = codeOf(error);
    // Somebody else, or a timer, was faster: the end itself says how.
    if (code === "burned" || code === "ended") return null;
    await show({ type: "failed", what: "The burn", code });
    return code;
  }
}

async function save(
  file: string | null,
  statement: string | null,
  io: ConcludeIo,
): Promise<{ savedTo: string | null; failed: boolean }> {
  if (file === null) return { savedTo: null, failed: false };
  if (statement === null) {
    io.complain("there is no statement to save; no file was written");
    return { savedTo: null, failed: false };
  }
  try {
    // Never over something that is there; for its owner only.
    await writeFile(file, `${statement}\n`, { flag: "wx", mode: 0o600 });
    return { savedTo: file, failed: false };
  } catch {
    // It exists nowhere else.
    io.complain(`the statement could not be saved; this is it:\n${statement}`);
    return { savedTo: null, failed: true };
  }
}

/** The lowest that is not 0; 0 where all are. */
function lowest(codes: readonly number[]): number {
  const [first = CHAT_EXIT.done] = codes.filter((code) => code !== CHAT_EXIT.done).sort((a, b) => a - b);
  return first;
}
