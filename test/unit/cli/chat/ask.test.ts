// Questions to the assistant in a chat: asking, cancelling, leaving in the middle, and questions of a script.
import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import type { AnswerSource } from "../../../../src/client/assistant/answer.ts";
import type { ChatEvent } from "../../../../src/cli/chat/chat-event.ts";
import { readLines } from "../../../../src/cli/chat/input-lines.ts";
import { TypedChat } from "../../../../src/cli/chat/interactive.ts";
import { Output } from "../../../../src/cli/chat/output.ts";
import { parseChatOptions } from "../../../../src/cli/chat/options.ts";
import { sayInput } from "../../../../src/cli/chat/pipe.ts";
import { showAnswers } from "../../../../src/cli/chat/show-answers.ts";
import { TextView } from "../../../../src/cli/chat/text-view.ts";
import { scriptedChat, soon } from "./scripted-session.ts";

const STOP = {
  complete: true,
  finish: "stop",
  error: null,
  usage: { inputTokens: 3, outputTokens: 5 },
  redactions: [],
} as const;

function typing() {
  const all = scriptedChat();
  return { ...all, typed: new TypedChat(all.chat, all.stop) };
}

describe("[CHAT10] /ask", () => {
  it("shows the answer while it comes, and how it ended; lines can be said meanwhile", async () => {
    const { typed, session, shown } = typing();
    const sources: AnswerSource[] = [];
    session.respond = (source) => sources.push(source);
    const asking = typed.line("/ask  What is this? ");
    await typed.line("meanwhile");
    await soon();
    sources[0]?.text("It ");
    await soon();
    expect(shown).toContainEqual({ type: "answer", turn: "t1", attempt: 1, text: "It " });
    expect(session.said).toEqual(["meanwhile"]);
    sources[0]?.text("is.");
    sources[0]?.end(STOP);
    await asking;
    expect(session.calls).toEqual(["ask What is this?"]);
    const end = { turn: "t1", attempt: 1, ...STOP, complete: true, contextDropped: 0, asSent: null };
    expect(shown.at(-1)).toEqual({ type: "answered", ...end });
  });

  it("Ctrl-C cancels the answer and not the chat", async () => {
    const { typed, session, shown, stop } = typing();
    session.respond = (source) => {
      source.text("a part");
    };
    const asking = typed.line("/ask x");
    await soon();
    typed.interrupt();
    await asking;
    expect(shown.at(-1)).toMatchObject({ type: "answered", complete: false, finish: "cancelled" });
    expect(stop.asked.aborted).toBe(false);
    typed.interrupt();
    expect(stop.asked.aborted).toBe(true);
  });

  it("says what is missing: a text, or an assistant", async () => {
    const { typed, session, shown } = typing();
    await typed.line("/ask");
    session.assistant = null;
    await typed.line("/ask x");
    expect(session.calls).toEqual([]);
    expect(JSON.stringify(shown)).toMatch(/Say: \/ask TEXT.*has no assistant/);
  });

  it("whoever leaves waits for no answer, and it is shown as cancelled before the end", async () => {
    const { typed, conclude, shown, stop } = typing();
    void typed.line("/ask x");
    await soon();
    stop.ask();
    expect(await conclude()).toBe(0);
    expect(shown.slice(-2).map(({ type }) => type)).toEqual(["answered", "end"]);
  });
});

