// Burns of which a step fails, and sessions whose record is gone or cannot be read: they are burned all the same.
import { describe, expect, it } from "vitest";
import { expectGone, tryAgain } from "./support/burned.ts";
import { chatOfTwo, refusalOf, valueOf } from "./support/chat.ts";

describe("burn, where a step fails or the record is lost", () => {
  // wipe, sync, remaining, statement, sync
  it.each([3, 4])("[END4] rejecting call %i of a burn costs the statement and nothing else", async (k) => {
    const [chat, host, guest] = await chatOfTwo();
    const answer = await chat.delete(chat.hostCapability, { rejectAt: k });
    expect(valueOf(answer)).toEqual({ cause: "asked", statement: null });
    await chat.drain();
    expectGone(chat, [host, guest], "asked");
  });

  it("[END1] a rejecting last sync does not shorten the wait: everyone is told all the same", async () => {
    const [chat, host, guest] = await chatOfTwo();
    await chat.delete(chat.hostCapability, { rejectAt: 5 });
    await chat.drain();
    expectGone(chat, [host, guest], "asked");
  });

  it.each([1, 2])(
    "[END4] a wipe that fails at call %i keeps the session closed; the alarm tries again",
    async (k) => {
      const [chat, host, guest] = await chatOfTwo();
      expect(refusalOf(await chat.delete(chat.hostCapability, { rejectAt: k }))).toBe("unavailable");
      expect(chat.stored.burning).toEqual({ cause: "asked", at: chat.world.now });
      expect(refusalOf(await chat.describe())).toBe("burned");
      expect(chat.world.disk.alarmAt).toBe(chat.world.now + 1_000);
      await tryAgain(chat);
      expectGone(chat, [host, guest], "asked");
    },
  );

  it("[END4] a failed wipe is finished for its own cause, also after the memory was lost", async () => {
    const [chat, host, guest] = await chatOfTwo();
    await chat.delete(chat.hostCapability, { rejectAt: 1 });
    expect(chat.world.hibernate()).toBe(true);
    await tryAgain(chat);
    expectGone(chat, [host, guest], "asked");
    expect(chat.world.statements[0]).toMatchObject({ cause: "asked", complete: false });
  });

  it("[END4] where even the mark cannot be written, the alarm still comes back", async () => {
    const [chat, host, guest] = await chatOfTwo();
    expect(refusalOf(await chat.delete(chat.hostCapability, { rejectAll: true }))).toBe("unavailable");
    expect(chat.world.disk.alarmAt).toBe(chat.world.now + 1_000);
    await tryAgain(chat);
    expectGone(chat, [host, guest], "asked");
  });

  it("[END5] whoever wakes with sockets but without a record finishes the burn", async () => {
    const [chat, host, guest] = await chatOfTwo();
    chat.world.hibernate();
    chat.world.disk.wipe();
    await chat.say(host, { type: "typing" });
    await chat.drain();
    expectGone(chat, [host, guest], "recovered");
    expect(guest.told("burned")[0]?.["statement"]).toBeNull();
    expect(chat.world.writes).toBeGreaterThan(0);
    expect(chat.world.writesAfterMark).toEqual([]);
  });

  it.each([{ version: 2 }, "text", null, { version: 1 }])(
    "[END5] [RULE9] a record that cannot be read (%j) burns the session",
    async (stored) => {
      const [chat, host, guest] = await chatOfTwo();
      chat.world.hibernate();
      chat.world.disk.put(stored);
      expect(refusalOf(await chat.describe())).toBe("burned");
      await chat.drain();
      expectGone(chat, [host, guest], "recovered");
    },
  );
});
