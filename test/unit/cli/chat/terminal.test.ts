// The prompt and the lines above it, on a terminal that is a model: what comes in never disturbs what is typed.
import { PassThrough, Writable } from "node:stream";
import { describe, expect, it } from "vitest";
import { askSecret, Terminal, type TerminalEvents } from "../../../../src/cli/chat/terminal.ts";
import type { Line } from "../../../../src/cli/chat/line.ts";
import { Screen } from "../../../support/screen.ts";
import { soon } from "./scripted-session.ts";

const COLUMNS = 40;

function open(styled = false) {
  const screen = new Screen(COLUMNS);
  const output = Object.assign(
    new Writable({
      decodeStrings: false,
      write: (text: string, _encoding, done) => {
        screen.write(text);
        done();
      },
    }),
    { columns: COLUMNS },
  );
  const input = new PassThrough();
  const heard: string[] = [];
  const events: TerminalEvents = {
    line: (text) => heard.push(`line ${text}`),
    interrupt: () => heard.push("interrupt"),
    end: () => heard.push("end"),
  };
  const terminal = new Terminal(input, output, styled, events);
  const type = async (text: string) => {
    input.write(text);
    await soon();
  };
  return { screen, terminal, heard, type, output, input };
}

const message = (text: string): Line => ({ tone: "message", text });

describe("[CHAT1] a line that comes in", () => {
  it.each([0, 5, COLUMNS - 4, COLUMNS - 3, COLUMNS, 2 * COLUMNS + 7])(
    "stands above %i typed characters, which stay",
    async (length) => {
      const { screen, terminal, heard, type } = open();
      terminal.setPrompt("A> ");
      const typed = "abcdefghij".repeat(9).slice(0, length);
      await type(typed);
      terminal.print([message("[bobb] Bob: one"), message("[bobb] Bob: two")]);
      terminal.print([message(`[bobb] Bob: ${"long ".repeat(12)}`)]);
      terminal.setPrompt("B> ");
      const text = screen.rows.join("");
      expect(screen.rows.slice(0, 2)).toEqual(["[bobb] Bob: one", "[bobb] Bob: two"]);
      expect(text.endsWith(`long${`B> ${typed}`.trimEnd()}`)).toBe(true);
      expect(text.split("Bob:")).toHaveLength(4);
      expect(screen.rows.slice(0, -1)).not.toContain("");
      await type("X\r");
      expect(heard).toEqual([`line ${typed}X`]);
      terminal.close();
    },
  );

  it("stands above what is being changed in its middle", async () => {
    const { screen, terminal, heard, type } = open();
    terminal.setPrompt("A> ");
    const typed = "0123456789".repeat(6);
    await type(typed);
    await type("\u0001");
    terminal.print([message("[bobb] Bob: one")]);
    expect(screen.rows.join("")).toBe(`[bobb] Bob: oneA> ${typed}`);
    expect(screen.cursor).toEqual([1, 3]);
    await type("X\r");
    expect(heard).toEqual([`line X${typed}`]);
    terminal.close();
  });

  it("is wrapped with an indent, but a link is not: it is copied whole", () => {
    const { screen, terminal } = open();
    const link = `https://ghost.test/#${"a".repeat(60)}`;
    terminal.print([
      message(`[eveb] Eve: hi${" ".repeat(26)}[adaa] Ada: yes`),
      { tone: "verbatim", text: link },
    ]);
    expect(screen.rows[1]).toMatch(/^ {4}/);
    expect(screen.rows.join("")).toContain(link);
    terminal.close();
  });
});

describe("[CHAT8] keys", () => {
  it("Ctrl-C is told, Ctrl-D ends, and a closed terminal shows what still comes", async () => {
    const { screen, terminal, heard, type } = open();
    terminal.setPrompt("A> ");
    await type("ab\u0003");
    expect(heard).toEqual(["interrupt"]);
    await type("\u0015\u0004");
    expect(heard).toEqual(["interrupt", "end"]);
    terminal.setPrompt("A (left)> ");
    terminal.print([message("* Almost the end")]);
    terminal.close();
    terminal.print([message("* The end")]);
    expect(screen.rows.filter((row) => row !== "")).toEqual(["* Almost the end", "* The end"]);
  });

  it("no key brings back what was said before", async () => {
    const { terminal, heard, type } = open();
    await type("secret\r");
    await type("\u001b[A\r");
    await type("\u0010\r");
    expect(heard).toEqual(["line secret", "line ", "line "]);
    terminal.close();
  });
});

it("[CHAT7] a link that is asked for is not shown", async () => {
  const { screen, terminal, input, output } = open();
  terminal.close();
  const asked = askSecret(input, output, "Invite link: ");
  input.write("https://ghost.test/#ghost1.secret\r");
  expect(await asked).toBe("https://ghost.test/#ghost1.secret");
  expect(screen.rows.join("")).toBe("Invite link:");
  const refused = askSecret(input, output, "Invite link: ");
  input.write("half\u0003");
  expect(await refused).toBeNull();
});
