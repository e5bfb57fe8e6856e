// A chat around a scripted session: what is sent, awaited, counted, and how it ends.
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { GhostError, type Delivery, type Statement } from "../../../../src/client/index.ts";
import { MAX_PENDING_LINES } from "../../../../src/cli/chat/limits.ts";
import { readLines } from "../../../../src/cli/chat/input-lines.ts";
import { sayInput } from "../../../../src/cli/chat/pipe.ts";
import { ADA, BOB, scriptedChat, soon } from "./scripted-session.ts";

const directory = mkdtempSync(join(tmpdir(), "ghost-chat-"));
afterAll(() => {
  rmSync(directory, { recursive: true });
});

async function* input(text: string, end?: Promise<unknown>) {
  yield Buffer.from(text);
  await end;
}
const ALL = { people: null, firstLine: 1, ask: false };
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
    const talking = sayInput(chat, readLines(input("hello\n")), { ...ALL, people: 2 }, stop.asked);
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

it("[CHAT1] a mark of the countdown is shown", async () => {
  const { session, chat, shown } = scriptedChat();
  for (const msLeft of [90_000, 61_000, 59_500]) {
    session.msLeft = msLeft;
    await chat.tick();
  }
  expect(shown).toEqual([{ type: "countdown", msLeft: 59_500 }]);
});
