// Text frames of ghost.v1: a closed union of control messages. They carry only what the service must see
// anyway. Content never travels here: it is binary and sealed (docs/spec.md, rule 7).
import * as v from "valibot";
import { AssistantTermsSchema } from "./assistant.ts";
import { BURN_CAUSES, BurnPolicySchema, DeadlinesSchema } from "./burn-policy.ts";
import { ERRORS, ok, refuse, type ErrorCode, type Result } from "./errors.ts";
import { IdSchema, JoinSecretSchema, MarkSchema, NonceSchema, ResumeSecretSchema } from "./ids.ts";
import { MAX_ATTEMPTS, MAX_CONTROL_CHARS } from "./limits.ts";

/** WebSocket subprotocol (RFC 6455 section 1.9). The only one that the service ever selects. */
export const SUBPROTOCOL = "ghost.v1";
/** Prefix of the subprotocol that carries the capability token; never echoed. */
export const TOKEN_SUBPROTOCOL = "ghost.token.";
/** Prefix of the subprotocol that asks to resume: `ghost.resume.<epoch>.<seq>.<secret>`; never echoed. */
export const RESUME_SUBPROTOCOL = "ghost.resume.";
/** Prefix of the subprotocol that names a join: `ghost.join.<secret>`; never echoed. */
export const JOIN_SUBPROTOCOL = "ghost.join.";
/** Keep-alive: answered by the platform without waking the session. The only text frames that are not JSON. */
export const PING = "ping";
export const PONG = "pong";

/** A whole number that every language reads exactly. */
const WholeSchema = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/** Which try of a turn: 1 for the first; retry and regenerate count on. */
export const AttemptSchema = v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(MAX_ATTEMPTS));

export const RoleSchema = v.picklist(["host", "member"]);
/** What a participant may do: a `host` may also invite, remove and change the burn timer. */
export type Role = v.InferOutput<typeof RoleSchema>;

export const ParticipantSchema = v.strictObject({ id: IdSchema, role: RoleSchema });
export type Participant = v.InferOutput<typeof ParticipantSchema>;

/** Bounds of one session, chosen at creation within those of the operator. */
export const SessionLimitsSchema = v.strictObject({
  /** participants at one time, connected or not; whoever leaves frees the place */
  participants: WholeSchema,
  /** bytes of one binary message */
  frameBytes: WholeSchema,
  /** content frames per second and connection, sustained */
  framesPerSecond: WholeSchema,
});
export type SessionLimits = v.InferOutput<typeof SessionLimitsSchema>;

/** What a client may send. */
export const ClientControlSchema = v.variant("type", [
  /** Echo of a `mark`: everything up to it was read. */
  v.strictObject({ type: v.literal("ack"), mark: MarkSchema }),
  /** This participant is typing. The others are told once; a client repeats it at most every few seconds. */
  v.strictObject({ type: v.literal("typing") }),
  /** Burn the session now, if `burnBy` allows it. */
  v.strictObject({ type: v.literal("burn") }),
  /** Leave for good: the participant token stops working and every connection of this participant closes. */
  v.strictObject({ type: v.literal("leave") }),
  /** Ask for a one-time key to encrypt one attempt of a turn with. The nonce comes back in the signed offer. */
  v.strictObject({ type: v.literal("offer"), nonce: NonceSchema }),
  /** Stop an attempt at once; its final record says `cancelled`. */
  v.strictObject({ type: v.literal("turn_cancel"), turn: IdSchema, attempt: AttemptSchema }),
  /** Go on with an attempt on this connection: answer records from `index` on are sent (again). */
  v.strictObject({
    type: v.literal("turn_resume"),
    turn: IdSchema,
    attempt: AttemptSchema,
    index: WholeSchema,
  }),
  /** The final record was verified: the service forgets the attempt at once. */
  v.strictObject({ type: v.literal("turn_done"), turn: IdSchema, attempt: AttemptSchema }),
]);
export type ClientControl = v.InferOutput<typeof ClientControlSchema>;

const ErrorCodeSchema = v.picklist(Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]]);

