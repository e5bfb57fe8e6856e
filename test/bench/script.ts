// What the scripted model says: tokens of a fixed form, at a fixed pace, so that whoever hears them can tell a lost,
// doubled or moved one. The name of a model is its whole script.

/** An answer, before it is given. */
export interface Script {
  readonly tokens: number;
  /** ms from one event of the stream to the next; 0: all at once */
  readonly everyMs: number;
  readonly tokensPerEvent: number;
}

/** bytes and characters of a token; English has some four to five bytes to one. */
export const TOKEN_BYTES = 5;
const NAME = /^tokens-(\d+)-every-(\d+)-by-(\d+)$/;

export function nameOf({ tokens, everyMs, tokensPerEvent }: Script): string {
  return `tokens-${String(tokens)}-every-${String(everyMs)}-by-${String(tokensPerEvent)}`;
}

export function parseName(name: string): Script | null {
  const [, tokens, everyMs, tokensPerEvent] = (NAME.exec(name) ?? []).map(Number);
  if (tokens === undefined || everyMs === undefined || tokensPerEvent === undefined) return null;
  return { tokens, everyMs, tokensPerEvent };
}

/** `count` tokens from the one with number `first` on. */
export function tokensFrom(first: number, count: number): string {
  const width = TOKEN_BYTES - 1;
  const token = (index: number): string => `${String(index % 10 ** width).padStart(width, "0")} `;
  return Array.from({ length: count }, (_, at) => token(first + at)).join("");
}

/** The request as the chat completions API wants it. */
export function requestOf(script: Script, prompt: string): string {
  const messages = [{ role: "user", content: prompt }];
  return JSON.stringify({ model: nameOf(script), messages, stream: true });
}
