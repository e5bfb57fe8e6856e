// A model that this deployment offers: what everybody may know of it, and the way to it.
import type { Model } from "../protocol/assistant.ts";
import { DEFAULT_OUTPUT_TOKENS } from "../protocol/limits.ts";
import type { ProviderSettings } from "./configuration.ts";
import { MIRROR_CARD, MIRROR_MODEL } from "./mirror.ts";

/** Holds keys: it never leaves the process. {@link listModels} is what may. */
export interface OfferedModel extends Model {
  /** the provider's own name for it */
  readonly upstreamModel: string;
  readonly provider: ProviderSettings;
}

/** Always offered, whatever is configured. */
export const MIRROR: OfferedModel = {
  id: MIRROR_MODEL,
  card: MIRROR_CARD,
  maxTokens: DEFAULT_OUTPUT_TOKENS,
  upstreamModel: MIRROR_MODEL,
  provider: { kind: "mirror" },
};

/** What everybody may know of the models: `GET /v1/models`. */
export function listModels(offered: readonly OfferedModel[]): Model[] {
  return offered.map(({ id, card, maxTokens }) => ({ id, card, maxTokens }));
}
