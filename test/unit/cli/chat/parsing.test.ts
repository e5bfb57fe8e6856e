// What is given to the chat: arguments, spans of time, typed lines, standard input.
import { describe, expect, it } from "vitest";
import { CountdownMarks } from "../../../../src/cli/chat/countdown-marks.ts";
import { formatLeft, parseDuration } from "../../../../src/cli/chat/duration.ts";
import { CHAT_EXIT, exitOfError } from "../../../../src/cli/chat/exit-codes.ts";
import { readLines } from "../../../../src/cli/chat/input-lines.ts";
import { MAX_LINE_BYTES } from "../../../../src/cli/chat/limits.ts";
import { DEFAULT_SERVICE, parseChatOptions } from "../../../../src/cli/chat/options.ts";
import { parseTyped } from "../../../../src/cli/chat/slash-command.ts";
import { DEFAULT_HOST, DEFAULT_PORT } from "../../../../src/local/address.ts";

describe("[CHAT1] arguments", () => {
  it("create at the local runner by default, elsewhere by variable, and by option before that", () => {
    expect(DEFAULT_SERVICE).toBe(`http://${DEFAULT_HOST}:${String(DEFAULT_PORT)}`);
    const env = { GHOST_SERVICE: "https://a.example" };
    expect(parseChatOptions([], {})).toMatchObject({ way: "create", service: DEFAULT_SERVICE, uses: 1 });
    expect(parseChatOptions([], env)).toMatchObject({ service: "https://a.example" });
    expect(parseChatOptions(["--service", "https://b.example"], env)).toMatchObject({
      service: "https://b.example",
    });
  });

  it("join by the origin of the link, whatever the variable says", () => {
    const joined = parseChatOptions(["https://a.example/#x"], { GHOST_SERVICE: "https://b.example" });
    expect(joined).toMatchObject({ way: "join", link: "https://a.example/#x", service: null });
    expect(parseChatOptions(["-"], {})).toMatchObject({ way: "join", link: null });
  });

  it("name the burn policy in spans of time", () => {
    const args = "--ttl 10m --idle 90s --empty 0 --messages 50 --burn-by anyone --uses 5".split(" ");
    expect(parseChatOptions(args, {})).toMatchObject({
      burn: { ttl: 600, idle: 90, empty: 0, messages: 50, burnBy: "anyone" },
      uses: 5,
    });
  });

  it.each([
    [["a", "b"], "one LINK"],
    [["a", "--ttl", "5m"], "--ttl is for creating"],
    [["a", "--uses", "5"], "--uses is for creating"],
    [["--ttl", "soon"], "--ttl takes a time"],
    [["--ttl", "0"], "--ttl takes a time"],
    [["--ttl=-5"], "--ttl takes a time"],
    [["--messages", "0"], "--messages takes a whole number"],
    [["--uses", "1001"], "--uses takes a whole number from 1 to 1000"],
    [["--people", "1.5"], "--people takes a whole number"],
    [["--burn-by", "me"], "--burn-by takes"],
    [["--wait", "--burn"], "exclude each other"],
    [["--nonsense"], "--nonsense"],
  ])("[CHAT6] %j are refused", (args, line) => {
    expect(() => parseChatOptions(args, {})).toThrow(line);
  });

  it("[CHAT7] that are refused are not repeated: they may be a link", () => {
    const link = "https://a.example/#ghost1.secret";
    for (const args of [
      [link, link],
      [link, "--idle", "5"],
      ["--ttl", link],
      ["--uses", link],
      ["--burn-by", link],
    ]) {
      try {
        parseChatOptions(args, {});
        expect.unreachable();
      } catch (error) {
        expect(String(error)).not.toContain("secret");
      }
    }
  });
});

it.each([
  ["45", 45],
  ["45s", 45],
  ["10m", 600],
  ["1h30m", 5_400],
  ["7d", 604_800],
  ["0", 0],
  ["", null],
  ["m", null],
  ["10 m", null],
  ["1.5h", null],
  ["10mx", null],
  ["9".repeat(12), null],
])("[CHAT1] the span %j has %j seconds", (text, seconds) => {
  expect(parseDuration(text)).toBe(seconds);
});

