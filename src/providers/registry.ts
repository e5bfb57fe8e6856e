// The way to every model that this deployment offers: the mirror, which is always there, and what the operator
// configured. Adapters are made here once and share nothing.
import { ServiceError } from "../protocol/errors.ts";
import type { Assistant } from "../session/assistant-port.ts";
import { createAnthropic } from "./anthropic.ts";
import { createChatCompletions } from "./chat-completions.ts";
import { parseProviders, type Bindings, type ProviderSettings } from "./configuration.ts";
import { createMirror } from "./mirror.ts";
import { listModels, MIRROR, type OfferedModel } from "./offer.ts";
import type { Provider, Upstream } from "./provider.ts";
import { chooseModel } from "./routing.ts";
import { createWorkersAi } from "./workers-ai.ts";

/** The mirror and the models of PROVIDERS. Throws a TypeError where that is malformed or lacks a secret. */
export function offerModels(providers: string | undefined, bindings: Bindings): readonly OfferedModel[] {
  return [MIRROR, ...parseProviders(providers, bindings)];
}

export function createAssistant(offered: readonly OfferedModel[], upstream: Upstream): Assistant {
  const ways = new Map(
    offered.map(({ id, upstreamModel, provider }) => [
      id,
      { upstreamModel, provider: createProvider(provider, upstream) },
    ]),
  );
  const models = listModels(offered);
  return {
    terms: (choice, jurisdiction) => chooseModel(models, choice, jurisdiction),
    complete: (model, request, signal) => {
      const way = ways.get(model);
      // Whoever asks has taken the terms of this very registry before.
      if (way === undefined) throw new ServiceError("model_unknown");
      return way.provider.complete(way.upstreamModel, request, signal);
    },
  };
}

function createProvider(settings: ProviderSettings, upstream: Upstream): Provider {
  switch (settings.kind) {
    case "mirror":
      return createMirror();
    case "chat-completions":
      return createChatCompletions(settings.server, upstream);
    case "anthropic":
      return createAnthropic(settings.server, upstream);
    case "workers-ai":
      return createWorkersAi(settings.binding, upstream);
  }
}
