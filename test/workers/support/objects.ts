// What tests look at from inside: a session's object, its storage, its alarm.
import { env } from "cloudflare:workers";
import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { vi } from "vitest";
import type { ChatSession } from "../../../durable-objects/chat-session.ts";

export function stubOf(session: string): DurableObjectStub<ChatSession> {
  return env.CHAT_SESSIONS.get(env.CHAT_SESSIONS.idFromString(session));
}

export interface Stored {
  readonly entries: readonly [string, unknown][];
  readonly alarmAt: number | null;
}

/** Everything that a session's storage holds. */
export function storedBy(session: string): Promise<Stored> {
  return runInDurableObject(stubOf(session), async (_instance, state) => ({
    entries: [...(await state.storage.list())],
    alarmAt: await state.storage.getAlarm(),
  }));
}

/** Fires the alarm now. An eviction at the end of a burn rejects the helper: that is the expected end. */
export async function fireAlarm(session: string): Promise<boolean> {
  try {
    return await runDurableObjectAlarm(stubOf(session));
  } catch (error) {
    if (error instanceof Error && error.message.includes("session burned")) return true;
    throw error;
  }
}

/** milliseconds; the longest wait for anything that has to come. Far more than it takes, but on a busy machine. */
export const PATIENCE_MS = 120_000;

/** Waits until a condition holds. */
export async function until(condition: () => Promise<boolean> | boolean): Promise<void> {
  // Counted, not timed: tests set the clock.
  let left = PATIENCE_MS / 20;
  while (!(await condition())) {
    if (left-- <= 0) throw new Error("the condition never held");
    await scheduler.wait(20);
  }
}

export const wait = (ms: number): Promise<void> => scheduler.wait(ms);

/** The clock, which only moves where a test sets it: what depends on time comes out the same on every machine. */
export function setClock(at: number): void {
  vi.useFakeTimers({ toFake: ["Date"], now: at });
}
