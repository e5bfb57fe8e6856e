// Who is told that somebody is typing, and how often.
import { describe, expect, it } from "vitest";
import type { Session } from "../../../src/client/index.ts";
import { TYPING_DRAFTS_AT_ONCE, TYPING_EVERY_MS } from "../../../src/client/limits.ts";
import { TypingMark } from "../../../src/client/typing-mark.ts";
import { CONTROL_BURST, CONTROLS_PER_SECOND } from "../../../src/protocol/limits.ts";
import { stage } from "./fake-service.ts";
import { settle, type World } from "./world.ts";

const told = ({ socket }: World): number => socket.sent.filter((data) => data === '{"type":"typing"}').length;

/** Presses a key every so many milliseconds, for some time. */
async function write(session: Session, world: World, forMs: number, everyMs = 100): Promise<void> {
  for (let ms = 0; ms < forMs; ms += everyMs) {
    session.typing();
    await world.advance(everyMs);
  }
}

describe("[SDK1] that somebody is typing", () => {
  it("is told with the first key of a draft, then every few seconds", async () => {
    const { ada, adasWorld } = await stage();
    ada.typing();
    expect(told(adasWorld)).toBe(1);
    await write(ada, adasWorld, TYPING_EVERY_MS - 200);
    expect(told(adasWorld)).toBe(1);
    await write(ada, adasWorld, 400);
    expect(told(adasWorld)).toBe(2);
  });

  it("is told at once for what is written right after a message", async () => {
    const { ada, adasWorld } = await stage();
    await write(ada, adasWorld, 300);
    await ada.send("the first");
    ada.typing();
    expect(told(adasWorld)).toBe(2);
    // As fast as somebody writes and sends.
    await ada.send("the second");
    ada.typing();
    expect(told(adasWorld)).toBe(3);
    await write(ada, adasWorld, TYPING_EVERY_MS - 200);
    expect(told(adasWorld)).toBe(3);
  });

  it("is told again where the message arrived after the mark of the next draft", async () => {
    const { service, ada, adasWorld } = await stage();
    await write(ada, adasWorld, 300);
    const relay = service.relay.bind(service);
    const held: Parameters<typeof relay>[] = [];
    service.relay = (...call) => {
      held.push(call);
    };
    const sending = ada.send("slow");
    await settle();
    await write(ada, adasWorld, 400);
    expect(told(adasWorld)).toBe(2);
    for (const call of held) relay(...call);
    await sending;
    ada.typing();
    expect(told(adasWorld)).toBe(3);
  });

  it("is never told more often than the service takes it, however fast one writes and sends", () => {
    const mark = new TypingMark();
    let times = 0;
    for (let ms = 0; ms < 10_000; ms += 1) {
      if (mark.press(ms)) times += 1;
      mark.sent(null);
    }
    expect(times).toBeGreaterThanOrEqual(TYPING_DRAFTS_AT_ONCE);
    expect(times - TYPING_DRAFTS_AT_ONCE).toBeLessThanOrEqual((10 * CONTROLS_PER_SECOND) / 2);
    expect(TYPING_DRAFTS_AT_ONCE).toBeLessThan(CONTROL_BURST / 2);
  });
});
