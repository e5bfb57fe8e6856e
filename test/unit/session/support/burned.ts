// What is left of a session that burned: nothing, and everybody was told why.
import { expect } from "vitest";
import type { Chat } from "./chat.ts";
import type { FakeClient } from "./fake-sockets.ts";

export function expectGone(chat: Chat, told: readonly FakeClient[], cause: string): void {
  expect([chat.world.disk.keys, chat.world.evictions, chat.world.escaped]).toEqual([0, 1, []]);
  for (const client of told) {
    expect(client.told("burned").map((message) => message["cause"])).toEqual([cause]);
    expect(client.closed).toEqual({ code: 4410, reason: "burned" });
  }
}

/** Lets the alarm try again what failed, a second later. */
export async function tryAgain(chat: Chat): Promise<void> {
  await chat.world.advance(1_000);
  await chat.world.fireAlarm();
  await chat.drain();
}
