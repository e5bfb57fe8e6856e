// The environment that the platform hands over, read once per request into checked values. A missing or
// broken secret refuses every call that needs it (`not_configured`); nothing falls back to a default key.
import { publicKeys, parseIdentity, type Identity } from "./crypto/identity.ts";
import { createTokens, type Tokens } from "./crypto/tokens.ts";
import type { JSONWebKeySet } from "jose";
import type { ChatSession } from "../durable-objects/chat-session.ts";
import { JurisdictionSchema, type Jurisdiction } from "./protocol/api.ts";
import type { Model } from "./protocol/assistant.ts";
import { ok, refuse, type Result } from "./protocol/errors.ts";
import {
  MAX_FRAMES_PER_SECOND,
  MAX_MESSAGES,
  MAX_PARTICIPANTS,
  MAX_TTL_SECONDS,
  MIN_BURN_SECONDS,
} from "./protocol/limits.ts";
import { listModels, type OfferedModel } from "./providers/offer.ts";
import { offerModels } from "./providers/registry.ts";
import type { WorkersAiBinding } from "./providers/workers-ai.ts";

/** Bindings and variables of wrangler.toml, and the secrets. docs/deploy.md explains each. */
export interface Env {
  readonly CHAT_SESSIONS: DurableObjectNamespace<ChatSession>;
  /** Files of the chat page; without it the service has no page. */
  readonly ASSETS?: Fetcher;
  /** Secret: base64url of 32 random bytes; signs capability tokens. */
  readonly TOKEN_SECRET?: string;
  /** Secret: Ed25519 private key as JWK; signs destruction statements. */
  readonly IDENTITY_KEY?: string;
  /** JSON array of public JWKs of earlier identity keys, so that their statements stay verifiable. */
  readonly RETIRED_IDENTITY_KEYS?: string;
  /** JSON list of the language models that sessions may choose besides `mirror`; docs/providers.md explains it. */
  readonly PROVIDERS?: string;
  /** Binding of Workers AI, where PROVIDERS names it. */
  readonly AI?: WorkersAiBinding;
  /** Names the build in health answers and statements. */
  readonly BUILD_ID?: string;
  /** Comma-separated web origins, or `*`. */
  readonly ALLOWED_ORIGINS?: string;
  /** Comma-separated jurisdictions that sessions may be created in, of those that the platform can restrict to. */
  readonly JURISDICTIONS?: string;
  /** Shortest `ttl` and `idle` that a session may have. */
  readonly MIN_BURN_SECONDS?: string;
  /** Longest life of a session. */
  readonly MAX_TTL_SECONDS?: string;
  /** Most participants that a session may ask for. */
  readonly MAX_PARTICIPANTS?: string;
  /** Highest rate of content frames that a session may ask for. */
  readonly MAX_FRAMES_PER_SECOND?: string;
}

/** What the operator allows. */
export interface OperatorBounds {
  readonly minBurnSeconds: number;
  readonly maxTtlSeconds: number;
  readonly maxMessages: number;
  readonly maxParticipants: number;
  readonly maxFramesPerSecond: number;
}

/** Everything that the Worker needs besides its bindings. */
export interface Config {
  readonly tokens: Tokens;
  readonly jwks: JSONWebKeySet;
  readonly build: string;
  readonly allowedOrigins: readonly string[];
  /** what the operator lets sessions ask for; whether the platform can is its own affair */
  readonly jurisdictions: readonly Jurisdiction[];
  readonly bounds: OperatorBounds;
  /** what `GET /v1/models` shows and `POST /v1/sessions` chooses from; no keys */
  readonly models: readonly Model[];
}

/** Throws a TypeError where the secret is missing or broken. */
export function readTokens(env: Env): Tokens {
  return createTokens(env.TOKEN_SECRET ?? "");
}

/** Throws a TypeError where the secret is missing or broken. */
export function readIdentity(env: Env): Promise<Identity> {
  return parseIdentity(env.IDENTITY_KEY ?? "");
}

/** The models and the way to each, keys included. Throws a TypeError where PROVIDERS is malformed. */
export function readModels(env: Env): readonly OfferedModel[] {
  return offerModels(env.PROVIDERS, { ...env });
}

/** What was found good once: an environment never changes under a running isolate. */
const checked = new WeakMap<Env, Config>();

/** Refuses with `not_configured` where a secret or a variable is missing or malformed. */
export async function checkEnv(env: Env): Promise<Result<Config>> {
  const known = checked.get(env);
  if (known !== undefined) return ok(known);
  try {
    // Only to see that the key can sign: the object signs, this Worker publishes the public half.
    await readIdentity(env);
    const config: Config = {
      tokens: readTokens(env),
      jwks: await publicKeys(env.IDENTITY_KEY ?? "", env.RETIRED_IDENTITY_KEYS ?? ""),
      build: buildOf(env),
      allowedOrigins: namesIn(env.ALLOWED_ORIGINS ?? ""),
      jurisdictions: readJurisdictions(env.JURISDICTIONS),
      bounds: {
        minBurnSeconds: number(env.MIN_BURN_SECONDS, MIN_BURN_SECONDS),
        maxTtlSeconds: number(env.MAX_TTL_SECONDS, MAX_TTL_SECONDS),
        maxMessages: MAX_MESSAGES,
        maxParticipants: Math.min(number(env.MAX_PARTICIPANTS, MAX_PARTICIPANTS), MAX_PARTICIPANTS),
        maxFramesPerSecond: number(env.MAX_FRAMES_PER_SECOND, MAX_FRAMES_PER_SECOND),
      },
      models: listModels(readModels(env)),
    };
    if (config.bounds.minBurnSeconds > config.bounds.maxTtlSeconds) return refuse("not_configured");
    checked.set(env, config);
    return ok(config);
  } catch {
    return refuse("not_configured");
  }
}

export function buildOf(env: Env): string {
  return env.BUILD_ID ?? "unknown";
}

/** Throws a TypeError where one is named that does not exist. */
function readJurisdictions(text: string | undefined): readonly Jurisdiction[] {
  const known = JurisdictionSchema.options;
  if (text === undefined) return known;
  const named: ReadonlySet<string> = new Set(namesIn(text));
  const allowed = known.filter((each) => named.has(each));
  if (allowed.length !== named.size) throw new TypeError("not a jurisdiction");
  return allowed;
}

function namesIn(list: string): string[] {
  return list
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
}

function number(text: string | undefined, fallback: number): number {
  if (text === undefined) return fallback;
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new TypeError("not a whole number above 0");
  return value;
}
