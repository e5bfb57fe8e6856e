// Every event as the lines that people read.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { BurnReport, Statement } from "../../../../src/client/index.ts";
import type { ChatEvent, ChatEvents } from "../../../../src/cli/chat/chat-event.ts";
import { TextView } from "../../../../src/cli/chat/text-view.ts";
import { ADA, BOB, LINK } from "./scripted-session.ts";

const SESSION: { type: "session" } & ChatEvents["session"] = {
  type: "session",
  id: "0".repeat(64),
  created: false,
  participant: ADA.id,
  role: "member",
  name: "Ada",
  identity: "thumbprint",
  trust: "that the invite link names",
  people: [ADA, BOB],
  burn: { ttl: 600, idle: 90, empty: 0, messages: 9, burnBy: "anyone" },
  msLeft: 600_000,
  messagesLeft: 8,
  assistant: null,
};
const STATEMENT: Statement = {
  v: 1,
  session: "hash",
  cause: "asked",
  createdAt: Date.UTC(2026, 0, 1),
  burnedAt: Date.UTC(2026, 0, 1, 0, 1, 5),
  messages: 2,
  bytes: 600,
  complete: true,
  storageKeys: 0,
  build: "b\u001b[2J",
  notProven: [],
};

function shown(...events: ChatEvent[]): string[] {
  const view = new TextView(null);
  return events.flatMap((event) => view.lines(event)).map(({ text }) => text);
}

const said = (text: string, name: string | null = "Bob"): ChatEvent => ({
  type: "message",
  id: "s.1",
  stream: "s",
  participant: BOB.id,
  name,
  self: false,
  text,
});

describe("[CHAT1] people read", () => {
  it("where they are, who is here, and when it ends", () => {
    expect(shown(SESSION)).toEqual([
      "* You joined. You are [adaa] Ada, member.",
      "* Time left: 10m; burns after 1 min 30 s without a message; burns when everybody left; burns after 8 more messages. May burn it now: anyone.",
      "* Here: [bobb] Bob",
    ]);
    expect(shown({ ...SESSION, people: [ADA], burn: null, messagesLeft: null })).toEqual([
      "* You joined. You are [adaa] Ada, member.",
      "* Time left: 10m. May burn it now: hosts only.",
      "* Nobody else is here yet.",
    ]);
  });

  it("who says what, comes, goes and changes names", () => {
    const eve = { id: "eveeveeveeveevee", role: "member", name: null, self: false } as const;
    const named = { ...eve, name: "Eve" };
    const presence = (people: (typeof ADA)[], joined: string[], left: string[]): ChatEvent => ({
      type: "presence",
      people,
      joined,
      left,
    });
    const lines = shown(
      SESSION,
      presence([ADA, BOB, eve], [eve.id], []),
      presence([ADA, BOB, named], [], []),
      presence([ADA, BOB, { ...named, name: "Ada" }], [], []),
      said("hi"),
      said("and", null),
      presence([ADA, BOB], [], [eve.id]),
    );
    expect(lines.slice(3)).toEqual([
      "* [evee] joined.",
      "* [evee] is called Eve.",
      "* [evee] Eve is called Ada.",
      "[bobb] Bob: hi",
      "[bobb]: and",
      "* [evee] Ada left.",
    ]);
  });

  it("the invite link as it is, on a line of its own", () => {
    const view = new TextView(null);
    const lines = view.lines({ type: "invite", id: "i", role: "host", uses: 2, expiresAt: 0, link: LINK });
    expect(lines[1]).toEqual({ tone: "verbatim", text: LINK });
  });

  it("that nobody hears them, once until somebody comes", () => {
    const alone: ChatEvent = { type: "sent", line: 1, id: "s.1", others: 0 };
    const joined: ChatEvent = { type: "presence", people: [ADA, BOB], joined: [BOB.id], left: [] };
    const lines = shown(alone, alone, joined, { ...alone, others: 1 }, alone);
    expect(lines.map((line) => line.slice(0, 15))).toEqual([
      "* Nobody else i",
      "* [bobb] Bob jo",
      "* Nobody else i",
    ]);
  });
});

