// What happens to an answer between the channel and the application: values come back in place of tokens, and the
// others in the session read along.
import type { AnswerSource } from "./answer.ts";
import type { Privacy, Restorer } from "./privacy.ts";
import type { Sharing } from "./sharing.ts";

/**
 * Puts values back in place of tokens. What may still become a token is held back until more text comes. `firstToken`:
 * from this number on tokens are those that the service made for this very request. Two turns at a time may get the
 * same ones for different values, so that these come back only at the end, by what this answer itself tells.
 */
export function restored(
  source: AnswerSource,
  privacy: Privacy | null,
  firstToken: () => number | null,
): AnswerSource {
  if (privacy === null) return source;
  let restorer: Restorer | null = null;
  /** as it came, since restored text must never be read for tokens again */
  let raw = "";
  return {
    ...source,
    attempt: (attempt) => {
      restorer = null;
      raw = "";
      source.attempt(attempt);
    },
    text: (text) => {
      restorer ??= privacy.restorer(firstToken() ?? 1);
      raw += text;
      source.text(restorer === null ? text : restorer.push(text), text);
    },
    end: (end) => {
      if (restorer !== null) source.text(restorer.flush(), "");
      // What the service replaced is known now: from the next turn on this device does it.
      privacy.learn(end.redactions);
      const found = end.redactions.length > 0;
      source.end(end, (text) => {
        const whole = privacy.restore(raw, firstToken() ?? 1, end.redactions);
        return found ? whole : text;
      });
    },
  };
}

/** Hands on what the application gets, to the others too. */
export function shared(source: AnswerSource, sharing: Sharing): AnswerSource {
  return {
    ...source,
    attempt: (attempt) => {
      sharing.attempt(attempt);
      source.attempt(attempt);
    },
    sent: (request) => {
      sharing.asked();
      source.sent(request);
    },
    text: (text, received) => {
      sharing.text(text);
      source.text(text, received);
    },
    end: (end, settle) => {
      sharing.end(end.finish);
      source.end(end, settle);
    },
  };
}
