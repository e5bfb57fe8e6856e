// A model's call as the answer pulls it, however long it is.
import { expect, it } from "vitest";
import type { CompletionEvent } from "../../../src/session/assistant-port.ts";
import { ask, type Outcome } from "../../../src/session/turns/completion.ts";

const TOKENS = 500;

async function* answer(): AsyncGenerator<CompletionEvent> {
  for (let token = 0; token < TOKENS; token++) yield { type: "delta", text: "x" };
  yield { type: "end", finish: "stop", usage: null };
}

it("[TURN5] what waits for a halt does not grow with the length of the answer", async () => {
  const halted = new Promise<Outcome | null>(() => undefined);
  let waiting = 0;
  const then = halted.then.bind(halted);
  halted.then = (...reactions) => {
    waiting += 1;
    return then(...reactions);
  };
  let written = 0;
  const pacer = { write: (text: Uint8Array) => void (written += text.length), room: () => Promise.resolve() };
  const outcome = await ask(answer, { room: TOKENS }, pacer, halted);
  expect([outcome?.finish, written]).toEqual(["stop", TOKENS]);
  expect(waiting).toBe(1);
});

it("[TURN7] a halt ends the wait for a model that says nothing, and for room that is never made", async () => {
  for (const hangs of ["model", "room"] as const) {
    let halt: (outcome: Outcome) => void = () => undefined;
    const halted = new Promise<Outcome | null>((resolve) => {
      halt = resolve;
    });
    const never = new Promise<never>(() => undefined);
    async function* call(): AsyncGenerator<CompletionEvent> {
      yield { type: "delta", text: "x" };
      if (hangs === "model") await never;
    }
    const pacer = { write: () => undefined, room: () => (hangs === "room" ? never : Promise.resolve()) };
    const asked = ask(call, { room: 10 }, pacer, halted);
    setTimeout(() => {
      halt({ finish: "cancelled", error: null, usage: null });
    }, 1);
    expect(await asked).toEqual({ finish: "cancelled", error: null, usage: null });
  }
});
