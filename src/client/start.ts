// How a session begins: by creating one, or by joining with a link. Both resolve once it is live.
import { createSeal, ROOM_KEY_BYTES, STREAM_ID_BYTES } from "../crypto/seal.ts";
import { isName } from "../crypto/seal-content.ts";
import type { Model } from "../protocol/assistant.ts";
import type { CreateInput, Jurisdiction } from "../protocol/api.ts";
import { platformEnvironment, type Environment } from "./environment.ts";
import { Privacy, type PrivacyOptions } from "./assistant/privacy.ts";
import { channelLoader, type ChannelSuite } from "./assistant/channel-loader.ts";
import { checkAborted, GhostError, type GhostErrorCode } from "./error.ts";
import { isThumbprint, parseInviteLink, parseService } from "./invite-link.ts";
import { JOIN_TIMEOUT_MS } from "./limits.ts";
import { ServiceApi, type PinnedIdentity } from "./service-api.ts";
import { SessionCore } from "./session-core.ts";
import { codeOfEnd } from "./session-parts.ts";
import { Session } from "./session.ts";

/** What creating and joining have in common. */
export interface StartOptions {
  /** display name; travels sealed. None by default */
  readonly name?: string | undefined;
  /** page that invite links point to, `https:` or on this machine; by default the root of the service, or of the link that was joined by */
  readonly page?: string | undefined;
  /** finds personal data on this device before a question leaves it; without it, that is left to the service's scan */
  readonly pii?: PrivacyOptions | undefined;
  /**
   * key exchange of the assistant's channel: `mlkem768-x25519` by default, which recorded traffic withstands also
   * against a later quantum computer; `x25519` where that is too slow
   */
  readonly suite?: ChannelSuite | undefined;
  /** gives up while the session is not live yet */
  readonly signal?: AbortSignal | undefined;
  /** surroundings, for tests and unusual platforms */
  readonly environment?: Environment | undefined;
}

/** Options of {@link createSession}. */
export interface CreateOptions extends StartOptions, CreateInput {
  /** address of the service, `https:`, or `http:` on this machine */
  readonly service: string;
  /** thumbprint of the identity key that the service must have; by default its current one is taken on trust */
  readonly identity?: string | undefined;
}

/** Options of {@link joinSession}. */
export interface JoinOptions extends StartOptions {
  /** address of the service where it is not the origin of the link */
  readonly service?: string | undefined;
}

/**
 * Creates a session and connects to it as its host. The room key is made here and never leaves but in invite links. One that
 * cannot be connected to is burned, as far as the service can be reached.
 *
 * @throws {@link GhostError} `misuse`, `link_insecure`, `name_invalid`, `platform_unsupported`, `wrong_deployment`,
 * `unreachable`, `aborted`, and the codes of the service, as `out_of_bounds`
 */
export async function createSession(options: CreateOptions): Promise<Session> {
  const { burn, limits, jurisdiction, assistant, signal, environment = platformEnvironment() } = options;
  const service = parseService(options.service);
  if (options.identity !== undefined && !isThumbprint(options.identity)) throw new GhostError("misuse");
  checkStart(options);
  const api = new ServiceApi(environment, service);
  const identity = await api.identity(options.identity ?? null, signal);
  const request = {
    ...(burn !== undefined && { burn }),
    ...(limits !== undefined && { limits }),
    ...(jurisdiction !== undefined && { jurisdiction }),
    ...(assistant !== undefined && { assistant }),
  };
  const { id, hostToken } = await api.create(request, signal);
  const roomKey = environment.randomBytes(ROOM_KEY_BYTES);
  try {
    return await start(options, api, { session: id, token: hostToken, roomKey, identity, page: service });
  } catch (error) {
    // Nobody else can have it: it need not live for its whole time. Where the service is out of reach, it does.
    void api.burn(id, hostToken).catch(() => undefined);
    throw error;
  }
}

/**
 * Joins a session by an invite link. The service must have the identity that the link names.
 *
 * @throws {@link GhostError} `link_malformed`, `link_truncated`, `link_insecure`, `name_invalid`,
 * `platform_unsupported`, `wrong_deployment`, `unreachable`, `aborted`, and the codes of the service, as `invite_spent`,
 * `invite_revoked`, `token_expired`, `session_full`, `connections_full` or `burned`
 */