it("[CHAT1] what is left is short, and never says 0 before it is", () => {
  const shown = [0, 1, 9_500, 59_999, 60_001, 3_540_000, 3_541_000, 3_900_000, 90_000_000].map(formatLeft);
  expect(shown).toEqual(["0s", "1s", "10s", "1m", "2m", "59m", "1h 00m", "1h 05m", "1d 1h"]);
});

it("[CHAT1] a mark of the countdown is told once, and again only after much more time was left", () => {
  const marks = new CountdownMarks();
  const told = [700, 301, 300, 299, 301, 300, 400, 290, 61, 59, 12.5, 9, 5].filter((s) =>
    marks.passed(s * 1_000),
  );
  expect(told).toEqual([300, 290, 59, 9]);
  const short = new CountdownMarks();
  // Every message moves this timer back to a minute.
  expect([60, 58, 60, 55, 60, 9, 60, 9].filter((s) => short.passed(s * 1_000))).toEqual([9, 9]);
});

it.each([
  ["", { kind: "nothing" }],
  ["  ", { kind: "nothing" }],
  ["hello", { kind: "message", text: "hello" }],
  [" /who", { kind: "message", text: " /who" }],
  ["//who", { kind: "message", text: "/who" }],
  ["///", { kind: "message", text: "//" }],
  ["/who", { kind: "command", name: "who", rest: "" }],
  ["/name  Ada  Lovelace ", { kind: "command", name: "name", rest: "Ada  Lovelace" }],
  ["/", { kind: "command", name: "", rest: "" }],
])("[CHAT8] the typed line %j is %j", (line, parsed) => {
  expect(parseTyped(line)).toEqual(parsed);
});

describe("[CHAT3] standard input", () => {
  async function linesOf(...chunks: (string | Uint8Array)[]) {
    async function* source() {
      for (const chunk of chunks) yield Buffer.from(chunk as string);
    }
    const lines = [];
    for await (const line of readLines(source())) lines.push(line);
    return lines;
  }

  it("is the same lines wherever it is cut", async () => {
    const bytes = Buffer.from("one\r\n\ntwö 👻\n /three\nlast");
    for (let at = 0; at <= bytes.length; at++) {
      const lines = await linesOf(bytes.subarray(0, at), bytes.subarray(at));
      expect(lines.map(({ text }) => text)).toEqual(["one", "", "twö 👻", " /three", "last"]);
      expect(lines.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5]);
    }
    expect(await linesOf()).toEqual([]);
  });

  it("names lines that are no text or too long, and goes on after them", async () => {
    const long = "x".repeat(MAX_LINE_BYTES);
    const lines = await linesOf(Buffer.from([0xff, 0x0a]), long, "\n", long, "yz", "zz\nok\n");
    expect(lines.map(({ problem, text }) => problem ?? text.length)).toEqual([
      "not_utf8",
      MAX_LINE_BYTES,
      "message_too_large",
      2,
    ]);
  });
});

it("[CHAT6] what can be tried again, what cannot, and what is a mistake exit with different codes", () => {
  for (const code of [
    "link_malformed",
    "invite_spent",
    "token_expired",
    "wrong_deployment",
    "burned",
  ] as const) {
    expect(exitOfError(code)).toBe(CHAT_EXIT.refused);
  }
  for (const code of ["unreachable", "unavailable", "rate_limited", "internal"] as const) {
    expect(exitOfError(code)).toBe(CHAT_EXIT.unreachable);
  }
  expect(exitOfError("name_invalid")).toBe(CHAT_EXIT.unusable);
  expect(exitOfError("aborted")).toBe(CHAT_EXIT.interrupted);
  const codes = Object.values(CHAT_EXIT);
  expect(new Set(codes).size).toBe(codes.length);
});
