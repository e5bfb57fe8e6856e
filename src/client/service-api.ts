// The session API as the SDK uses it. Every answer is held against the schemas that the service itself validates
// with; whatever else comes back is the code `internal`, never its text.
import { calculateJwkThumbprint, type JSONWebKeySet } from "jose";
import * as v from "valibot";
import {
  BurnedSchema,
  BurnStateSchema,
  CreatedSchema,
  InviteSchema,
  JurisdictionsSchema,
  JwksSchema,
  ProblemSchema,
  RemovedSchema,
  type CreateInput,
  type Created,
  type Jurisdiction,
} from "../protocol/api.ts";
import { ModelsSchema, type Model } from "../protocol/assistant.ts";
import type { BurnChange } from "../protocol/burn-policy.ts";
import type { Role } from "../protocol/control.ts";
import { isSessionId } from "../protocol/ids.ts";
import type { Environment } from "./environment.ts";
import { checkAborted, GhostError, type GhostErrorCode } from "./error.ts";
import { isToken } from "./invite-link.ts";
import { HTTP_TIMEOUT_MS, MAX_HTTP_CHARS } from "./limits.ts";

interface Call<S extends v.GenericSchema> {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  readonly path: string;
  readonly token?: string;
  readonly body?: object;
  readonly schema: S;
  readonly signal?: AbortSignal | undefined;
  /** what an answer means that is neither the documented one nor a problem document */
  readonly otherwise?: "internal" | "wrong_deployment";
}

/** What a guest is admitted by. */
export interface InviteTerms {
  /** `member` by default; a `host` may invite, remove and change the burn timer */
  readonly role?: Role | undefined;
  /** new participants that it admits; 1 by default */
  readonly uses?: number | undefined;
  /** seconds; by default as long as the session */
  readonly expiresIn?: number | undefined;
}

/** The identity keys of a deployment, reduced to the one that is pinned. */
export interface PinnedIdentity {
  /** JWK thumbprint (RFC 7638) */
  readonly thumbprint: string;
  readonly keys: JSONWebKeySet;
}

const Nothing = v.null();
/** What stands in front of a service answers so where the service does not (RFC 9110 section 15.6). */
const GATEWAY: ReadonlySet<number> = new Set([502, 503, 504]);

/** Calls of one service. All reject with a {@link GhostError}. */
export class ServiceApi {
  readonly service: string;
  readonly #environment: Environment;

  constructor(environment: Environment, service: string) {
    this.#environment = environment;
    this.service = service;
  }

  async create(request: CreateInput, signal?: AbortSignal): Promise<Created> {
    const call = {
      method: "POST",
      path: "/v1/sessions",
      body: request,
      schema: CreatedSchema,
      signal,
    } as const;
    const created = await this.#call(call);
    if (!isSessionId(created.id) || !isToken(created.hostToken)) throw new GhostError("internal");
    return created;
  }

