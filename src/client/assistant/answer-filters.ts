// What happens to an answer between the channel and the application: values come back in place of tokens, and the
// others in the session read along.
import type { AnswerSource } from "./answer.ts";
import type { Privacy, RequestTokens, Restorer } from "./privacy.ts";
import type { Sharing } from "./sharing.ts";

/**
 * Puts values back in place of the tokens that the request holds: a model may name others, and those who read along
 * would learn what another turn kept from them. What may still become a token is held back until more text comes. Two
 * turns at a time may get the same token from the service for different values, so that these come back only at the
 * end, by what this answer itself tells.
 */
export function restored(
  source: AnswerSource,
  privacy: Privacy | null,
  tokens: () => RequestTokens | null,
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
      const own = tokens();
      restorer ??= own && privacy.restorer(own);
      raw += text;
      source.text(restorer === null ? text : restorer.push(text), text);
    },
    end: (end) => {
      if (restorer !== null) source.text(restorer.flush(), "");
      // What the service replaced is known now: from the next turn on this device does it.
      privacy.learn(end.redactions);
      const found = end.redactions.length > 0;
      source.end(end, (text) => {
        const own = tokens();
        const whole = own === null ? text : privacy.restore(raw, own, end.redactions);
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
