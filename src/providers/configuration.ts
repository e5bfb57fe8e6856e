// Reads the operator's variable PROVIDERS. Closed and strict: a word that is not known, a card that does not
// fit its address or a key that is not there refuses the whole of it. Keys are secrets of their own, named here.
import * as v from "valibot";
import { ModelIdSchema, PolicyCardSchema, RegionSchema, type PolicyCard } from "../protocol/assistant.ts";
import { DEFAULT_OUTPUT_TOKENS, MAX_MODELS, MAX_OUTPUT_TOKENS } from "../protocol/limits.ts";
import type { AnthropicServer } from "./anthropic.ts";
import type { ChatCompletionsServer } from "./chat-completions-request.ts";
import { MIRROR_MODEL } from "./mirror.ts";
import type { OfferedModel } from "./offer.ts";
import { PRESETS, type Preset, type PresetName } from "./presets.ts";
import type { WorkersAiBinding } from "./workers-ai.ts";

/** How a model is reached. Holds keys: it never leaves the process, and no answer is made from it. */
export type ProviderSettings =
  | { readonly kind: "mirror" }
  | { readonly kind: "chat-completions"; readonly server: ChatCompletionsServer }
  | { readonly kind: "anthropic"; readonly server: AnthropicServer }
  | { readonly kind: "workers-ai"; readonly binding: WorkersAiBinding };

/** The secrets and bindings that PROVIDERS may name. */
export type Bindings = Readonly<Record<string, unknown>>;

/** Where the platform puts Workers AI. */
export const WORKERS_AI_BINDING = "AI";

/** characters; longest note on where a card's facts stand. */
const MAX_SOURCE_CHARS = 512;

const text = v.pipe(v.string(), v.minLength(1), v.maxLength(MAX_SOURCE_CHARS));
/** Facts that replace those of a preset. Whoever states any says where they stand and as of when. */
const CardSchema = v.strictObject({
  operator: v.optional(text),
  retentionDays: v.optional(PolicyCardSchema.entries.retentionDays),
  trains: v.optional(PolicyCardSchema.entries.trains),
  region: v.optional(RegionSchema),
  source: text,
  asOf: v.pipe(v.string(), v.isoDate()),
});
type CardFacts = v.InferOutput<typeof CardSchema>;

const ModelSchema = v.union([
  v.pipe(
    text,
    v.transform((id) => ({ id, maxTokens: DEFAULT_OUTPUT_TOKENS })),
  ),
  v.strictObject({
    id: text,
    maxTokens: v.optional(
      v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(MAX_OUTPUT_TOKENS)),
      DEFAULT_OUTPUT_TOKENS,
    ),
  }),
]);

const ProviderSchema = v.strictObject({
  preset: v.picklist(Object.keys(PRESETS) as [PresetName, ...PresetName[]]),
  /** first part of the models' ids; the preset's name if absent */
  name: v.optional(v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9.-]{0,31}$/), v.notValue(MIRROR_MODEL))),
  baseUrl: v.optional(v.pipe(v.string(), v.maxLength(MAX_SOURCE_CHARS))),
  /** true: also over http to another machine; the operator answers for the network in between */
  plainHttp: v.optional(v.boolean(), false),
  /** Only secrets of this form: a slip of the pen must not send the service's own keys to a provider. */
  keySecret: v.optional(v.pipe(v.string(), v.regex(/^[A-Z][A-Z0-9_]{0,63}_API_KEY$/))),
  models: v.pipe(v.array(ModelSchema), v.minLength(1), v.maxLength(MAX_MODELS)),
  card: v.optional(CardSchema),
});
type ProviderEntry = v.InferOutput<typeof ProviderSchema>;
const ProvidersSchema = v.pipe(v.array(ProviderSchema), v.maxLength(MAX_MODELS));

/**
 * The models that PROVIDERS offers. Throws a TypeError that names the place, and never a value, where it is
 * malformed or where a secret or binding that it needs is missing.
 */
export function parseProviders(json: string | undefined, bindings: Bindings): readonly OfferedModel[] {
  const models = parseEntries(json).flatMap((entry, index) => {
    const fail = (what: string): never => {
      throw new TypeError(`PROVIDERS, entry ${String(index + 1)}: ${what}`);
    };
    const { provider, card } = createSettings(entry, bindings, fail);
    const name = entry.name ?? entry.preset;
    return entry.models.map((model): OfferedModel => {
      const id = `${name}/${model.id}`;
      if (!v.is(ModelIdSchema, id)) fail("the id of a model is too long");
      return { id, card, maxTokens: model.maxTokens, upstreamModel: model.id, provider };
    });
  });
  if (models.length > MAX_MODELS) throw new TypeError(`PROVIDERS: more than ${String(MAX_MODELS)} models`);
  if (new Set(models.map(({ id }) => id)).size !== models.length) {
    throw new TypeError("PROVIDERS: two models have the same id; give one of the providers a name");
  }
  return models;
}

