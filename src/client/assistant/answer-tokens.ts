// Which tokens an answer may turn into values: those of its own request, and those that the service made for it. A model
// can name any token there is, and others read along: what another turn held stays out of its reach.
import { createRestoreStream } from "../../pii/restore.ts";
import { shapedTokens } from "../../pii/token-syntax.ts";
import { readToken, type TokenKnowledge } from "../../pii/tokens.ts";
import type { PiiVault } from "../../pii/vault.ts";
import type { Replaced, RequestTokens } from "./privacy.ts";

/**
 * UTF-16 units; values that one answer puts back, together. An answer has 256 KiB at most: that is four times as much. A
 * model repeats a token as often as it likes, and a service names values as long as its summary has room.
 */
const MAX_RESTORED_UNITS = 1_048_576;

/** Names of tokens that a text holds, as restoring it would read them. */
export function addTokens(text: string, vault: PiiVault, names: Set<string>): void {
  const stream = createRestoreStream(vault, ({ name }) => names.add(name));
  stream.push(text);
  stream.flush();
}

/** A vault as one answer may read it: with what the service told for it, which the vault need not have taken over. */
export function vaultOf(
  vault: PiiVault,
  { names, first }: RequestTokens,
  redactions: readonly Replaced[],
): PiiVault {
  const told = new Map<string, string>();
  for (const { type, token, value } of redactions) {
    const [{ name } = { name: "" }] = shapedTokens(token);
    const isOwn = token === `[${name}]` && name.startsWith(`${type}_`) && numberOf(name) >= first;
    if (isOwn && !told.has(name)) told.set(name, value);
  }
  const readable = new Set([...names, ...told.keys()]);
  const beginnings = new Set<string>();
  for (const name of readable) for (let at = 0; at < name.length; at++) beginnings.add(name.slice(0, at));
  let restored = 0;
  const known = (name: string): TokenKnowledge =>
    readable.has(name) ? "both" : beginnings.has(name) ? "prefix" : "no";
  return {
    ...vault,
    read: (text, at, previous, final) => readToken(text, at, previous, final, known),
    // Beyond the bound a token stays as it is.
    valueOf: (name) => {
      const value = names.has(name) ? vault.valueOf(name) : told.get(name);
      if (value === undefined || restored + value.length > MAX_RESTORED_UNITS) return undefined;
      restored += value.length;
      return value;
    },
  };
}

/** The number in a token's name, as 12 in `EMAIL_12B`. */
function numberOf(name: string): number {
  return Number.parseInt(name.slice(name.lastIndexOf("_") + 1), 10);
}
