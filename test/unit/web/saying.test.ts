// What becomes of what a person says: shown with what is known of it, counted before leaving, and never lost to a limit.
import { describe, expect, it } from "vitest";
import { undelivered } from "../../../src/web/state/loss.ts";
import { wordsOfLeaving } from "../../../src/web/state/words.ts";
import { settle, until } from "../client/world.ts";
import { openChat } from "./page.ts";

describe("[PAGE5] what is said", () => {
  it("a message that can never be sent is refused, and nothing of it is shown", async () => {
    const page = await openChat();
    expect(await page.chat.say("x".repeat(70_000))).toBe(
      "The message is too long for this session. Shorten it, or send it in parts.",
    );
    expect(page.chat.store.get().items).toEqual([]);
    expect(page.world.socket.sent.filter((data) => data instanceof Uint8Array)).toHaveLength(0);
  });

  it("that is known before anything else happens, so that no key comes between", async () => {
    const page = await openChat();
    const moments: string[] = [];
    setImmediate(() => moments.push("a key"));
    void page.chat.say("x".repeat(70_000)).then(() => moments.push("refused"));
    await until(() => moments.length === 2);
    expect(moments).toEqual(["refused", "a key"]);
  });

  it("one that was shown stays, with what went wrong, where it has become too long by the time it is sent again", async () => {
    const page = await openChat();
    page.service.relay = () => undefined;
    const text = "x".repeat(20_000);
    void page.chat.say(text);
    const { accept } = page.service;
    const limits = { participants: 256, frameBytes: 4_096, framesPerSecond: 20 };
    page.service.accept = (socket) => accept.call(page.service, socket, { limits });
    const key = page.chat.store.get().items[0]?.key ?? "";
    const facts = { delivery: "unsent", problem: "no" } as const;
    page.service.cut(page.world.socket);
    await page.world.advance(1_000);
    await until(() => page.chat.session?.state === "live");
    page.chat.store.dispatch({ type: "message", key, facts });
    page.chat.sayAgain(key, text);
    await settle();
    const [item] = page.chat.store.get().items.filter(({ kind }) => kind === "message");
    const problem = "The message is too long for this session.";
    expect(item).toMatchObject({ text, delivery: "unsent", problem });
  });

  it("what leaving would take along is counted: on its way, and not delivered", async () => {
    const page = await openChat();
    const waiting = () => undelivered(page.chat.store.get());
    page.service.relay = () => undefined;
    expect(waiting()).toBe(0);
    void page.chat.say("one");
    void page.chat.say("two");
    expect(waiting()).toBe(2);
    const [first] = page.chat.store.get().items;
    const facts = { delivery: "unsent", problem: "no" } as const;
    page.chat.store.dispatch({ type: "message", key: first?.key ?? "", facts });
    expect(waiting()).toBe(2);
    page.chat.store.dispatch({ type: "message", key: first?.key ?? "", facts: { delivery: "relayed" } });
    expect(waiting()).toBe(1);
  });

  it("and said beside the button", () => {
    expect(wordsOfLeaving(0)).not.toContain("delivered");
    expect(wordsOfLeaving(1)).toContain("1 message has not been delivered; it goes with it.");
    expect(wordsOfLeaving(2)).toContain("2 messages have not been delivered; they go with it.");
  });
});