/** Names of the secrets that PROVIDERS needs. Throws like {@link parseProviders} where it is malformed. */
export function neededSecrets(json: string | undefined): readonly string[] {
  const names = parseEntries(json).map((entry) => keySecretOf(entry, PRESETS[entry.preset]));
  return [...new Set(names.filter((name) => name !== null))];
}

function parseEntries(json: string | undefined): readonly ProviderEntry[] {
  if (json === undefined || json.trim() === "") return [];
  let data: unknown;
  try {
    data = JSON.parse(json);
  } catch {
    throw new TypeError("PROVIDERS is not JSON");
  }
  const parsed = v.safeParse(ProvidersSchema, data);
  if (parsed.success) return parsed.output;
  const [first] = parsed.issues;
  throw new TypeError(`PROVIDERS: ${v.getDotPath(first) ?? "the whole"} is not as documented`);
}

type Fail = (what: string) => never;

function createSettings(
  entry: ProviderEntry,
  bindings: Bindings,
  fail: Fail,
): { readonly provider: ProviderSettings; readonly card: PolicyCard } {
  const preset: Preset = PRESETS[entry.preset];
  if (preset.api === "workers-ai") {
    const binding = bindings[WORKERS_AI_BINDING];
    if (entry.baseUrl !== undefined || entry.keySecret !== undefined) {
      return fail("Workers AI is a binding: it has no baseUrl and no keySecret");
    }
    if (!isWorkersAi(binding)) return fail(`there is no Workers AI binding named ${WORKERS_AI_BINDING}`);
    return {
      provider: { kind: "workers-ai", binding },
      card: createCard(preset.card, entry.card, false, fail),
    };
  }
  const url = parseBaseUrl(entry.baseUrl ?? preset.baseUrl, entry.plainHttp, fail);
  // Ollama passes models of this name on to a service of its own.
  if (entry.preset === "ollama" && entry.models.some(({ id }) => /[:-]cloud$/.test(id))) {
    return fail("a cloud model does not run on this Ollama");
  }
  // A preset speaks for the provider at its own address, and for nobody at another.
  const stated = url.text === preset.baseUrl ? preset.card : null;
  const card = createCard(stated, entry.card, url.loopback, fail);
  // Nor does its key go anywhere else, unless somebody says so.
  if (url.text !== preset.baseUrl && preset.keySecret !== null && entry.keySecret === undefined) {
    return fail("another baseUrl needs a keySecret of its own");
  }
  const secret = keySecretOf(entry, preset);
  const key = secret === null ? null : readKey(bindings[secret], secret, fail);
  if (preset.api === "chat-completions") {
    return {
      provider: { kind: "chat-completions", server: { baseUrl: url.text, key, dialect: preset.dialect } },
      card,
    };
  }
  return { provider: { kind: "anthropic", server: { baseUrl: url.text, key: key ?? fail("no key") } }, card };
}

function keySecretOf(entry: ProviderEntry, preset: Preset): string | null {
  return preset.api === "workers-ai" ? null : (entry.keySecret ?? preset.keySecret);
}

function isWorkersAi(binding: unknown): binding is WorkersAiBinding {
  return (
    typeof binding === "object" && binding !== null && "run" in binding && typeof binding.run === "function"
  );
}

function readKey(value: unknown, name: string, fail: Fail): string {
  // What a header can hold (RFC 9110 section 5.5), without white space.
  const usable = typeof value === "string" && /^[\x21-\x7e]+$/.test(value);
  return usable ? value : fail(`the secret ${name} is missing or is no key`);
}

function parseBaseUrl(
  text: string | null,
  plainHttp: boolean,
  fail: Fail,
): { readonly text: string; readonly loopback: boolean } {
  const url = URL.parse(text ?? "");
  if (url === null || text === null) return fail("baseUrl is missing or is no URL");
  const loopback = ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname);
  const safe = url.protocol === "https:" || (url.protocol === "http:" && (loopback || plainHttp));
  if (!safe) return fail("baseUrl has to be https, or plainHttp has to allow it");
  // A credential or a query in a URL ends up in logs.
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") {
    return fail("baseUrl must hold an origin and a path only");
  }
  return { text: url.href.endsWith("/") ? url.href.slice(0, -1) : url.href, loopback };
}

function createCard(
  stated: PolicyCard | null,
  facts: CardFacts | undefined,
  loopback: boolean,
  fail: Fail,
): PolicyCard {
  if (facts === undefined) return stated ?? fail("nobody but the operator can state this card");
  const { operator, retentionDays, trains, region } = { ...stated, ...facts };
  if (operator === undefined || retentionDays === undefined || trains === undefined || region === undefined) {
    return fail("the card has to state operator, retentionDays, trains and region");
  }
  if (region === "local" && !loopback) return fail("region local is for a server on this machine");
  return { operator, retentionDays, trains, region, source: facts.source, asOf: facts.asOf };
}
