// Personal data in questions that are typed or piped: what is said before they leave, and what is kept on purpose.
import { describe, expect, it } from "vitest";
import { TypedChat } from "../../../../src/cli/chat/interactive.ts";
import { KEEP_NONE, parseKeep, type Keep } from "../../../../src/cli/chat/keep.ts";
import { parseChatOptions } from "../../../../src/cli/chat/options.ts";
import { TextView } from "../../../../src/cli/chat/text-view.ts";
import { GhostError } from "../../../../src/client/index.ts";
import { scriptedChat } from "./scripted-session.ts";

const QUESTION = "Is anna@example.org Anna Berg?";

function typing(keep: Keep = KEEP_NONE) {
  const all = scriptedChat({ keep });
  all.session.personal.set("anna@example.org", "EMAIL").set("Anna Berg", "PERSON");
  all.session.respond = (source) => {
    source.end({ complete: true, finish: "stop", error: null, usage: null, redactions: [] });
  };
  return { ...all, typed: new TypedChat(all.chat, all.stop) };
}

describe("[CHAT12] personal data in a question", () => {
  it("is told by type and place before it is asked, never by value", async () => {
    const { typed, session, shown } = typing();
    await typed.line(`/ask ${QUESTION}`);
    const [first] = shown;
    expect(first).toEqual({
      type: "findings",
      items: [
        { type: "EMAIL", start: 3, end: 19, kept: false },
        { type: "PERSON", start: 20, end: 29, kept: false },
      ],
    });
    expect(session.calls).toEqual([`ask ${QUESTION}`]);
    const lines = first === undefined ? [] : new TextView(null).lines(first);
    expect(lines.map(({ text }) => text)).toEqual([
      "* Replaced on this device before it is sent: EMAIL 1, PERSON 1.",
    ]);
  });

  it("is kept by --keep for its types, by /ask! as a whole", async () => {
    const some = typing(parseKeep("person"));
    await some.typed.line(`/ask ${QUESTION}`);
    expect(some.session.calls).toEqual([`ask ${QUESTION} keeping Anna Berg`]);
    const [first] = some.shown;
    expect((first === undefined ? [] : new TextView(null).lines(first)).map(({ text }) => text)).toEqual([
      "* Replaced on this device before it is sent: EMAIL 1.",
      "* Sent as it is, as far as this device is asked: PERSON 1.",
    ]);
    const all = typing();
    await all.typed.line(`/ask! ${QUESTION}`);
    expect(all.session.calls).toEqual([`ask ${QUESTION} keeping anna@example.org keeping Anna Berg`]);
  });

  it("is looked for by /preview, which sends nothing", async () => {
    const { typed, session, shown } = typing();
    await typed.line(`/preview ${QUESTION}`);
    await typed.line("/preview Hello");
    expect(session.calls).toEqual([]);
    expect(shown.map(({ type }) => type)).toEqual(["findings", "findings", "notice"]);
  });

  it("cannot be looked for: nothing is asked, and that is said", async () => {
    const { typed, session, shown } = typing();
    session.answer = () => Promise.reject(new GhostError("pii_failed"));
    await typed.line("/ask Hello");
    expect(session.calls).toEqual([]);
    expect(shown).toEqual([{ type: "failed", what: "/ask", code: "pii_failed" }]);
  });

  it("takes types of the engine's list only", () => {
    expect(parseKeep("email, PERSON")).toEqual(new Set(["EMAIL", "PERSON"]));
    expect(parseChatOptions(["--keep", "all"], {})).toMatchObject({ keep: "all" });
    expect(() => parseKeep("EMAIL,MAIL")).toThrow("--keep takes types of personal data");
  });
});
