// Forms of the session API's requests and answers. The router validates with them and /v1/openapi.json is
// made from them, so that the two cannot drift apart.
import * as v from "valibot";
import { AssistantChoiceSchema, AssistantTermsSchema } from "./assistant.ts";
import { BURN_CAUSES, BurnChangeSchema, BurnPolicySchema, DeadlinesSchema } from "./burn-policy.ts";
import { RoleSchema, SessionLimitsSchema } from "./control.ts";
import { ERRORS, type ErrorCode } from "./errors.ts";
import { IdSchema } from "./ids.ts";

const count = (least: number) => v.pipe(v.number(), v.safeInteger(), v.minValue(least));

/** Places that the platform can bind an object to. */
export const JurisdictionSchema = v.picklist(["eu", "fedramp", "us"]);
/** A place that the platform can bind a session to. */
export type Jurisdiction = v.InferOutput<typeof JurisdictionSchema>;

/** Answer of `GET /v1/jurisdictions`. */
export const JurisdictionsSchema = v.strictObject({ jurisdictions: v.array(JurisdictionSchema) });

export const CreateRequestSchema = v.strictObject({
  burn: v.optional(BurnChangeSchema, {}),
  limits: v.optional(
    v.strictObject({
      participants: v.optional(count(1)),
      frameBytes: v.optional(count(1)),
      framesPerSecond: v.optional(count(1)),
    }),
    {},
  ),
  jurisdiction: v.optional(v.nullable(JurisdictionSchema), null),
  assistant: v.optional(v.nullable(AssistantChoiceSchema), null),
});
/** What a session is created with. Times of `burn` in seconds; what is left out has the default of the service. */
export type CreateRequest = v.InferOutput<typeof CreateRequestSchema>;
/** The same as a caller writes it: what has a default may be left out. */
export type CreateInput = v.InferInput<typeof CreateRequestSchema>;

export const CreatedSchema = v.strictObject({
  id: v.string(),
  /** the creator's participant id */
  participant: IdSchema,
  /** the creator's participant token */
  hostToken: v.string(),
  burn: BurnPolicySchema,
  deadlines: DeadlinesSchema,
  limits: SessionLimitsSchema,
  assistant: v.nullable(AssistantTermsSchema),
  links: v.strictObject({ self: v.string(), burn: v.string(), invites: v.string(), socket: v.string() }),
});
export type Created = v.InferOutput<typeof CreatedSchema>;

export const SessionStateSchema = v.strictObject({
  createdAt: v.number(),
  /** the role of whoever asks */
  role: RoleSchema,
  burn: BurnPolicySchema,
  deadlines: DeadlinesSchema,
  limits: SessionLimitsSchema,
  jurisdiction: v.nullable(JurisdictionSchema),
  /** null where there is none, or where its terms are not met any more */
  assistant: v.nullable(AssistantTermsSchema),
  participants: v.strictObject({ connected: v.number(), admitted: v.number() }),
});

export const BurnStateSchema = v.strictObject({ burn: BurnPolicySchema, deadlines: DeadlinesSchema });

export const InviteRequestSchema = v.strictObject({
  role: v.optional(RoleSchema, "member"),
  uses: v.optional(count(1), 1),
  /** seconds; absent or null: as long as the session */
  expiresIn: v.optional(v.nullable(count(1)), null),
});

export const InviteSchema = v.strictObject({
  id: IdSchema,
  role: RoleSchema,
  uses: v.number(),
  /** ms since the epoch */
  expiresAt: v.number(),
  /** invite token; put it into the fragment of a link, never into a path or query */
  token: v.string(),
});

export const RemovedSchema = v.strictObject({
  /** the invite that was revoked in the same step, if it was still open */
  revokedInvite: v.nullable(IdSchema),
});

export const BurnedSchema = v.strictObject({
  cause: v.picklist(BURN_CAUSES),
  /** signed destruction statement (JWS); null if it could not be signed */
  statement: v.nullable(v.string()),
});

export const HealthSchema = v.strictObject({ status: v.literal("ok"), build: v.string() });

export const JwksSchema = v.strictObject({
  keys: v.array(
    v.strictObject({
      kty: v.literal("OKP"),
      crv: v.literal("Ed25519"),
      x: v.string(),
      kid: v.string(),
      alg: v.literal("Ed25519"),
      use: v.literal("sig"),
    }),
  ),
});

/** Problem details (RFC 9457) with our closed `code`. */
export const ProblemSchema = v.strictObject({
  type: v.string(),
  title: v.string(),
  status: v.number(),
  code: v.picklist(Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]]),
  retryable: v.boolean(),
  /** names of the fields that were refused, never their values */
  at: v.optional(v.array(v.string())),
});
export type Problem = v.InferOutput<typeof ProblemSchema>;
