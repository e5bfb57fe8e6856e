// WebCrypto works on other threads, so no number of milliseconds says when it is done. Here its calls are counted
// instead: a test that waits until none is pending waits exactly as long as the machine needs.
import { afterAll } from "vitest";

const pending = new Set<Promise<unknown>>();
const { subtle } = crypto;
const names = Object.getOwnPropertyNames(SubtleCrypto.prototype) as (keyof SubtleCrypto)[];

for (const name of names) {
  const original: unknown = subtle[name];
  if ((name as string) === "constructor" || typeof original !== "function") continue;
  Object.defineProperty(subtle, name, {
    configurable: true,
    value: (...parameters: unknown[]): unknown => {
      const result: unknown = Reflect.apply(original, subtle, parameters);
      if (result instanceof Promise) note(result);
      return result;
    },
  });
}

// The methods themselves stand on the prototype.
afterAll(() => {
  for (const name of names) Reflect.deleteProperty(subtle, name);
});

function note(call: Promise<unknown>): void {
  pending.add(call);
  const done = (): void => void pending.delete(call);
  call.then(done, done);
}

/** Waits for the calls that are pending now. Answers whether there were any. */
export async function cryptoCalls(): Promise<boolean> {
  const calls = [...pending];
  await Promise.allSettled(calls);
  return calls.length > 0;
}