  /**
   * Fetches the key set. With `pin` it must hold that very key, else `wrong_deployment`; without, the first key
   * is taken on trust. Whatever answers with something else is no service of ours. The thumbprint is computed here:
   * what the set calls its keys proves nothing.
   */
  async identity(pin: string | null, signal?: AbortSignal): Promise<PinnedIdentity> {
    const { keys } = await this.#call({
      method: "GET",
      path: "/.well-known/jwks.json",
      schema: JwksSchema,
      signal,
      otherwise: "wrong_deployment",
    });
    for (const key of keys) {
      const thumbprint = await calculateJwkThumbprint({ kty: key.kty, crv: key.crv, x: key.x }).catch(
        () => "",
      );
      if (thumbprint !== "" && thumbprint === (pin ?? thumbprint)) {
        return { thumbprint, keys: { keys: [{ ...key, kid: thumbprint }] } };
      }
    }
    throw new GhostError("wrong_deployment");
  }

  async models(signal?: AbortSignal): Promise<readonly Model[]> {
    return (await this.#call({ method: "GET", path: "/v1/models", schema: ModelsSchema, signal })).models;
  }

  async jurisdictions(signal?: AbortSignal): Promise<readonly Jurisdiction[]> {
    const call = { method: "GET", path: "/v1/jurisdictions", schema: JurisdictionsSchema, signal } as const;
    return (await this.#call(call)).jurisdictions;
  }

  async invite(session: string, token: string, terms: InviteTerms, signal?: AbortSignal) {
    const path = `/v1/sessions/${session}/invites`;
    const invite = await this.#call({
      method: "POST",
      path,
      token,
      body: terms,
      schema: InviteSchema,
      signal,
    });
    if (!isToken(invite.token)) throw new GhostError("internal");
    return invite;
  }

  async revokeInvite(session: string, token: string, invite: string, signal?: AbortSignal): Promise<void> {
    const path = `/v1/sessions/${session}/invites/${encodeURIComponent(invite)}`;
    await this.#call({ method: "DELETE", path, token, schema: Nothing, signal });
  }

  remove(session: string, token: string, participant: string, signal?: AbortSignal) {
    const path = `/v1/sessions/${session}/participants/${encodeURIComponent(participant)}`;
    return this.#call({ method: "DELETE", path, token, schema: RemovedSchema, signal });
  }

  changeBurn(session: string, token: string, change: BurnChange, signal?: AbortSignal) {
    const path = `/v1/sessions/${session}/burn`;
    return this.#call({ method: "PATCH", path, token, body: change, schema: BurnStateSchema, signal });
  }

  burn(session: string, token: string, signal?: AbortSignal) {
    return this.#call({
      method: "DELETE",
      path: `/v1/sessions/${session}`,
      token,
      schema: BurnedSchema,
      signal,
    });
  }

  async #call<S extends v.GenericSchema>(call: Call<S>): Promise<v.InferOutput<S>> {
    checkAborted(call.signal);
    const { status, text } = await this.#exchange(call);
    const { otherwise = "internal" } = call;
    if (status >= 300)
      throw new GhostError(codeOf(text) ?? (GATEWAY.has(status) ? "unavailable" : otherwise));
    const parsed = v.safeParse(call.schema, text === "" ? null : readJson(text));
    if (!parsed.success) throw new GhostError(otherwise);
    return parsed.output;
  }

  async #exchange(call: Call<v.GenericSchema>): Promise<{ status: number; text: string }> {
    const controller = new AbortController();
    const abort = (): void => {
      controller.abort();
    };
    const cancelTimer = this.#environment.after(HTTP_TIMEOUT_MS, abort);
    call.signal?.addEventListener("abort", abort);
    try {
      const response = await this.#environment.fetch(this.service + call.path, {
        method: call.method,
        headers: {
          ...(call.token !== undefined && { authorization: `Bearer ${call.token}` }),
          ...(call.body !== undefined && { "content-type": "application/json" }),
        },
        ...(call.body !== undefined && { body: JSON.stringify(call.body) }),
        // Nothing of ours redirects: a token must not follow somebody's pointer.
        redirect: "error",
        credentials: "omit",
        cache: "no-store",
        referrerPolicy: "no-referrer",
        signal: controller.signal,
      });
      return { status: response.status, text: await readText(response) };
    } catch (error) {
      if (error instanceof GhostError) throw error;
      throw new GhostError(call.signal?.aborted === true ? "aborted" : "unreachable");
    } finally {
      cancelTimer();
      call.signal?.removeEventListener("abort", abort);
    }
  }
}

// Counted while it comes: a hostile answer may have no end.
async function readText(response: Response): Promise<string> {
  const reader = response.body?.getReader();
  if (reader === undefined) return "";
  const decoder = new TextDecoder();
  let text = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    text += decoder.decode(value, { stream: true });
    if (text.length > MAX_HTTP_CHARS) {
      await reader.cancel();
      throw new GhostError("internal");
    }
  }
}

function codeOf(text: string): GhostErrorCode | null {
  const parsed = v.safeParse(ProblemSchema, readJson(text));
  return parsed.success ? parsed.output.code : null;
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
