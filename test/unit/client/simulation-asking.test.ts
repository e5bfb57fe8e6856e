// Somebody who asks, and somebody who reads along, over a service and a network that fails at random while questions are
// under way. An oracle sees what the service accepted and sealed; answers, what is shared and counts are held against it.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createSession, joinSession, type Answer, type Session } from "../../../src/client/index.ts";
import { TURN_PATIENCE_MS } from "../../../src/client/limits.ts";
import { FakeAssistant, type Asked } from "./fake-assistant.ts";
import { FakeService, SERVICE, SESSION, worldOf } from "./fake-service.ts";
import { settle, sharesOf, type FakeSocket, type World } from "./world.ts";

const STEPS = [
  "ask",
  "ask, and lose the request",
  "ask, and lose the acceptance",
  "ask again",
  "answer",
  "answer, and lose the record",
  "end",
  "end, and lose the record",
  "cancel",
  "cancel, and cut the asker",
  "talk",
  "cut the asker",
  "cut the reader",
  "lose the memory",
  "lose the memory and the asker",
  "wait",
] as const;
type Step = (typeof STEPS)[number];

const MESSAGES = 5_000;
const ORDER = ["asking", "waiting", "streaming", "done"];

/** What a socket brings to nobody once it is cut or given up. */
function mortal(socket: FakeSocket): void {
  let dropped = false;
  const { say, bytes, drop } = socket;
  const lives = (): boolean => !dropped && socket.closedWith === null;
  socket.say = (message) => {
    if (lives()) say.call(socket, message);
  };
  socket.bytes = (message) => {
    if (lives()) bytes.call(socket, message);
  };
  socket.drop = (code, reason) => {
    dropped = true;
    drop.call(socket, code, reason);
  };
}

class Scene {
  readonly service = new FakeService();
  readonly assistant = new FakeAssistant(SESSION);
  readonly answers: { readonly answer: Answer; readonly first: number; state: string; attempt: number }[] =
    [];
  readonly wrong: string[] = [];
  /** everything that was accepted, and what was sealed of its answer */
  readonly accepted: { readonly asked: Asked; said: string; ended: boolean }[] = [];
  readonly shared = new Map<string, { text: string; complete: boolean }>();
  /** content that the service counted */
  spent = 0;
  losesAcceptance = false;
  readonly worlds: readonly [World, World];
  ada!: Session;
  bob!: Session;

  constructor(share: () => number, counted: boolean) {
    const { service, assistant } = this;
    service.assistant = assistant;
    if (counted) service.burn = { ...service.burn, messages: MESSAGES };
    const deadlines = service.deadlines.bind(service);
    service.deadlines = () => ({ ...deadlines(), messagesLeft: counted ? MESSAGES - this.spent : null });
    const deliver = service.deliver.bind(service);
    service.deliver = (...frame) => {
      this.spent += 1;
      deliver(...frame);
    };
    assistant.accepting = (asked) => this.#accept(asked);
    this.worlds = [worldOf(service, share), worldOf(service, share)];
    for (const world of this.worlds) {
      world.onConnect = (socket) => {
        mortal(socket);
        service.accept(socket);
      };
    }
  }

  async begin(): Promise<void> {
    const [adasWorld, bobsWorld] = this.worlds;
    const options = { suite: "x25519", name: "Ada" } as const;
    this.ada = await createSession({ service: SERVICE, ...options, environment: adasWorld.environment });
    const { link } = await this.ada.invite();
    this.bob = await joinSession(link, { environment: bobsWorld.environment });
    this.bob.on("turn", ({ of, turn, attempt, index, text, complete }) => {
      if (of === "question") return;
      const key = `${turn} ${String(attempt)}`;
      const before = index === 0 ? "" : (this.shared.get(key)?.text ?? "");
      this.shared.set(key, { text: before + text, complete });
    });
    await this.elapse(3_000);
  }

  /** One step, whole: the next one begins after it. */
  async take(step: Step): Promise<void> {
    const [adasWorld, bobsWorld] = this.worlds;
    const running = this.assistant.asked.filter(({ sealer, ended }) => sealer !== null && !ended).at(-1);
    const { socket } = adasWorld;
    const loses = step.includes(", and lose");
    if (step === "ask, and lose the request") {
      // The offer comes, and nothing of what is encrypted to it arrives.
      const { onSent } = socket;
      socket.onSent = (data) => {
        if (typeof data === "string") onSent(data);
      };
    }
    this.losesAcceptance = step === "ask, and lose the acceptance";
    if (step === "ask again") {
      const done = this.answers.filter(({ answer }) => answer.state === "done").at(-1);
      this.#ask(done === undefined ? {} : { regenerate: done.answer.turn });
    } else if (step.startsWith("ask")) this.#ask({});
    if (loses && step.includes("record")) socket.bytes = () => undefined;
    if (step.startsWith("answer") && running !== undefined)
      await this.#say(running, ` ${String(this.spent)}`);
    if (step.startsWith("end") && running !== undefined) await this.#end(running);
    if (step.startsWith("cancel"))
      this.answers.findLast(({ answer }) => answer.state !== "done")?.answer.cancel();
    if (step === "talk") void this.bob.send("hello").catch(() => null);
    await settle();
    this.losesAcceptance = false;
    if (step.startsWith("lose the memory")) this.service.forget();
    if (loses || step.endsWith("the asker")) this.service.cut(adasWorld.socket);
    if (step === "cut the reader") this.service.cut(bobsWorld.socket);
    if (step === "wait") await this.elapse(4_000);
    await settle();
    this.look();
  }

