// What the channel's vectors say: one usual turn, and one at the edges. See channel-vectors.ts.

export type SuiteName = "647a" | "0020";
export type Step = { readonly text: string } | { readonly tick: true };

/** What one attempt says; everything else follows from it. */
export interface Scenario {
  readonly suite: SuiteName;
  readonly attempt: number;
  readonly options: string;
  readonly messages: readonly { readonly role: "system" | "user" | "assistant"; readonly content: string }[];
  /** bytes of each request record */
  readonly records: readonly number[];
  readonly answer: readonly Step[];
  /** The summary's members, but for the transcript, in their order. */
  readonly end: Record<string, unknown>;
}

export const SCENARIOS: readonly Scenario[] = [
  {
    suite: "647a",
    attempt: 1,
    options: '{"maxTokens":256,"temperature":0.5}',
    messages: [
      { role: "system", content: "Answer in one line." },
      { role: "user", content: "Grüße, wer bist du? 🙂" },
      { role: "assistant", content: "" },
      { role: "user", content: "Write to ada@example.org." },
    ],
    records: [1_024],
    answer: [{ text: "Done: " }, { tick: true }, { tick: true }, { text: "€".repeat(500) }, { tick: true }],
    end: {
      finish: "stop",
      error: null,
      usage: { inputTokens: 31, outputTokens: 503 },
      model: "mirror",
      redactions: [{ type: "EMAIL", token: "[EMAIL_1]", value: "ada@example.org", places: [[3, 9]] }],
    },
  },
  {
    suite: "0020",
    attempt: 64,
    options: "{}",
    messages: [{ role: "user", content: "x".repeat(1_012) }],
    records: [1, 700, 323],
    answer: [],
    end: { finish: "error", error: "provider_unavailable", usage: null, model: "mirror", redactions: [] },
  },
];
