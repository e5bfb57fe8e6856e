// A chat around a scripted session: what is sent, awaited, counted, and how it ends.
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { GhostError, type Delivery, type Statement } from "../../../../src/client/index.ts";
import { MAX_PENDING_LINES } from "../../../../src/cli/chat/limits.ts";
import { promptOf, TypedChat } from "../../../../src/cli/chat/interactive.ts";
import { readLines } from "../../../../src/cli/chat/input-lines.ts";
import { sayInput } from "../../../../src/cli/chat/pipe.ts";
import { ADA, BOB, LINK, scriptedChat, soon } from "./scripted-session.ts";

const directory = mkdtempSync(join(tmpdir(), "ghost-chat-"));
afterAll(() => {
  rmSync(directory, { recursive: true });
});

async function* input(text: string, end?: Promise<unknown>) {
  yield Buffer.from(text);
  await end;
}
const ALL = { people: null, firstLine: 1 };
const typesOf = (events: readonly { readonly type: string }[]) => events.map(({ type }) => type);
const statement = (storageKeys: number) => ({ cause: "asked", storageKeys }) as Statement;

describe("[CHAT3] a pipe", () => {
  it("sends every line as it stands and in order, waits for the receipts, then leaves", async () => {
    const { session, chat, conclude, stop, shown } = scriptedChat();
    let confirm = (): void => undefined;
    const receipt = new Promise<void>((resolve) => (confirm = resolve));
    session.deliver = async () => receipt.then(() => ({ state: "relayed", id: "s.1" }));
    await sayInput(chat, readLines(input("one\n/who\n//x\n\nlast")), ALL, stop.asked);
    expect(session.said).toEqual(["one", "/who", "//x", "", "last"]);
    const ending = conclude();
    await soon();
    expect(session.calls).toEqual([]);
    confirm();
    expect(await ending).toBe(0);
    expect(session.calls).toEqual(["leave"]);
    expect(shown.filter(({ type }) => type === "sent")).toHaveLength(5);
    expect(shown.at(-1)).toMatchObject({ type: "end", state: "left", undelivered: 0, exitCode: 0 });
  });

  it("reads no more than may be unconfirmed", async () => {
    const { session, chat, stop } = scriptedChat();
    const waiting: ((delivery: Delivery) => void)[] = [];
    session.deliver = () => new Promise((resolve) => waiting.push(resolve));
    void sayInput(chat, readLines(input("x\n".repeat(MAX_PENDING_LINES + 5))), ALL, stop.asked);
    await soon();
    expect(session.said).toHaveLength(MAX_PENDING_LINES);
    waiting[0]?.({ state: "relayed", id: "s.1" });
    await soon();
    expect(session.said).toHaveLength(MAX_PENDING_LINES + 1);
  });

  it("waits for people where it is told to, then introduces itself before it says anything", async () => {
    const { session, chat, stop } = scriptedChat();
    session.people = [ADA];
    const order: string[] = [];
    session.setName = () => order.push("name");
    session.deliver = async (text) => {
      order.push(text);
      return { state: "relayed", id: "s.1" };
    };
    const talking = sayInput(chat, readLines(input("hello\n")), { people: 2, firstLine: 1 }, stop.asked);
    await soon();
    expect(order).toEqual([]);
    session.people = [ADA, BOB];
    session.tell("presence", { people: [ADA, BOB], joined: [BOB.id], left: [] });
    await talking;
    expect(order).toEqual(["name", "hello"]);
  });

  it("ends with the session, whatever the input does", async () => {
    const { session, chat, conclude, stop } = scriptedChat();
    const never = new Promise(() => undefined);
    const talking = sayInput(chat, readLines(input("one\n", never)), ALL, stop.asked);
    await soon();
    session.finish({ state: "refused", reason: "removed", burn: null });
    await talking;
    expect(await conclude()).toBe(3);
  });

  it("at its end waits, or burns, where it is told to", async () => {
    const waiting = scriptedChat();
    const ending = waiting.conclude({ atEnd: "wait" });
    await soon();
    expect(waiting.session.calls).toEqual([]);
    const report = { cause: "ttl", statement: "jws", verified: statement(0) } as const;
    waiting.session.finish({ state: "burned", reason: null, burn: report });
    expect(await ending).toBe(0);
    const burning = scriptedChat();
    expect(await burning.conclude({ atEnd: "burn" })).toBe(5);
    expect(burning.session.calls[0]).toBe("burn");
    const forbidden = scriptedChat();
    forbidden.session.answer = async () => {
      throw new GhostError("forbidden");
    };
    expect(await forbidden.conclude({ atEnd: "burn" })).toBe(3);
    expect(forbidden.shown).toContainEqual({ type: "failed", what: "The burn", code: "forbidden" });
  });
});

