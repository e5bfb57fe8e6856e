// Puts values back in place of tokens, in one pass, over a text or a stream cut anywhere. Restored text is never read again, and only
// a proper beginning of a known token, or one whose end is not certain yet, is held back.
import type { PiiVault } from "./vault.ts";

/** Restoring of an answer that comes in chunks. */
export interface RestoreStream {
  /** Takes a chunk and returns what is certain. */
  push(chunk: string): string;
  /** Returns the rest; an unfinished token stays as it is. */
  flush(): string;
}

/** A place in restored text that held a token; UTF-16 offsets. */
export interface RestoredPlace {
  readonly start: number;
  readonly end: number;
  /** name of the token, as EMAIL_1 */
  readonly name: string;
}

/** Restores a streamed answer. `restored` is told each place where a value was put back. */
export function createRestoreStream(
  vault: PiiVault,
  restored: (place: RestoredPlace) => void = () => undefined,
): RestoreStream {
  let held = "";
  let done = 0; // units that were returned before
  let previous = -1;
  const run = (text: string, final: boolean): string => {
    let out = "";
    let copied = 0;
    let i = 0;
    while (i < text.length) {
      const match = vault.read(text, i, i === 0 ? previous : text.charCodeAt(i - 1), final);
      if (match.kind === "more") break;
      const value = match.kind === "match" ? vault.valueOf(match.name) : undefined;
      if (match.kind === "match" && value !== undefined) {
        out += text.slice(copied, i);
        restored({ start: done + out.length, end: done + out.length + value.length, name: match.name });
        out += value;
        i += match.length;
        copied = i;
      } else i++;
    }
    out += text.slice(copied, i);
    done += out.length;
    if (i > 0) previous = text.charCodeAt(i - 1);
    held = text.slice(i);
    return out;
  };
  return {
    push: (chunk) => run(held + chunk, false),
    flush() {
      const rest = run(held, true);
      previous = -1;
      return rest;
    },
  };
}

/** Restores a whole text. */
export function restore(text: string, vault: PiiVault): string {
  const stream = createRestoreStream(vault);
  return stream.push(text) + stream.flush();
}
