// What one call of a model keeps while it runs. The rest of it is tested through whole turns.
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, it } from "vitest";
import type { CompletionEvent } from "../../../src/session/assistant-port.ts";
import { ask, Halt } from "../../../src/session/turns/completion.ts";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

it("[TURN5] a call holds no piece of an answer that was passed on", async () => {
  const passed: WeakRef<CompletionEvent>[] = [];
  let end: () => void = () => undefined;
  let written = 0;
  async function* call(): AsyncIterable<CompletionEvent> {
    for (let piece = 0; piece < 100; piece++) {
      const event: CompletionEvent = { type: "delta", text: String(piece) };
      passed.push(new WeakRef(event));
      yield event;
    }
    await new Promise<void>((resolve) => {
      end = resolve;
    });
  }
  const pacer = {
    write: () => {
      written += 1;
    },
    room: () => Promise.resolve(),
  };
  const halt = new Halt();
  const asking = ask(call, { room: 1_000 }, pacer, halt);
  for (let turn = 0; turn < 100 && written < 100; turn++) {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
  expect(written).toBe(100);
  collectGarbage();
  // The last one may still stand in a frame of the generator.
  expect(passed.slice(0, -2).filter((each) => each.deref() !== undefined)).toEqual([]);
  halt.halt({ finish: "cancelled", error: null, usage: null });
  halt.halt(null);
  expect(await asking).toEqual({ finish: "cancelled", error: null, usage: null });
  end();
});