describe("[CHAT4] what was lost", () => {
  it.each(["delivery_unknown", "message_too_large", "burned"] as const)(
    "a send that ends with %s is shown, and makes the exit code 6",
    async (code) => {
      const { session, chat, conclude, shown } = scriptedChat();
      session.deliver = async () => {
        throw new GhostError(code);
      };
      chat.say("hello", 1);
      expect(await conclude()).toBe(6);
      expect(shown).toContainEqual({ type: "undelivered", line: 1, code, text: "hello" });
    },
  );

  it("so do lines that cannot be sent, gaps, overflows, and an output that nobody reads", async () => {
    const broken = scriptedChat();
    await broken.chat.refuse(1, "not_utf8");
    expect(await broken.conclude()).toBe(6);
    const gap = scriptedChat();
    gap.session.tell("gap", { stream: "s", name: null, missed: 2, source: "order" });
    gap.session.tell("overflow", { dropped: 3 });
    expect(await gap.conclude()).toBe(6);
    expect(gap.shown.at(-1)).toMatchObject({ missed: 5 });
    expect(await scriptedChat().conclude({}, true)).toBe(6);
    const harmless = scriptedChat();
    harmless.session.tell("resumed", { recovered: false, missed: "unknown" });
    harmless.session.tell("dropped", { reason: "repeated", stream: null });
    expect(await harmless.conclude()).toBe(0);
  });

  it("who stops waits a moment for the last words, who stops twice does not", async () => {
    const { session, chat, conclude, stop } = scriptedChat();
    session.deliver = (text) =>
      new Promise(
        (_, reject) =>
          void session.ended.then(() => {
            reject(new GhostError(text === "late" ? "ended" : "aborted"));
          }),
      );
    chat.say("late", 1);
    stop.ask();
    const ending = conclude();
    await soon();
    expect(session.calls).toEqual([]);
    stop.ask();
    expect(await ending).toBe(6);
  });
});

describe("[CHAT5] the statement", () => {
  const burn = (verified: Statement | null, jws: string | null = "jws") =>
    ({ state: "burned", reason: null, burn: { cause: "asked", statement: jws, verified } }) as const;

  it("is saved where it was asked for, for its owner only, and never over something", async () => {
    const file = join(directory, "burned.jws");
    const chats = [scriptedChat(), scriptedChat()];
    for (const { session } of chats) session.finish(burn(statement(0)));
    expect(await chats[0]?.conclude({ statement: file })).toBe(0);
    expect(readFileSync(file, "utf8")).toBe("jws\n");
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(chats[0]?.shown.at(-1)).toMatchObject({ statement: "verified", savedTo: file });
    // It exists nowhere else, so it is at least printed.
    expect(await chats[1]?.conclude({ statement: file })).toBe(2);
    expect(chats[1]?.complaints[0]).toContain("jws");
  });

  it("that is missing, not verified, or admits that something is left makes the exit code 5", async () => {
    for (const [verified, jws] of [
      [null, null],
      [null, "jws"],
      [statement(1), "jws"],
    ] as const) {
      const { session, conclude, shown } = scriptedChat();
      session.finish(burn(verified, jws));
      expect(await conclude()).toBe(5);
      expect(shown.at(-1)).toMatchObject({
        statement: jws === null ? "none" : verified === null ? "unverified" : "verified",
      });
    }
  });

  it("is nowhere where nobody asked, or nothing burned", async () => {
    const before = readdirSync(directory);
    const left = scriptedChat();
    expect(await left.conclude({ statement: join(directory, "none") })).toBe(0);
    expect(left.complaints).toEqual(["there is no statement to save; no file was written"]);
    const burned = scriptedChat();
    burned.session.finish(burn(statement(0)));
    await burned.conclude();
    expect(readdirSync(directory)).toEqual(before);
  });
});