export async function joinSession(link: string, options: JoinOptions = {}): Promise<Session> {
  const { environment = platformEnvironment() } = options;
  const invite = parseInviteLink(link);
  checkStart(options);
  const service = options.service === undefined ? invite.service : parseService(options.service);
  const api = new ServiceApi(environment, service);
  const identity = await api.identity(invite.identity, options.signal);
  return start(options, api, { ...invite, identity, page: link.split("#")[0]?.trim() ?? service });
}

/** Options of {@link listModels} and {@link listJurisdictions}. */
export interface ListOptions {
  readonly signal?: AbortSignal;
  /** surroundings, for tests and unusual platforms */
  readonly environment?: Environment;
}

/**
 * The models that a service offers, each with the policy card of who runs it.
 *
 * @throws {@link GhostError} `misuse`, `link_insecure`, `unreachable`, `aborted`
 */
export async function listModels(
  service: string,
  { signal, environment = platformEnvironment() }: ListOptions = {},
): Promise<readonly Model[]> {
  return new ServiceApi(environment, parseService(service)).models(signal);
}

/**
 * The jurisdictions that a session may be created in at a service, for `jurisdiction` of {@link createSession}; perhaps
 * none. A service that runs on one machine has none.
 *
 * @throws {@link GhostError} `misuse`, `link_insecure`, `unreachable`, `aborted`, and the codes of the service
 */
export async function listJurisdictions(
  service: string,
  { signal, environment = platformEnvironment() }: ListOptions = {},
): Promise<readonly Jurisdiction[]> {
  return new ServiceApi(environment, parseService(service)).jurisdictions(signal);
}

interface Place {
  readonly session: string;
  readonly token: string;
  readonly roomKey: Uint8Array<ArrayBuffer>;
  readonly identity: PinnedIdentity;
  readonly page: string;
}

async function start(options: StartOptions, api: ServiceApi, place: Place): Promise<Session> {
  const { environment = platformEnvironment(), name = "", signal } = options;
  const { session, token, roomKey, identity } = place;
  const seal = await createSeal(roomKey, session, environment.randomBytes(STREAM_ID_BYTES));
  const url = `${api.service.replace("http", "ws")}/v1/sessions/${session}/ws`;
  const channel = channelLoader({
    session,
    identity: identity.keys,
    suite: options.suite ?? "mlkem768-x25519",
  });
  const privacy = options.pii === undefined ? null : new Privacy(options.pii);
  const parts = { environment, session, url, token, roomKey, identity, seal, name, channel, privacy };
  const core = new SessionCore(parts);
  await goLive(core, signal);
  return new Session(core, api, options.page ?? place.page);
}

// Waits for the first live moment. Whatever else happens first ends the session and says why.
async function goLive(core: SessionCore, signal: AbortSignal | undefined): Promise<void> {
  const giveUp = (reason: GhostErrorCode): void => {
    core.finish({ state: "refused", reason, burn: null });
  };
  const abort = (): void => {
    giveUp("aborted");
  };
  // A service that answers, and says why not now, was reached.
  const cancelTimeout = core.parts.environment.after(JOIN_TIMEOUT_MS, () => {
    giveUp(core.lostFor ?? "unreachable");
  });
  signal?.addEventListener("abort", abort);
  let stopListening = (): void => undefined;
  const live = new Promise<null>((resolve) => {
    stopListening = core.hub.on("state", ({ state }) => {
      if (state === "live") resolve(null);
    });
  });
  try {
    if (signal?.aborted === true) abort();
    else core.reconnector.start();
    const end = await Promise.race([live, core.ended]);
    if (end !== null) throw new GhostError(codeOfEnd(end));
  } finally {
    cancelTimeout();
    stopListening();
    signal?.removeEventListener("abort", abort);
  }
}

function checkStart({ name, page, signal }: StartOptions): void {
  checkAborted(signal);
  // Absent in pages that did not come by https:. The platform's own types do not know that.
  if ((globalThis.crypto as Partial<Crypto> | undefined)?.subtle === undefined)
    throw new GhostError("platform_unsupported");
  if (name !== undefined && !isName(name)) throw new GhostError("name_invalid");
  if (page !== undefined) parseService(page);
}