describe("[CHAT11] --ask", () => {
  async function* input(text: string) {
    yield Buffer.from(text);
  }
  const OPTIONS = { people: null, firstLine: 1, ask: true };

  it("asks line after line, skips blank ones, and says nothing to the others", async () => {
    const { session, chat, stop, conclude } = scriptedChat();
    let [running, most] = [0, 0];
    session.respond = (source, prompt) => {
      running += 1;
      most = Math.max(most, running);
      setTimeout(() => {
        running -= 1;
        source.text(`re: ${prompt}`);
        source.end(STOP);
      }, 1);
    };
    await sayInput(chat, readLines(input("one\n\n/who\n")), OPTIONS, stop.asked);
    expect(session.calls).toEqual(["ask one", "ask /who"]);
    expect(most).toBe(1);
    expect(session.said).toEqual([]);
    expect(await conclude()).toBe(0);
  });

  it.each<[string, (source: AnswerSource) => void]>([
    [
      "cut",
      (source) => {
        source.end({ ...STOP, complete: false, finish: "cut", error: "answer_cut" });
      },
    ],
    [
      "failed",
      (source) => {
        source.end({ ...STOP, complete: false, finish: "error", error: "provider_unavailable" });
      },
    ],
    [
      "cancelled",
      (source) => {
        source.end({ ...STOP, complete: false, finish: "cancelled" });
      },
    ],
  ])("exits with 7 where an answer is %s, and asks the next question", async (_, respond) => {
    const { session, chat, stop, conclude, shown } = scriptedChat();
    session.respond = (source, prompt) => {
      if (prompt === "one") respond(source);
      else source.end(STOP);
    };
    await sayInput(chat, readLines(input("one\ntwo\n")), OPTIONS, stop.asked);
    expect(session.calls).toEqual(["ask one", "ask two"]);
    expect(await conclude()).toBe(7);
    expect(shown.at(-1)).toMatchObject({ type: "end", unanswered: 1, exitCode: 7 });
  });

  it("exits with 7 where a question cannot be asked, and with 6 where it cannot be read", async () => {
    const refused = scriptedChat();
    refused.session.assistant = null;
    await sayInput(refused.chat, readLines(input("x\n")), OPTIONS, refused.stop.asked);
    expect(refused.shown).toEqual([{ type: "failed", what: "The question", code: "assistant_absent" }]);
    expect(await refused.conclude()).toBe(7);
    const unread = scriptedChat();
    await sayInput(
      unread.chat,
      readLines(input("\u0000".replace("\u0000", "x".repeat(70_000)))),
      OPTIONS,
      unread.stop.asked,
    );
    expect(await unread.conclude()).toBe(6);
  });

  it("is for a session with a model, and its terms are read strictly", () => {
    const args = "--model mirror --pii off --retention 0 --regions eu,us --training --ask".split(" ");
    expect(parseChatOptions(args, {})).toMatchObject({
      ask: true,
      assistant: {
        model: "mirror",
        pii: "off",
        policy: { maxRetentionDays: 0, regions: ["eu", "us"], allowTraining: true },
      },
    });
    expect(parseChatOptions([], {})).toMatchObject({ ask: false, assistant: null });
    for (const [wrong, line] of [
      [["--ask"], "--ask needs"],
      [["--pii", "off"], "--pii is about"],
      [["--training"], "--training is about"],
      [["--model", "mirror", "--pii", "maybe"], "--pii takes"],
      [["--model", "mirror", "--retention", "-1"], "--retention"],
      [["--model", "mirror", "--regions", "eu,mars"], "--regions takes"],
      [["link", "--model", "mirror"], "--model is for creating"],
    ] as const) {
      expect(() => parseChatOptions(wrong, {}), line).toThrow(line);
    }
  });

  it("[CHAT2] standard output holds answers alone, line by line, and nothing of them does anything there", async () => {
    const answer = (text: string): ChatEvent => ({ type: "answer", turn: "t", attempt: 1, text });
    const answered: ChatEvent = {
      type: "answered",
      turn: "t",
      attempt: 1,
      ...STOP,
      complete: true,
      contextDropped: 0,
      asSent: null,
    };
    const notice: ChatEvent = { type: "notice", lines: ["something else"] };
    const read = async (isTTY: boolean): Promise<[string, string]> => {
      const [stdout, stderr] = [new PassThrough(), new PassThrough()];
      const show = showAnswers(new TextView(null), new Output(stdout, () => undefined), {
        stdout: { isTTY },
        stderr,
      });
      for (const event of [answer("* one\r"), notice, answer("\nt\u001b[2Jwo\n\nlast"), answered])
        await show(event);
      return [String(stdout.read()), String(stderr.read())];
    };
    const [out, rest] = await read(false);
    expect(out).toBe("* one\nt\\u{1b}[2Jwo\n\nlast\n");
    expect(rest).toBe("* something else\n* The answer is complete. Tokens: 3 in, 5 out.\n");
    expect((await read(true))[0]).toBe("| * one\n| t\\u{1b}[2Jwo\n| \n| last\n");
  });
});
