// The assistant of a session, as the API and the socket speak of it: which model, under which terms. No word of
// a conversation stands here.
import * as v from "valibot";
import { everyChar } from "./ids.ts";
import { DEFAULT_RETENTION_DAYS } from "./limits.ts";

/** characters; longest model id. */
const MAX_MODEL_CHARS = 128;

/** characters; longest text of a policy card. */
const MAX_CARD_CHARS = 512;

/** `mirror`, or `<provider>/<model>` as listed by `GET /v1/models`: printable ASCII without blanks. */
export const ModelIdSchema = v.pipe(
  v.string(),
  v.minLength(1),
  v.maxLength(MAX_MODEL_CHARS),
  v.check((text) => everyChar(text, (code) => code > 0x20 && code < 0x7f)),
);
/** Words of the operator, on one line. */
export const CardTextSchema = v.pipe(
  v.string(),
  v.maxLength(MAX_CARD_CHARS),
  v.check((text) => everyChar(text, (code) => code >= 0x20 && (code < 0x7f || code > 0x9f))),
);
const WholeSchema = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

const REGIONS = ["local", "eu", "us", "fedramp", "global"] as const;
/** Where a provider handles what it receives. `local`: it never leaves the machine of this service. */
export const RegionSchema = v.picklist(REGIONS);

/** What a provider says that it does with what it receives. The operator answers for it; it is trust, not proof. */
export const PolicyCardSchema = v.strictObject({
  /** who runs the model */
  operator: CardTextSchema,
  /** days that prompts or answers are kept; 0: not at all; null: not stated */
  retentionDays: v.nullable(WholeSchema),
  /** whether they may be used to train models; null: not stated */
  trains: v.nullable(v.boolean()),
  region: RegionSchema,
  /** where that is written; null for `mirror`, which is this service itself */
  source: v.nullable(CardTextSchema),
  /** date at which it was read there, as YYYY-MM-DD */
  asOf: CardTextSchema,
});
/** What a provider says that it does with what it receives. The operator answers for it; it is trust, not proof. */
export type PolicyCard = v.InferOutput<typeof PolicyCardSchema>;

/** The least that a session accepts of a provider. What a card does not state counts as the worst. */
export const AssistantPolicySchema = v.strictObject({
  maxRetentionDays: v.optional(WholeSchema, DEFAULT_RETENTION_DAYS),
  /** true: also a provider that trains on what it receives */
  allowTraining: v.optional(v.boolean(), false),
  /** regions that are accepted; null: any. `local` always is */
  regions: v.optional(v.nullable(v.pipe(v.array(RegionSchema), v.maxLength(REGIONS.length))), null),
});
/** The least that a session accepts of a provider; what a card does not state counts as the worst. */
export type AssistantPolicy = v.InferOutput<typeof AssistantPolicySchema>;

/**
 * What the service does with personal data that a client did not replace. `required`: replaces it, whatever anybody
 * says. `offered`: replaces it but where its author wants it to be sent. `off`: nothing.
 */
export const PiiModeSchema = v.picklist(["required", "offered", "off"]);

/** What a creator chooses; the record keeps it. */
export const AssistantChoiceSchema = v.strictObject({
  model: ModelIdSchema,
  policy: v.optional(AssistantPolicySchema, {}),
  pii: v.optional(PiiModeSchema, "required"),
});
export type AssistantChoice = v.InferOutput<typeof AssistantChoiceSchema>;

/** What everyone in the session is told, and what every offer signs. */
export const AssistantTermsSchema = v.strictObject({
  model: ModelIdSchema,
  pii: PiiModeSchema,
  policy: v.strictObject({
    maxRetentionDays: WholeSchema,
    allowTraining: v.boolean(),
    regions: v.nullable(v.array(RegionSchema)),
  }),
  card: PolicyCardSchema,
  /** tokens; most that an answer may have */
  maxTokens: WholeSchema,
});
/** The assistant of a session: which model, under which terms. */
export type AssistantTerms = v.InferOutput<typeof AssistantTermsSchema>;

/** Whether two terms say the same, in whatever order their members stand. */
export function sameTerms(one: AssistantTerms, other: AssistantTerms): boolean {
  return sameValue(one, other);
}

// Whatever the terms come to have is compared: a member that only one of them has is a difference.
function sameValue(one: unknown, other: unknown): boolean {
  if (!isComposed(one) || !isComposed(other)) return one === other;
  const names = Object.keys(one);
  return (
    Array.isArray(one) === Array.isArray(other) &&
    names.length === Object.keys(other).length &&
    names.every((name) => Object.hasOwn(other, name) && sameValue(one[name], other[name]))
  );
}

function isComposed(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

export const ModelSchema = v.strictObject({
  id: ModelIdSchema,
  card: PolicyCardSchema,
  /** tokens; most that an answer may have */
  maxTokens: WholeSchema,
});
/** One model of `GET /v1/models`. */
export type Model = v.InferOutput<typeof ModelSchema>;
export const ModelsSchema = v.strictObject({ models: v.array(ModelSchema) });

/** Why an answer ended. `stop`, `length` and `filtered` are the model's own end: what it said arrived whole. */
export const FINISH_REASONS = ["stop", "length", "filtered", "cancelled", "error"] as const;
/** Why an answer ended. `stop`, `length` and `filtered` are the model's own end: what it said arrived whole. */
export type FinishReason = (typeof FINISH_REASONS)[number];

/** Whether the model came to its own end, so that an answer of which everything arrived is complete. */
export function isOwnEnd(finish: FinishReason | "cut"): boolean {
  return finish === "stop" || finish === "length" || finish === "filtered";
}

/** Tokens as the provider counted them. */
export const UsageSchema = v.strictObject({ inputTokens: WholeSchema, outputTokens: WholeSchema });
/** Tokens as the provider counted them. */
export type Usage = v.InferOutput<typeof UsageSchema>;

/** Whether a card meets a policy. What it does not state counts as the worst. */
export function meetsPolicy(
  { retentionDays, trains, region }: PolicyCard,
  { maxRetentionDays, allowTraining, regions }: AssistantPolicy,
): boolean {
  const kept = retentionDays === null ? Infinity : retentionDays;
  return (
    kept <= maxRetentionDays &&
    (allowTraining || trains === false) &&
    (regions === null || region === "local" || regions.includes(region))
  );
}
