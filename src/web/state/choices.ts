// What a person chooses on the first screen, and what the service is asked for by it. It is kept in memory only: until a
// session begins, or the screen is left.
import type { BurnChange, CreateOptions, GhostErrorCode, Jurisdiction, Model } from "../../client/index.ts";

type Preset = "minutes" | "hour" | "day" | "empty" | "messages" | "exact";

/** Numbers as they were written. */
export interface BurnDraft {
  readonly preset: Preset;
  /** of the preset that counts */
  readonly messages: string;
  /** of the exact values, as are the three below it; empty where such a timer is off */
  readonly exactMessages: string;
  readonly ttl: string;
  readonly idle: string;
  readonly empty: string;
  readonly burnBy: "host" | "anyone";
}

export interface Choices {
  readonly burn: BurnDraft;
  /** null: people only */
  readonly model: string | null;
  /** null: anywhere */
  readonly jurisdiction: Jurisdiction | null;
  readonly name: string;
}

export const FIRST_CHOICES: Choices = {
  burn: {
    preset: "hour",
    messages: "50",
    exactMessages: "",
    ttl: "60",
    idle: "",
    empty: "",
    burnBy: "anyone",
  },
  model: "mirror",
  jurisdiction: null,
  name: "",
};

const MINUTE_SECONDS = 60;
const HOUR_SECONDS = 3_600;
const DAY_SECONDS = 86_400;

/** messages; with fewer a session can burn before anybody speaks, since whoever joins is counted as well. */
export const LEAST_MESSAGES = 10;
/** seconds; long enough for a connection that was lost to come back, where nobody else is there. */
export const EMPTY_SECONDS = 5 * MINUTE_SECONDS;

/** What the service is asked for. */
export function burnOf(draft: BurnDraft): BurnChange {
  const { preset, messages, exactMessages, ttl, idle, empty, burnBy } = draft;
  const minutes = (text: string): number => Math.round(Number(text) * MINUTE_SECONDS);
  const count = (text: string): number => Math.max(LEAST_MESSAGES, Math.round(Number(text)));
  switch (preset) {
    case "minutes":
      return { ttl: 5 * MINUTE_SECONDS, burnBy };
    case "hour":
      return { ttl: HOUR_SECONDS, burnBy };
    case "day":
      return { ttl: DAY_SECONDS, burnBy };
    case "empty":
      return { ttl: DAY_SECONDS, empty: EMPTY_SECONDS, burnBy };
    case "messages":
      return { ttl: DAY_SECONDS, messages: count(messages), burnBy };
    case "exact":
      return {
        ttl: minutes(ttl),
        ...(idle !== "" && { idle: minutes(idle) }),
        ...(empty !== "" && { empty: minutes(empty) }),
        ...(exactMessages !== "" && { messages: count(exactMessages) }),
        burnBy,
      };
  }
}

/** The session that these choices ask for. `models`: what the page showed of them, null where it could not. */
export function sessionOf(
  { burn, model, jurisdiction }: Choices,
  models: readonly Model[] | null,
): Pick<CreateOptions, "burn" | "assistant" | "jurisdiction"> {
  const assistant =
    model === null ? null : ({ model, pii: "offered", policy: policyOf(models, model) } as const);
  return { burn: burnOf(burn), assistant, jurisdiction };
}

/** Whether no session may use the model: a provider that does not say for how long it keeps prompts meets no policy (PROV3). */
export function isUnstated({ card }: Model): boolean {
  return card.retentionDays === null;
}

// Whoever chose a model has read its card: the session then accepts that much and no more.
function policyOf(models: readonly Model[] | null, id: string) {
  const card = models?.find((model) => model.id === id)?.card;
  if (card === undefined) return {};
  return {
    ...(card.retentionDays !== null && { maxRetentionDays: card.retentionDays }),
    allowTraining: card.trains !== false,
  };
}

/** The part of the choices that a refusal is about. */
export type ChoicePart = "burn" | "assistant" | "jurisdiction";

const REFUSED_PART: Partial<Record<GhostErrorCode, ChoicePart>> = {
  out_of_bounds: "burn",
  model_unknown: "assistant",
  policy_unmet: "assistant",
  jurisdiction_unavailable: "jurisdiction",
};

/** Null where it is about none of them, as where the service cannot be reached. */
export function refusedPart(code: GhostErrorCode): ChoicePart | null {
  return REFUSED_PART[code] ?? null;
}
