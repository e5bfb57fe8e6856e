// How turns of others are put together, cut, bounded and drawn.
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Session } from "../../../src/client/index.ts";
import { DRAW_EVERY_MS } from "../../../src/web/state/draw.ts";
import { listen } from "../../../src/web/state/listen.ts";
import { SharedTurns } from "../../../src/web/state/shared-turns.ts";
import { createStore } from "../../../src/web/state/state.ts";
import { part } from "./shared-part.ts";

afterEach(() => {
  vi.useRealTimers();
});

const CUT = { state: "done", ending: { finish: "cut", complete: false } };

describe("[PAGE7] parts of a shared turn", () => {
  it("one missing: cut, however it ends; a later attempt starts anew", () => {
    const turns = new SharedTurns();
    turns.take(part(0, "one "), null, 0);
    const last = { ...part(2, "three", "stop"), complete: false };
    expect(turns.take(last, null, 0).answer).toMatchObject(CUT);
    turns.take(part(0, "whole ", null, 2), null, 0);
    expect(turns.take(part(1, "late", null, 1), null, 0).answer.text).toBe("whole ");
    const { answer } = turns.take(part(1, "answer", "stop", 2), null, 0);
    expect(answer).toMatchObject({ text: "whole answer", ending: { complete: true } });
  });

  it.each(["cancelled", "error"] as const)("that ended as %s are not complete, and say so", (end) => {
    const { answer } = new SharedTurns().take(part(0, "half", end), null, 0);
    expect(answer).toMatchObject({ ending: { finish: end, complete: false } });
  });

  it("of half a question: the answer is cut; of none, it stands for itself", () => {
    const turns = new SharedTurns();
    turns.take({ ...part(0, "why"), of: "question" }, null, 0);
    expect(turns.take(part(0, "because", "stop"), null, 0).answer).toMatchObject(CUT);
    const alone = turns.take({ ...part(0, "because", "stop"), turn: "u" }, null, 0);
    expect(alone.answer).toMatchObject({ ending: { finish: "stop", complete: true } });
  });

  it("nothing is added behind the end", () => {
    const turns = new SharedTurns();
    turns.take(part(0, "whole", "stop"), null, 0);
    expect(turns.take(part(1, " and more"), null, 0).answer).toMatchObject({ text: "whole", state: "done" });
  });

  it("a question that is told again with the next attempt stands there once", () => {
    const turns = new SharedTurns();
    const question = { ...part(0, "why?", "stop"), of: "question" } as const;
    turns.take(question, null, 0);
    turns.take(part(0, "half", "cut"), null, 0);
    const again = turns.take({ ...question, attempt: 2 }, null, 0);
    expect(again.question).toBe("why?");
    expect(turns.take(part(0, "because", "stop", 2), null, 0).answer).toMatchObject({
      text: "because",
      ending: { complete: true },
    });
  });

  it("more than any answer has is not taken, and the answer is cut", () => {
    const turns = new SharedTurns();
    const much = "x".repeat(60_000);
    let { answer } = turns.take(part(0, much), null, 0);
    for (let index = 1; index < 100; index += 1) ({ answer } = turns.take(part(index, much), null, 0));
    expect(answer.text.length).toBeLessThanOrEqual(524_288);
    expect(answer).toMatchObject(CUT);
    const { question } = turns.take({ ...part(0, much.repeat(10)), of: "question", turn: "u" }, null, 0);
    expect(question.length).toBeLessThanOrEqual(524_288);
  });
});

describe("[PAGE7] a whole answer that is asked for again", () => {
  const WHOLE = { question: "why?", answer: { text: "because", ending: { complete: true } } };
  const question = (text: string, end: "stop" | null, attempt: number) =>
    ({ ...part(0, text, end, attempt), of: "question" }) as const;
  function whole(): SharedTurns {
    const turns = new SharedTurns();
    turns.take(question("why?", "stop", 1), null, 0);
    turns.take(part(0, "because", "stop"), null, 0);
    return turns;
  }

  it.each(["cut", "cancelled", "error"] as const)("stays where the next one ends as %s", (end) => {
    const turns = whole();
    turns.take(question("why?", "stop", 2), null, 0);
    expect(turns.take(part(0, "well, ", null, 2), null, 0).answer).toMatchObject({
      text: "well, ",
      again: null,
    });
    const again = { text: "well, no", ending: { finish: end, complete: false } };
    const kept = { ...WHOLE, answer: { ...WHOLE.answer, again } };
    expect(turns.take(part(1, "no", end, 2), null, 0)).toMatchObject(kept);
    // The next one in vain takes the place of the one before, never that of the whole one.
    turns.take(part(0, "hm", null, 3), null, 0);
    expect(turns.left(["p"])).toMatchObject([{ ...WHOLE, answer: { again: { text: "hm" } } }]);
    expect(turns.take(part(0, "at last", "stop", 4), null, 0).answer).toMatchObject({
      text: "at last",
      ending: { complete: true },
      again: null,
    });
  });

  it("goes on where more of the next one comes all the same", () => {
    const turns = whole();
    turns.take(part(0, "well, ", null, 2), null, 0);
    turns.cut();
    expect(turns.take(part(1, "yes", "stop", 2), null, 0).answer).toMatchObject({
      text: "well, yes",
      ending: { complete: true },
      again: null,
    });
  });

  it("stands with the question that it is the answer to", () => {
    const turns = whole();
    expect(turns.take(question("what el", null, 2), null, 0)).toMatchObject(WHOLE);
    expect(turns.left(["p"])).toEqual([]);
    turns.take(part(0, "half of another", null, 2), null, 0);
    expect(turns.left(["p"])).toMatchObject([WHOLE]);
  });
});