describe("[CHAT8] typed lines", () => {
  function typing() {
    const all = scriptedChat();
    return { ...all, typed: new TypedChat(all.chat, all.stop) };
  }

  it("are messages, or commands of the table", async () => {
    const { typed, session, shown, stop } = typing();
    for (const line of ["hello", "//who", "", "/who", "/time", "/name Eve", "/invite host 3", "/help"]) {
      await typed.line(line);
    }
    await soon();
    expect(session.said).toEqual(["hello", "/who"]);
    expect(session.name).toBe("Eve");
    expect(session.calls).toEqual(['invite {"role":"host","uses":3}']);
    const notices = shown.flatMap((event) => (event.type === "notice" ? event.lines : []));
    expect(notices).toContain("[adaa] Ada (you, host)");
    expect(notices).toContain("[bobb] Bob");
    expect(notices.join("\n")).toMatch(/\/burn +Burn the session now/);
    expect(shown).toContainEqual(expect.objectContaining({ type: "invite", link: LINK }));
    expect(stop.asked.aborted).toBe(false);
    await typed.line("/quit");
    expect(stop.asked.aborted).toBe(true);
  });

  it("take effect in the order in which they were typed", async () => {
    const { typed, session } = typing();
    const saidAs: string[] = [];
    session.deliver = async () => {
      saidAs.push(session.name);
      return { state: "relayed", id: "s.1" };
    };
    await Promise.all(["one", "/name Eve", "two"].map((line) => typed.line(line)));
    expect(saidAs).toEqual(["Ada", "Eve"]);
  });

  it("that are no command say so and are not sent", async () => {
    const { typed, session, shown } = typing();
    for (const line of ["/burnn", "/", "/toString", "/Who"]) await typed.line(line);
    expect(session.said).toEqual([]);
    expect(session.calls).toEqual([]);
    expect(shown).toHaveLength(4);
    for (const event of shown) expect(JSON.stringify(event)).toContain("no such command");
    for (const line of ["/invite 0", "/invite guest", "/invite host host", "/invite 1 2", "/invite 1001"]) {
      await typed.line(line);
    }
    expect(session.calls).toEqual([]);
  });

  it("whose command fails say why, and the chat goes on", async () => {
    const { typed, session, shown } = typing();
    session.answer = async () => {
      throw new GhostError("forbidden");
    };
    await typed.line("/burn");
    await typed.line("/name a\nb");
    expect(shown).toEqual([
      { type: "failed", what: "/burn", code: "forbidden" },
      { type: "failed", what: "/name", code: "name_invalid" },
    ]);
    await typed.line("still here");
    expect(session.said).toEqual(["still here"]);
  });

  it("Ctrl-C gives up what is running, and with nothing running leaves", async () => {
    const { typed, session, shown, stop } = typing();
    session.answer = (signal) =>
      new Promise((_, reject) => {
        signal?.addEventListener("abort", () => {
          reject(new GhostError("aborted"));
        });
      });
    const running = typed.line("/burn");
    await typed.line("meanwhile");
    typed.interrupt();
    await running;
    expect(typesOf(shown)).toContain("failed");
    expect(session.said).toEqual(["meanwhile"]);
    expect(stop.asked.aborted).toBe(false);
    typed.interrupt();
    expect(stop.asked.aborted).toBe(true);
  });

  it("keep their order where more is pasted than may be unconfirmed", async () => {
    const { typed, session } = typing();
    session.deliver = async () => {
      await soon();
      return { state: "relayed", id: "s.1" };
    };
    const lines = Array.from({ length: MAX_PENDING_LINES * 2 }, (_, n) => `m${String(n)}`);
    await Promise.all(lines.map((line) => typed.line(line)));
    expect(session.said).toEqual(lines);
  });

  it("[CHAT1] stand behind a prompt that counts down and says where the chat stands", () => {
    const { session } = scriptedChat();
    expect(promptOf(session)).toBe("Ada (10m)> ");
    session.msLeft = 9_400;
    session.state = "reconnecting";
    session.name = "";
    expect(promptOf(session)).toBe("(10s, reconnecting)> ");
  });
});

it("[CHAT1] a mark of the countdown is shown", async () => {
  const { session, chat, shown } = scriptedChat();
  for (const msLeft of [90_000, 61_000, 59_500]) {
    session.msLeft = msLeft;
    await chat.tick();
  }
  expect(shown).toEqual([{ type: "countdown", msLeft: 59_500 }]);
});
