// Standard output that is slow, or gone.
import { PassThrough } from "node:stream";
import { expect, it } from "vitest";
import { Output } from "../../../../src/cli/chat/output.ts";
import { soon } from "./scripted-session.ts";

it("[CHAT4] an output that is read slowly is waited for, however many lines wait", async () => {
  const stream = new PassThrough({ highWaterMark: 10 });
  const output = new Output(stream, () => undefined);
  let written = 0;
  const writing = Array.from({ length: 50 }, () => output.write("0123456789\n").then(() => (written += 1)));
  await soon();
  expect(written).toBe(0);
  expect(stream.listenerCount("drain")).toBeLessThan(5);
  stream.resume();
  await Promise.all(writing);
  expect(stream.listenerCount("drain")).toBe(0);
});

it("[CHAT4] an output that nobody reads any more is told once, and holds nobody up", async () => {
  const stream = new PassThrough({ highWaterMark: 1 });
  let gone = 0;
  const output = new Output(stream, () => (gone += 1));
  const waiting = output.write("never read");
  stream.destroy(new Error("EPIPE"));
  await waiting;
  await output.write("more");
  expect(output.gone).toBe(true);
  expect(gone).toBe(1);
});