  /** Answers go forward only, but for another attempt. */
  look(): void {
    for (const each of this.answers) {
      const { state, attempt } = each.answer;
      if (attempt === each.attempt) {
        expect(ORDER.indexOf(state)).toBeGreaterThanOrEqual(ORDER.indexOf(each.state));
      }
      Object.assign(each, { state, attempt });
    }
  }

  /** Lets everything come to its end. */
  async finish(): Promise<void> {
    for (let ms = 0; ; ms += 1_000) {
      const live = [this.ada, this.bob].every(({ state }) => state === "live");
      if (live && this.answers.every(({ answer }) => answer.state === "done")) break;
      expect(ms).toBeLessThan(TURN_PATIENCE_MS + 60_000);
      for (const asked of this.assistant.asked) if (asked.sealer !== null) await this.#end(asked);
      await this.elapse(1_000);
      this.look();
    }
    await this.elapse(25_000);
  }

  async elapse(ms: number): Promise<void> {
    for (let step = 0; step < ms; step += 500) for (const world of this.worlds) await world.advance(500);
    await settle();
  }

  #ask(options: { regenerate?: string }): void {
    try {
      const answer = this.ada.ask("Why?", options);
      this.answers.push({ answer, first: answer.attempt, state: "asking", attempt: answer.attempt });
    } catch (error) {
      const open = this.answers.filter(({ answer }) => answer.state !== "done");
      expect(error).toMatchObject({ code: "turns_full" });
      expect(open.length === 2 || open.some(({ answer }) => answer.turn === options.regenerate)).toBe(true);
    }
  }

  #accept(asked: Asked): boolean {
    const { turn, attempt } = asked;
    const before = this.accepted.filter((each) => each.asked.turn === turn);
    const question = this.answers.findLast(({ answer }) => answer.turn === turn);
    // Nothing is asked twice: not one attempt, no other one of a question while the service still knows the last, and
    // none once some of the answer was shown.
    if (before.some((each) => each.asked.attempt === attempt)) this.wrong.push("one attempt twice");
    const own = before.filter((each) => each.asked.attempt >= (question?.first ?? Infinity));
    if (own.some((each) => this.assistant.asked.includes(each.asked))) this.wrong.push("asked twice");
    if (question?.answer.text !== "") this.wrong.push("asked anew what was shown");
    this.accepted.push({ asked, said: "", ended: false });
    this.spent += 1;
    queueMicrotask(() => {
      const deadlines = this.service.deadlines();
      for (const { socket } of this.service.seats) {
        if (socket !== asked.asker.socket)
          socket.say({ type: "deadlines", burn: this.service.burn, deadlines });
      }
    });
    return !this.losesAcceptance;
  }

  async #say(asked: Asked, text: string): Promise<void> {
    const known = this.accepted.find((each) => each.asked === asked);
    if (known !== undefined) known.said += text;
    await this.assistant.answer(asked, text);
  }

  async #end(asked: Asked): Promise<void> {
    const known = this.accepted.find((each) => each.asked === asked);
    if (known !== undefined && !asked.ended) known.ended = true;
    await this.assistant.finish(asked);
  }
}

describe("[ASK1] [ASK3] [ASK4] questions over whatever goes wrong", () => {
  it("[ASK6] [ASK8] [SDK12] no answer is whole that was not, nothing is asked twice, every count is right", async () => {
    const plan = fc.record({
      draws: fc.nat(),
      counted: fc.boolean(),
      steps: fc.array(fc.constantFrom(...STEPS), { minLength: 1, maxLength: 14 }),
    });
    await fc.assert(
      fc.asyncProperty(plan, async ({ draws, counted, steps }) => {
        const scene = new Scene(sharesOf(draws), counted);
        await scene.begin();
        for (const step of steps) await scene.take(step);
        await scene.finish();
        expect(scene.wrong).toEqual([]);
        for (const { answer } of scene.answers) {
          const result = await answer.result;
          const sealed = scene.accepted.find(
            ({ asked }) => asked.turn === answer.turn && asked.attempt === answer.attempt,
          );
          if (result.complete) expect([result.text, true]).toEqual([sealed?.said, sealed?.ended]);
          else expect((sealed?.said ?? "").startsWith(result.text)).toBe(true);
          expect(result.error === null).toBe(result.complete || result.finish === "cancelled");
          const read = scene.shared.get(`${answer.turn} ${String(answer.attempt)}`);
          if (read?.complete === true) expect([read.text, result.complete]).toEqual([result.text, true]);
        }
        const left = counted ? MESSAGES - scene.spent : null;
        expect([scene.ada.messagesLeft, scene.bob.messagesLeft]).toEqual([left, left]);
        for (const session of [scene.ada, scene.bob]) session.close();
        await Promise.all([scene.ada.ended, scene.bob.ended]);
        await settle();
        expect(scene.worlds.map(({ timers }) => timers)).toEqual([0, 0]);
      }),
      { numRuns: 100 },
    );
  });
});
