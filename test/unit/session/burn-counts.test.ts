// What a statement counts: messages that were relayed, and none that was still waiting.
import { describe, expect, it } from "vitest";
import { FRAME } from "../../../src/protocol/frames.ts";
import { chatOfTwo, CONTENT } from "./support/chat.ts";

describe("statement", () => {
  it("[STMT2] counts are exact until a memory loss and lower bounds after one", async () => {
    for (const lost of [false, true]) {
      const [chat, host] = await chatOfTwo();
      await chat.send(host);
      if (lost) chat.world.hibernate();
      await chat.send(host);
      await chat.delete();
      const messages = lost ? 1 : 2;
      expect(chat.world.statements).toEqual([
        expect.objectContaining({
          messages,
          bytes: messages * CONTENT.length,
          complete: !lost,
          storageKeys: 0,
        }),
      ]);
    }
  });

  it.each([
    ["asked for: what came before it in the turn is relayed and counted", true, 3],
    ["due by the clock: what was queued is dropped and not counted", false, 1],
  ])("[STMT2] a burn %s", async (_title, asked, relayed) => {
    const [chat, host, guest] = await chatOfTwo({ ttl: 60 });
    await chat.world.run(async ({ session, platform }) => {
      const socket = platform.socketOf(host);
      for (let ref = 0; ref < 3; ref++) session.sockets.binary(socket, Uint8Array.of(1, 0, 0, 0, ref, 7));
      if (!asked) chat.world.now += 60_000;
      await (asked ? session.burnNow(chat.hostCapability) : session.alarm());
    });
    expect(guest.frames).toHaveLength(relayed);
    expect(chat.world.statements[0]).toMatchObject({ messages: relayed, bytes: relayed, complete: true });
  });
});

it("[END2] [STMT2] frames that wait for the end of the turn do not leave while the wipe is under way", async () => {
  const [chat, host, guest] = await chatOfTwo({ ttl: 60 });
  chat.world.slow = true;
  await chat.world.run(async ({ session, platform }) => {
    const socket = platform.socketOf(host);
    for (let ref = 0; ref < 3; ref++)
      session.sockets.binary(socket, Uint8Array.of(FRAME.relay, 0, 0, 0, ref, 7));
    chat.world.now += 60_000;
    void session.alarm();
    for (const callback of platform.turns.splice(0)) callback();
  });
  for (let i = 0; i < 8; i++) await chat.world.answerOne();
  expect(guest.frames).toHaveLength(1);
});