describe("[PAGE7] whose turn it is", () => {
  it("somebody of the same name goes: nothing of the other's is cut; a rename does not matter", () => {
    const turns = new SharedTurns();
    turns.take(part(0, "half"), null, 0);
    turns.take({ ...part(1, " more"), name: "Ada Lovelace" }, null, 0);
    expect(turns.left(["another Ada"])).toEqual([]);
    expect(turns.left(["p"])).toMatchObject([{ answer: CUT }]);
    expect(turns.left(["p"])).toEqual([]);
  });

  it("somebody without a name, or whose stream did not say yet whose it is", () => {
    for (const participant of ["p", null]) {
      const turns = new SharedTurns();
      turns.take({ ...part(0, "half"), name: null, participant }, null, 0);
      expect(turns.left(["p"])).toMatchObject([{ answer: CUT }]);
    }
  });

  it("who was away for a moment goes on", () => {
    const turns = new SharedTurns();
    turns.take(part(0, "one "), null, 0);
    turns.left(["p"]);
    expect(turns.take(part(1, "two "), null, 0).answer).toMatchObject({ state: "streaming", ending: null });
    expect(turns.take(part(2, "three", "stop"), null, 0).answer).toMatchObject({
      ending: { complete: true },
    });
  });

  it("who comes back through another stream left the old one's answer as it was", () => {
    const turns = new SharedTurns();
    turns.heard(part(0, ""));
    turns.take(part(0, "half"), null, 0);
    expect(turns.heard({ stream: "s", participant: "p" })).toEqual([]);
    expect(turns.heard({ stream: "other", participant: "q" })).toEqual([]);
    expect(turns.heard({ stream: "other", participant: null })).toEqual([]);
    expect(turns.heard({ stream: "new", participant: "p" })).toMatchObject([{ answer: CUT }]);
  });
});

/** A session that says what a test wants. */
function listening() {
  const handlers = new Map<string, (event: object) => void>();
  const session = {
    people: [],
    assistant: null,
    burnPolicy: null,
    role: "member",
    on: (type: string, handler: (event: object) => void) => {
      handlers.set(type, handler);
      return () => handlers.delete(type);
    },
  };
  const store = createStore();
  const stop = listen(session as unknown as Session, store);
  const emit = (type: string, event: object): void => {
    handlers.get(type)?.(event);
  };
  const answerOf = (key: string) => {
    const item = store.get().items.find((each) => each.key === key);
    return item?.kind === "turn" ? item.answer : null;
  };
  return { store, emit, stop, answerOf };
}

describe("[PAGE11] a shared answer is drawn in even steps", () => {
  it("however many parts come, and the last one is there in the end", () => {
    vi.useFakeTimers();
    const { store, emit, stop, answerOf } = listening();
    let drawn = 0;
    store.subscribe(() => (drawn += 1));
    for (let index = 0; index < 1_000; index += 1)
      emit("turn", part(index, "x", index === 999 ? "stop" : null));
    expect(answerOf("s/t")?.text).toBe("x");
    vi.advanceTimersByTime(DRAW_EVERY_MS);
    expect(answerOf("s/t")).toMatchObject({ text: "x".repeat(1_000), ending: { complete: true } });
    expect(drawn).toBeLessThan(5);
    stop();
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("[PAGE7] what cuts a shared answer", () => {
  const open = part(0, "half");
  it.each([
    ["the asker goes", "presence", { people: [], joined: [], left: ["p"] }],
    [
      "the asker speaks through another stream",
      "message",
      { id: "1", stream: "n", participant: "p", text: "hi" },
    ],
    ["this page lost what came meanwhile", "resumed", { recovered: false, missed: "unknown" }],
  ])("%s", (_why, type, event) => {
    vi.useFakeTimers();
    const { emit, stop, answerOf } = listening();
    emit("turn", open);
    expect(answerOf("s/t")).toMatchObject({ ending: null });
    emit(type, event);
    vi.advanceTimersByTime(DRAW_EVERY_MS);
    expect(answerOf("s/t")).toMatchObject(CUT);
    stop();
  });

  it("not a connection that lost nothing", () => {
    vi.useFakeTimers();
    const { emit, stop, answerOf } = listening();
    emit("turn", open);
    emit("resumed", { recovered: true, missed: 0 });
    vi.advanceTimersByTime(DRAW_EVERY_MS);
    expect(answerOf("s/t")).toMatchObject({ ending: null });
    stop();
  });
});