/** What the service may send. */
export const ServerControlSchema = v.variant("type", [
  v.strictObject({
    type: v.literal("welcome"),
    /** Who you are here. */
    participant: IdSchema,
    role: RoleSchema,
    /** Participant token for reconnecting and for the session API. Keep it in memory only. */
    token: v.string(),
    /** Secret for resuming this connection. Keep it in memory only. */
    resume: ResumeSecretSchema,
    /** The object's current memory lifetime. */
    epoch: IdSchema,
    /** Sequence number of the last relayed frame in this epoch; 0 if none. */
    seq: WholeSchema,
    /**
     * Answer to a resume; null where none was asked for. `recovered: true`: exactly `missed` frames follow,
     * before any live one. `false`: they are gone; `missed` says how many, or "unknown" after a memory loss.
     */
    resumed: v.nullable(
      v.strictObject({ recovered: v.boolean(), missed: v.union([WholeSchema, v.literal("unknown")]) }),
    ),
    /** Everyone who has a live connection, yourself included. */
    participants: v.array(ParticipantSchema),
    burn: BurnPolicySchema,
    deadlines: DeadlinesSchema,
    limits: SessionLimitsSchema,
    /** The assistant and its terms; null where the session has none, or where its terms are not met any more. */
    assistant: v.nullable(AssistantTermsSchema),
  }),
  /** A signed one-time key: a compact JWS, see docs/protocol.md. */
  v.strictObject({ type: v.literal("offer"), offer: v.string() }),
  /** The whole request of an attempt verified, and the model is asked. */
  v.strictObject({ type: v.literal("turn_accepted"), turn: IdSchema, attempt: AttemptSchema }),
  /** An attempt was refused, and nothing of it is held: no answer record follows. */
  v.strictObject({
    type: v.literal("turn_refused"),
    turn: IdSchema,
    attempt: AttemptSchema,
    code: ErrorCodeSchema,
    retryable: v.boolean(),
    /** milliseconds to wait before the next attempt */
    retryAfterMs: v.optional(WholeSchema),
  }),
  /**
   * The object lost its memory: sequence numbers start again, nothing from before can be replayed. What memory
   * knew of `idle` and `messages` better than the record is gone too, so the deadlines are told again.
   */
  v.strictObject({ type: v.literal("epoch"), epoch: IdSchema, deadlines: DeadlinesSchema }),
  /** First connection of a participant came, or its last one went. */
  v.strictObject({
    type: v.literal("presence"),
    joined: v.array(ParticipantSchema),
    left: v.array(IdSchema),
  }),
  v.strictObject({ type: v.literal("typing"), participant: IdSchema }),
  /** Flow control: echo it as `ack` once everything before it was read. */
  v.strictObject({ type: v.literal("mark"), mark: MarkSchema }),
  /** The burn policy changed, or a turn of somebody else was counted: then `burn` is what it was. */
  v.strictObject({ type: v.literal("deadlines"), burn: BurnPolicySchema, deadlines: DeadlinesSchema }),
  v.strictObject({
    type: v.literal("error"),
    code: ErrorCodeSchema,
    text: v.string(),
    retryable: v.boolean(),
    /** Your reference of the refused frame, where one was readable. */
    ref: v.optional(WholeSchema),
    /** milliseconds to wait before sending it again */
    retryAfterMs: v.optional(WholeSchema),
  }),
  /** The session is gone. `statement` is the signed destruction statement, or null if it could not be signed. */
  v.strictObject({
    type: v.literal("burned"),
    cause: v.picklist(BURN_CAUSES),
    statement: v.nullable(v.string()),
  }),
]);
export type ServerControl = v.InferOutput<typeof ServerControlSchema>;

/** The `error` message of a code: its row of the table and nothing else. */
export function errorMessage(
  code: ErrorCode,
  more: { ref?: number; retryAfterMs?: number } = {},
): ServerControl {
  const { text, retryable } = ERRORS[code];
  return { type: "error", code, text, retryable, ...more };
}

/** Reads a text frame that a client sent. Refuses with `bad_message` or `frame_too_large`. */
export function parseClientControl(text: string): Result<ClientControl> {
  if (text.length > MAX_CONTROL_CHARS) return refuse("frame_too_large");
  return parseControl(ClientControlSchema, text);
}

/** Reads a text frame that the service sent. Refuses with `bad_message`. */
export function parseServerControl(text: string): Result<ServerControl> {
  return parseControl(ServerControlSchema, text);
}

function parseControl<S extends v.GenericSchema>(schema: S, text: string): Result<v.InferOutput<S>> {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    return refuse("bad_message");
  }
  const parsed = v.safeParse(schema, data, { abortEarly: true });
  return parsed.success ? ok(parsed.output) : refuse("bad_message");
}

/** A request to resume, as it travels in `Sec-WebSocket-Protocol`. */
export interface ResumeRequest {
  readonly epoch: string;
  /** last sequence number that the client has */
  readonly seq: number;
  /** from the `welcome` of the connection that is to be replaced */
  readonly secret: string;
}

/** Text form of a resume request, to be offered as a subprotocol. */
export function formatResume(resume: ResumeRequest): string {
  return `${RESUME_SUBPROTOCOL}${resume.epoch}.${String(resume.seq)}.${resume.secret}`;
}

/** Reads what follows {@link RESUME_SUBPROTOCOL}; null if it is malformed. */
export function parseResume(text: string): ResumeRequest | null {
  const [epoch, digits, secret, ...rest] = text.split(".");
  if (epoch === undefined || digits === undefined || secret === undefined || rest.length > 0) return null;
  const seq = Number(digits);
  const wellFormed =
    v.is(IdSchema, epoch) &&
    v.is(ResumeSecretSchema, secret) &&
    Number.isSafeInteger(seq) &&
    String(seq) === digits;
  return wellFormed && seq >= 0 ? { epoch, seq, secret } : null;
}

/** Reads what follows {@link JOIN_SUBPROTOCOL}; null if it is malformed. */
export function parseJoin(text: string): string | null {
  return v.is(JoinSecretSchema, text) ? text : null;
}
