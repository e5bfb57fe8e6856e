// The models that this deployment offers, and the way to each. The mirror is always there; everything else is
// what the operator configured. Adapters are made here once and share nothing.
import type { Model } from "../protocol/assistant.ts";
import { ServiceError } from "../protocol/errors.ts";
import type { Assistant } from "../session/assistant-port.ts";
import { DEFAULT_OUTPUT_TOKENS } from "../protocol/limits.ts";
import { createMirror, MIRROR_CARD, MIRROR_MODEL } from "./mirror.ts";
import type { Provider, Upstream } from "./provider.ts";
import { chooseModel } from "./routing.ts";

/** How a model is reached. Holds keys: it never leaves the process, and no answer is made from it. */
export interface MirrorSettings {
  readonly kind: "mirror";
}
export type ProviderSettings = MirrorSettings;

export interface OfferedModel extends Model {
  /** the provider's own name for it */
  readonly upstreamModel: string;
  readonly provider: ProviderSettings;
}

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

export function createAssistant(offered: readonly OfferedModel[], upstream: Upstream): Assistant {
  const providers = new Map(
    offered.map(({ id, upstreamModel, provider }) => [
      id,
      { upstreamModel, provider: createProvider(provider, upstream) },
    ]),
  );
  const models = listModels(offered);
  return {
    terms: (choice, jurisdiction) => chooseModel(models, choice, jurisdiction),
    complete: (model, request, signal) => {
      const way = providers.get(model);
      if (way === undefined) throw new ServiceError("model_unknown");
      return way.provider.complete(way.upstreamModel, request, signal);
    },
  };
}

function createProvider(settings: ProviderSettings, _upstream: Upstream): Provider {
  switch (settings.kind) {
    case "mirror":
      return createMirror();
  }
}
