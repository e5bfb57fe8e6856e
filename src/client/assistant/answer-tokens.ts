// Which tokens an answer may turn into values: those of its own request, and those that the service made for it. A model
// can name any token there is, and others read along: what another turn held stays out of its reach.
import { createRestoreStream } from "../../pii/restore.ts";
import { shapedTokens } from "../../pii/token-syntax.ts";
import { readToken, type TokenKnowledge } from "../../pii/tokens.ts";
import type { PiiVault } from "../../pii/vault.ts";
import type { Replaced, RequestTokens } from "./privacy.ts";

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
  const known = (name: string): TokenKnowledge =>
    readable.has(name) ? "both" : beginnings.has(name) ? "prefix" : "no";
  return {
    ...vault,
    read: (text, at, previous, final) => readToken(text, at, previous, final, known),
    valueOf: (name) => (names.has(name) ? vault.valueOf(name) : told.get(name)),
  };
}

/** The number in a token's name, as 12 in `EMAIL_12B`. */
function numberOf(name: string): number {
  return Number.parseInt(name.slice(name.lastIndexOf("_") + 1), 10);
}
