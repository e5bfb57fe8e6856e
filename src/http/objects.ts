// The way from the Worker to a session's object: stubs only. An exception of the platform (an object that was
// evicted under the call, an overload) becomes `unavailable` and takes no message along.
import type { ChatSession } from "../../durable-objects/chat-session.ts";
import type { Capability } from "../crypto/tokens.ts";
import type { Config, Env } from "../env.ts";
import type { Jurisdiction } from "../protocol/api.ts";
import { ok, refuse, type Result } from "../protocol/errors.ts";
import type { SessionContext } from "./route.ts";

type Call =
  | "create"
  | "describe"
  | "changeBurn"
  | "invite"
  | "revokeInvite"
  | "revokeAllInvites"
  | "removeParticipant"
  | "burnNow";

/**
 * The object as the Worker sees it: its calls, each answered across the boundary. The platform's own stub type
 * splits every union that a call returns into a union of promises.
 */
export type SessionStub = Pick<DurableObjectStub, "fetch"> & {
  readonly [K in Call]: (...args: Parameters<ChatSession[K]>) => Promise<Awaited<ReturnType<ChatSession[K]>>>;
};

/** The jurisdictions that a session may be created in: those that the operator allows and the platform takes. */
export function offeredJurisdictions(env: Env, { jurisdictions }: Config): Jurisdiction[] {
  return jurisdictions.filter((each) => restrict(env, each).ok);
}

/** A new session's object. Its id is unguessable and has no name. Refuses with `jurisdiction_unavailable`. */
export function newSession(
  env: Env,
  { jurisdictions }: Config,
  jurisdiction: Jurisdiction | null,
): Result<DurableObjectId> {
  // Sessions that exist stay reachable, whatever the operator allows today.
  if (jurisdiction !== null && !jurisdictions.includes(jurisdiction)) {
    return refuse("jurisdiction_unavailable");
  }
  const namespace = restrict(env, jurisdiction);
  return namespace.ok ? ok(namespace.value.newUniqueId()) : namespace;
}

/**
 * Calls the object of the session that a verified capability names. Once more if the object went away under
 * the call: the next instance knows whether the session still exists. What the first call wrote before it went
 * stays: an invite whose token nobody got, a use that admitted nobody. Rights never grow by that.
 */
export async function callSession<T>(
  env: Env,
  capability: Pick<Capability, "session" | "jurisdiction">,
  call: (stub: SessionStub) => Promise<T>,
): Promise<Result<T>> {
  const namespace = restrict(env, capability.jurisdiction);
  if (!namespace.ok) return namespace;
  const attempt = () => call(namespace.value.get(namespace.value.idFromString(capability.session)));
  try {
    return ok(await attempt());
  } catch {
    try {
      return ok(await attempt());
    } catch {
      return refuse("unavailable");
    }
  }
}

/** Asks the object of the session that the request's capability names. */
export async function askSession<T>(
  { env, capability }: SessionContext,
  call: (stub: SessionStub) => Promise<Result<T>>,
): Promise<Result<T>> {
  const called = await callSession(env, capability, call);
  return called.ok ? called.value : called;
}

// Never falls back to an unrestricted namespace: the caller was promised a place.
function restrict(env: Env, jurisdiction: Jurisdiction | null): Result<DurableObjectNamespace<ChatSession>> {
  if (jurisdiction === null) return ok(env.CHAT_SESSIONS);
  try {
    return ok(env.CHAT_SESSIONS.jurisdiction(jurisdiction as DurableObjectJurisdiction));
  } catch {
    return refuse("jurisdiction_unavailable");
  }
}
