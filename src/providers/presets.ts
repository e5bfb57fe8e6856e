// What is known of common providers: where they are, what their API is like, and what they say that they do
// with what they receive. Every fact was read at the linked page at the given date; what is not stated there is
// null and never guessed. An operator with an agreement of its own overrides the card and answers for it.
import type { PolicyCard } from "../protocol/assistant.ts";
import type { ChatCompletionsDialect } from "./chat-completions-request.ts";

interface CommonFacts {
  /** null: only the operator can know, so PROVIDERS has to say it whole */
  readonly card: PolicyCard | null;
}
interface HttpFacts extends CommonFacts {
  /** null: the operator has to say it */
  readonly baseUrl: string | null;
  /** the secret that holds the key, unless PROVIDERS names another; null: the server asks for none */
  readonly keySecret: string | null;
}
export type Preset =
  | (HttpFacts & { readonly api: "chat-completions"; readonly dialect: ChatCompletionsDialect })
  | (HttpFacts & { readonly api: "anthropic" })
  | (CommonFacts & { readonly api: "workers-ai" });

/** Servers of the older form that know no opt-outs. */
const PLAIN: ChatCompletionsDialect = { tokensField: "max_tokens", optOuts: {} };

export const PRESETS = {
  openai: {
    api: "chat-completions",
    baseUrl: "https://api.openai.com/v1",
    keySecret: "OPENAI_API_KEY",
    // https://platform.openai.com/docs/api-reference/chat/create#chat-create-store
    dialect: { tokensField: "max_completion_tokens", optOuts: { store: false } },
    // Abuse monitoring logs, "retained for up to 30 days"; not used to train without opting in. Where requests
    // are handled is not stated for projects without data residency.
    card: {
      operator: "OpenAI",
      retentionDays: 30,
      trains: false,
      region: "global",
      source: "https://developers.openai.com/api/docs/guides/your-data",
      asOf: "2026-11-21",
    },
  },
  anthropic: {
    api: "anthropic",
    baseUrl: "https://api.anthropic.com/v1",
    keySecret: "ANTHROPIC_API_KEY",
    // "Within 30 days", longer where a classifier flagged it. API data is not used for training without an
    // agreement that says so. There is no opt-out to send.
    card: {
      operator: "Anthropic",
      retentionDays: 30,
      trains: false,
      region: "global",
      source: "https://privacy.claude.com/en/articles/7996866-how-long-do-you-store-my-organization-s-data",
      asOf: "2026-11-21",
    },
  },
  openrouter: {
    api: "chat-completions",
    baseUrl: "https://openrouter.ai/api/v1",
    keySecret: "OPENROUTER_API_KEY",
    // https://openrouter.ai/docs/guides/routing/provider-selection
    dialect: { tokensField: "max_tokens", optOuts: { provider: { data_collection: "deny", zdr: true } } },
    // With both opt-outs no endpoint may train. Whether one that keeps prompts for safety reasons may answer
    // depends on the account's settings, so the days are not known here.
    card: {
      operator: "OpenRouter and the endpoint that it chooses",
      retentionDays: null,
      trains: false,
      region: "global",
      source: "https://openrouter.ai/docs/guides/privacy/zero-data-retention",
      asOf: "2026-11-21",
    },
  },
  "workers-ai": {
    api: "workers-ai",
    // Says that content is not used to train, and that it may be stored where a storage product is used along.
    // It does not say that it is kept for no time otherwise.
    card: {
      operator: "Cloudflare (Workers AI)",
      retentionDays: null,
      trains: false,
      region: "global",
      source: "https://developers.cloudflare.com/workers-ai/platform/data-usage/",
      asOf: "2026-11-21",
    },
  },
  ollama: {
    api: "chat-completions",
    baseUrl: "http://127.0.0.1:11434/v1",
    keySecret: null,
    dialect: PLAIN,
    card: null,
  },
  vllm: {
    api: "chat-completions",
    baseUrl: "http://127.0.0.1:8000/v1",
    keySecret: null,
    dialect: PLAIN,
    card: null,
  },
  "llama.cpp": {
    api: "chat-completions",
    baseUrl: "http://127.0.0.1:8080/v1",
    keySecret: null,
    dialect: PLAIN,
    card: null,
  },
  /** Anything else that speaks the API. */
  compatible: { api: "chat-completions", baseUrl: null, keySecret: null, dialect: PLAIN, card: null },
} as const satisfies Record<string, Preset>;

export type PresetName = keyof typeof PRESETS;
