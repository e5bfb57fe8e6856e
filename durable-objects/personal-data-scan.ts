// The scan for personal data before a model is asked: the engine that clients use, over what they sent. It replaces
// what slipped through by tokens and tells the values to nobody but its caller. It throws rather than let text pass
// that it could not look at. Here content is a string for a moment, which nobody can zero.
import { createDetector, createVault, type PiiDetector, type PiiVault } from "../src/pii/index.ts";
import { shapedTokens } from "../src/pii/token-syntax.ts";
import { usePiiModule } from "../src/pii/load-worker.ts";
import { MAX_REDACTIONS } from "../src/protocol/limits.ts";
import type { ChatMessage } from "../src/session/assistant-port.ts";
import type { PersonalDataScan, Scanned } from "../src/session/scan-port.ts";

type Redaction = Scanned["redactions"][number];

/** `module`: the engine as the bundler imported it. It is started with the first scan, and keeps nothing between two. */
export function createScan(module: unknown): PersonalDataScan {
  let detector: PiiDetector | undefined;
  return {
    scan(messages) {
      detector ??= createDetector(usePiiModule(module), { profile: "balanced" });
      return scanAll(detector, messages);
    },
  };
}

function scanAll(detector: PiiDetector, messages: readonly ChatMessage[]): Scanned {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const texts = messages.map(({ content }) => decoder.decode(content));
  // Literals of the vault are not needed here: tokens that stand in the text already are the client's own, and ours
  // keep clear of all of them, in every message.
  const vault = createVault({ maxEntries: 2 * MAX_REDACTIONS });
  for (const text of texts) for (const { name } of shapedTokens(text)) vault.reserve(name);
  const redactions = new Map<string, Redaction>();
  const scanned = messages.map((message, index) => {
    const replaced = replace(detector, vault, texts[index] ?? "", redactions);
    return replaced === null ? message : { ...message, content: new TextEncoder().encode(replaced) };
  });
  if (redactions.size > MAX_REDACTIONS) throw new RangeError("too many");
  return { messages: scanned, redactions: [...redactions.values()] };
}

/** The text with tokens in place of what was found; null where nothing was. */
function replace(
  detector: PiiDetector,
  vault: PiiVault,
  text: string,
  redactions: Map<string, Redaction>,
): string | null {
  const spans = detector.detect(text);
  if (spans.length === 0) return null;
  let out = "";
  let at = 0;
  for (const { type, start, end } of spans) {
    const value = text.slice(start, end);
    const token = vault.tokenFor(type, value);
    redactions.set(token, { type, token, value });
    out += text.slice(at, start) + token;
    at = end;
  }
  return out + text.slice(at);
}
