// What of the turns of others came whole, and what the SDK keeps in mind to tell it.
import { describe, expect, it } from "vitest";
import { createSession, joinSession, type SharedTurn } from "../../../src/client/index.ts";
import { MAX_SHARED_COURSES } from "../../../src/client/limits.ts";
import { SharedCourses } from "../../../src/client/shared-courses.ts";
import type { TurnPart } from "../../../src/crypto/seal-turn-part.ts";
import { FakeAssistant } from "./fake-assistant.ts";
import { FakeService, SERVICE, SESSION, worldOf } from "./fake-service.ts";
import { until } from "./world.ts";

const part = (index: number, end: TurnPart["end"] = null, change: Partial<TurnPart> = {}): TurnPart => ({
  kind: "turn",
  of: "answer",
  turn: "t",
  attempt: 1,
  index,
  end,
  text: "",
  ...change,
});
const takeAll = (parts: readonly TurnPart[], courses = new SharedCourses()): boolean[] =>
  parts.map((each) => courses.take("s", each));

describe("[ASK6] a shared answer is complete", () => {
  it.each(["stop", "length", "filtered"] as const)("in its last part, where it ended as %s", (end) => {
    expect(takeAll([part(0), part(1), part(2, end)])).toEqual([false, false, true]);
    expect(takeAll([part(0, end)])).toEqual([true]);
  });

  it.each(["cancelled", "error", "cut"] as const)("not where it ended as %s", (end) => {
    expect(takeAll([part(0), part(1, end)])).toEqual([false, false]);
  });

  it.each([[[1]], [[0, 2]], [[0, 0]], [[1, 0]], [[0, 1, 1]]])("not where its parts came as %j", (indexes) => {
    const parts = indexes.map((index, at) => part(index, at === indexes.length - 1 ? "stop" : null));
    expect(takeAll(parts)).not.toContain(true);
  });

  it("once: nothing behind the end makes it so again", () => {
    expect(takeAll([part(0, "stop"), part(0, "stop"), part(1, "stop")])).toEqual([true, false, false]);
  });

  it("attempt by attempt: a later one begins anew, an earlier one does not count any more", () => {
    const later = { attempt: 2 };
    expect(takeAll([part(0), part(0, null, later), part(1, "stop"), part(1, "stop", later)])).toEqual([
      false,
      false,
      false,
      true,
    ]);
  });

  it("apart from its question, and from what others share under the same id", () => {
    const courses = new SharedCourses();
    expect(courses.take("s", part(0, "stop", { of: "question" }))).toBe(true);
    expect(courses.take("s", part(0))).toBe(false);
    expect(courses.take("other", part(1, "stop"))).toBe(false);
    expect(courses.take("s", part(1, "stop"))).toBe(true);
  });

  it("for who comes often enough; what is kept is bounded, and what was forgotten is incomplete", () => {
    const courses = new SharedCourses();
    courses.take("s", part(0, null, { turn: "quiet" }));
    courses.take("s", part(0, null, { turn: "busy" }));
    for (let other = 0; other < MAX_SHARED_COURSES; other++) {
      courses.take("s", part(0, null, { turn: `other ${String(other)}` }));
      if (other === 10) courses.take("s", part(1, null, { turn: "busy" }));
    }
    expect(courses.take("s", part(1, "stop", { turn: "quiet" }))).toBe(false);
    for (let other = 0; other < 8; other++)
      courses.take("s", part(0, null, { turn: `more ${String(other)}` }));
    expect(courses.take("s", part(2, "stop", { turn: "busy" }))).toBe(true);
  });
});

describe("[ASK6] with a session", () => {
  it.each([false, true])(
    "the event says it, and does not where something else comes in place of a part (%s)",
    async (replaced) => {
      const service = new FakeService();
      const assistant = new FakeAssistant(SESSION);
      service.assistant = assistant;
      const [adasWorld, bobsWorld] = [worldOf(service), worldOf(service)];
      const ada = await createSession({
        service: SERVICE,
        suite: "x25519",
        environment: adasWorld.environment,
      });
      const { link } = await ada.invite();
      const bob = await joinSession(link, { environment: bobsWorld.environment });
      const parts: SharedTurn[] = [];
      bob.on("turn", (each) => parts.push(each));
      ada.ask("Why?");
      const asked = await assistant.question();
      await until(() => parts.length === 1, "the question");
      await assistant.answer(asked, "Because");
      const { relay } = service;
      if (replaced) {
        service.relay = (seat, ref, sealed) => {
          service.deliver(
            seat,
            ref,
            sealed.map(() => 0),
          );
        };
      }
      await adasWorld.advance(1_000);
      service.relay = relay;
      await assistant.finish(asked);
      await adasWorld.advance(1_000);
      await until(() => parts.some(({ of, end }) => of === "answer" && end !== null), "the end");
      expect(parts.map(({ of, end, complete }) => [of, end, complete])).toEqual([
        ["question", "stop", true],
        ...(replaced ? [] : [["answer", null, false]]),
        ["answer", "stop", !replaced],
      ]);
      ada.close();
      bob.close();
    },
  );
});
