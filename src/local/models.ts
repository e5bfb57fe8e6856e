// Language models of a local run: PROVIDERS and the keys that it names come from the environment of whoever
// starts it, go to the Worker as bindings, and are written nowhere.
import { neededSecrets, parseProviders } from "../providers/configuration.ts";
import { LocalFailure } from "./local-failure.ts";

export interface LocalModels {
  /** PROVIDERS and the secrets that it needs, and nothing else of the environment */
  readonly bindings: Readonly<Record<string, string>>;
  /** ids of the models besides `mirror` */
  readonly ids: readonly string[];
}

/** Throws a LocalFailure that names what is wrong, never a value. */
export function readLocalModels(env: Readonly<Record<string, string | undefined>>): LocalModels {
  const providers = env["PROVIDERS"]?.trim() ?? "";
  if (providers === "") return { bindings: {}, ids: [] };
  try {
    const secrets = neededSecrets(providers).map((name) => [name, env[name]]);
    const bindings = Object.fromEntries(secrets.filter(([, value]) => value !== undefined)) as Record<
      string,
      string
    >;
    const ids = parseProviders(providers, bindings).map(({ id }) => id);
    return { bindings: { PROVIDERS: providers, ...bindings }, ids };
  } catch (error) {
    const reason = error instanceof TypeError ? error.message : "PROVIDERS cannot be read";
    throw new LocalFailure(`${reason}. See docs/providers.md.`);
  }
}

/** The line that says which models sessions may choose. */
export function describeModels({ ids }: LocalModels): string {
  return ids.length === 0
    ? "Model: mirror. It is not a language model; docs/providers.md shows how to add one."
    : `Models: mirror (not a language model), ${ids.join(", ")}.`;
}
