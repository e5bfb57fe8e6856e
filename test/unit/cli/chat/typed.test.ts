// What is typed into a chat: messages, slash commands, Ctrl-C.
import { describe, expect, it } from "vitest";
import { GhostError } from "../../../../src/client/index.ts";
import { promptOf, TypedChat } from "../../../../src/cli/chat/interactive.ts";
import { MAX_PENDING_LINES } from "../../../../src/cli/chat/limits.ts";
import { LINK, scriptedChat, soon } from "./scripted-session.ts";

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
    expect(shown).toContainEqual({ type: "failed", what: "/burn", code: "aborted" });
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
