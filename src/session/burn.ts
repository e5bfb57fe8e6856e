// The one way in which a session ends, for every cause (docs/spec.md, rule 5). Idempotent: concurrent burns
// share one run. Nothing that can fail stands before the wipe, and nothing after it can stop the burn.
import type { BurnFacts } from "../crypto/statement.ts";
import type { BurnCause } from "../protocol/burn-policy.ts";
import type { ServerControl } from "../protocol/control.ts";
import { closeCodeOf } from "../protocol/errors.ts";
import { BURN_DRAIN_MS, MAX_BURN_DRAIN_MS } from "../protocol/limits.ts";
import type { Platform } from "./ports.ts";

export interface BurnOutcome {
  readonly cause: BurnCause;
  /** The signed destruction statement; null where it could not be made. */
  readonly statement: string | null;
}

/** A running burn. */
export interface Burn {
  readonly cause: BurnCause;
  /** Storage is empty and every socket was told. Rejects where the wipe failed. */
  readonly outcome: Promise<BurnOutcome>;
  /** Also the last bytes left, and the instance was evicted; or the wipe failed. Never rejects. */
  readonly finished: Promise<void>;
}

/** What the routine needs of the session that it ends. */
export interface BurnSubject {
  /** Everything that the statement says besides what only the wipe can tell; null where no record is left. */
  readonly facts: Omit<BurnFacts, "cause" | "burnedAt" | "storageKeys" | "build"> | null;
  /** Zeroes buffers and drops every reference. Must not throw. */
  forget(): void;
}

/** Starts the burn. The caller has marked the session: it takes no work and writes nothing from here on. */
export function startBurn(platform: Platform, subject: BurnSubject, cause: BurnCause): Burn {
  const outcome = destroy(platform, subject, cause);
  const finished = outcome.then(
    () => drain(platform),
    () => undefined,
  );
  return { cause, outcome, finished };
}

async function destroy(platform: Platform, subject: BurnSubject, cause: BurnCause): Promise<BurnOutcome> {
  const burnedAt = platform.clock();
  await platform.storage.wipe();
  await platform.storage.sync();
  subject.forget();
  const statement = await makeStatement(platform, subject, cause, burnedAt);
  tellEveryone(platform, { type: "burned", cause, statement });
  return { cause, statement };
}

// Fails into null: a burn without a statement is still a burn.
async function makeStatement(
  platform: Platform,
  { facts }: BurnSubject,
  cause: BurnCause,
  burnedAt: number,
): Promise<string | null> {
  if (facts === null) return null;
  try {
    const storageKeys = await platform.storage.remaining();
    return await platform.signer.statement({ ...facts, cause, burnedAt, storageKeys, build: platform.build });
  } catch {
    return null;
  }
}

// The platform's own list, not the room's: it also holds sockets that the room no longer counts.
function tellEveryone(platform: Platform, burned: ServerControl): void {
  const text = JSON.stringify(burned);
  for (const socket of platform.sockets.open()) {
    socket.send(text);
    socket.close(closeCodeOf("burned"), "burned");
  }
}

// An eviction right after a send or a reply swallows it, so the last bytes get a short, bounded time.
async function drain(platform: Platform): Promise<void> {
  try {
    // Storage is empty already: a failing sync must not cut short the wait that delivers the last messages.
    await platform.storage.sync().catch(() => undefined);
    const until = platform.clock() + MAX_BURN_DRAIN_MS;
    do await platform.wait(BURN_DRAIN_MS);
    while (platform.sockets.closing() > 0 && platform.clock() < until);
  } catch {
    // Everyone was told: what is left to do is to go.
  }
  platform.evict();
}