describe("[CHAT4] losses are said as what they are", () => {
  it.each<[ChatEvent, string | null]>([
    [
      { type: "gap", stream: "s", name: "Bob", missed: 3, source: "order" },
      'MISSING for good: 3 frames of "Bob", by their own count',
    ],
    [
      { type: "gap", stream: "s", name: null, missed: 1, source: "account" },
      "MISSING for good: 1 frame of somebody, by what somebody else",
    ],
    [{ type: "resumed", recovered: true, missed: 0 }, null],
    [{ type: "resumed", recovered: true, missed: 4 }, "4 frames came late"],
    [
      { type: "resumed", recovered: false, missed: "unknown" },
      "cannot replay what was missed (how many, if any, is unknown)",
    ],
    [{ type: "resumed", recovered: false, missed: 7 }, "cannot replay what was missed (7 frames)"],
    [{ type: "dropped", reason: "repeated", stream: null }, "A repeated frame was ignored"],
    [{ type: "dropped", reason: "forged", stream: null }, "refused as forged"],
    [
      { type: "mismatch", stream: "s", claimed: BOB.id, sender: ADA.id },
      "says that [adaa] sent what [bobb] signs for",
    ],
    [{ type: "overflow", dropped: 5 }, "5 events were lost here"],
    [{ type: "state", state: "reconnecting", reason: null }, "Connection lost"],
    [{ type: "state", state: "live", reason: null }, "Connected again"],
    [
      { type: "undelivered", line: 3, code: "delivery_unknown", text: "hello" },
      'NOT KNOWN whether it was delivered: "hello"',
    ],
    [
      { type: "undelivered", line: 3, code: "message_too_large", text: "x".repeat(99) },
      `NOT DELIVERED: "${"x".repeat(40)}..."`,
    ],
    [{ type: "undelivered", line: 3, code: "not_utf8", text: "" }, "NOT DELIVERED: Line 3. It is not UTF-8"],
    [
      { type: "failed", what: "/burn", code: "forbidden" },
      "/burn failed: Your role in this session does not allow that. (forbidden)",
    ],
  ])("%j", (event, line) => {
    const lines = shown(event);
    if (line === null) expect(lines).toEqual([]);
    else expect(lines).toEqual([expect.stringContaining(line)]);
  });
});

describe("[CHAT5] the end", () => {
  const burned = (report: Partial<BurnReport>): ChatEvent => ({
    type: "burned",
    cause: "asked",
    statement: "jws",
    verified: null,
    ...report,
  });

  it("tells what a verified statement says, and whose key signed it", () => {
    expect(shown(SESSION, burned({ verified: STATEMENT })).slice(3)).toEqual([
      "* The session burned: somebody who may do that asked for it (asked).",
      "* The destruction statement is verified. It is signed by the key that the invite link names.",
      "*   burned 2026-01-01T00:01:05.000Z, after 1 min 5 s",
      "*   relayed exactly 2 messages, 600 sealed bytes",
      "*   left in storage after the wipe: nothing",
      "*   build b\\u{1b}[2J, as the service says itself",
    ]);
    const rest = shown(burned({ verified: { ...STATEMENT, complete: false, storageKeys: 2 } })).join("\n");
    expect(rest).toContain("at least 2 messages");
    expect(rest).toContain("2 KEYS STILL THERE");
  });

  it("says that one is absent, or not verified", () => {
    expect(shown(burned({ statement: null, cause: null }))).toEqual([
      "* The session burned: the service gave no cause.",
      "* NO destruction statement came. Nothing proves this burn.",
    ]);
    expect(shown(burned({})).join(" ")).toContain("NOT VERIFIED");
  });
});

it("[CHAT2] nothing of strangers leaves its line, and only messages start with a bracket", () => {
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom("\n* Bob left.", "\u001b[1A\r", "\u202e"),
  );
  fc.assert(
    fc.property(text, text, (name, body) => {
      const person = { ...BOB, name };
      const lines = shown(
        { ...SESSION, people: [ADA, person] },
        said(body, name),
        { type: "presence", people: [ADA], joined: [], left: [BOB.id] },
        { type: "gap", stream: "s", name, missed: 1, source: "order" },
        { type: "undelivered", line: 1, code: "aborted", text: body },
      );
      expect(lines).toHaveLength(7);
      expect(lines.filter((line) => line.startsWith("["))).toHaveLength(1);
      expect(lines[3]?.startsWith("[bobb]")).toBe(true);
      for (const line of lines)
        expect(line.replaceAll(/[\u200c\u200d]/g, "")).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
    }),
  );
});
