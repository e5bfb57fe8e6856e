// Invite links, made and read in one place. Everything that is secret stands in the fragment, which a browser
// sends to no server. Whoever carries the link still sees it: messengers, history sync, QR scanners.
import { fromBase64Url, isCanonicalJws, toBase64Url } from "../crypto/bytes.ts";
import { parseRoomKey } from "../crypto/seal.ts";
import type { Role } from "../protocol/control.ts";
import { isBase64Url, isSessionId } from "../protocol/ids.ts";
import { MAX_TOKEN_CHARS } from "../protocol/limits.ts";
import { GhostError } from "./error.ts";

/** An invite that was minted. */
export interface Invite {
  readonly id: string;
  readonly role: Role;
  readonly uses: number;
  /** ms since the epoch by the service's clock; {@link Session.msUntil} says how long that is */
  readonly expiresAt: number;
  /** the whole link: whoever has it can join and read; hand it over with care */
  readonly link: string;
}

/** What a link carries. */
export interface InviteLink {
  /** origin of the service */
  readonly service: string;
  readonly session: string;
  /** invite token */
  readonly token: string;
  readonly roomKey: Uint8Array<ArrayBuffer>;
  /** JWK thumbprint (RFC 7638) of the deployment's identity key */
  readonly identity: string;
}

/** First field of the fragment: says what this is, and which version of it. */
const MARK = "ghost1";
/** characters; SHA-256 as base64url. */
const THUMBPRINT_CHARS = 43;
/** characters; origin, path and fragment of the longest link that is looked at. */
const MAX_LINK_CHARS = 4_096;
const LOOPBACK = ["localhost", "127.0.0.1", "[::1]"];

/**
 * Makes a link. `page`: where guests land, by default the root of the service; its own query stays, its fragment
 * is replaced. The service is found by the origin of the link.
 *
 * @throws {@link GhostError} `misuse` where `page` is no address of a page, `link_insecure` where it is not `https:` and not
 * on this very machine
 */
export function makeInviteLink(invite: InviteLink, page: string = invite.service): string {
  parseService(page);
  const url = new URL(page);
  // The thumbprint has a fixed length and stands last, so that a link that was cut off anywhere is noticed.
  const fields = [
    MARK,
    invite.session,
    toBase64Url(invite.roomKey),
    ...invite.token.split("."),
    invite.identity,
  ];
  url.hash = fields.join(".");
  return url.href;
}

/**
 * Reads a link.
 *
 * @throws {@link GhostError} `link_malformed`, `link_truncated`, `link_insecure`
 */
export function parseInviteLink(link: string): InviteLink {
  const text = link.trim();
  if (text.length > MAX_LINK_CHARS) throw new GhostError("link_malformed");
  const service = parseService(text, "link_malformed");
  // Not URL.hash: what follows the "#" is taken as it stands.
  const [, fragment = "", ...more] = text.split("#");
  const [mark, session, key, header, payload, signature, identity, ...rest] = fragment.split(".");
  if (mark !== MARK || more.length > 0 || rest.length > 0) {
    const cut = fragment === "" || MARK.startsWith(fragment);
    throw new GhostError(cut && more.length === 0 ? "link_truncated" : "link_malformed");
  }
  // Field by field from the front: whatever is missing behind a good one was cut off.
  const cutAt = (last: boolean): GhostError => new GhostError(last ? "link_truncated" : "link_malformed");
  if (session === undefined || !isSessionId(session)) throw cutAt(key === undefined);
  const roomKey = parseRoomKey(key ?? "");
  if (roomKey === null) throw cutAt(header === undefined);
  if (payload === undefined || signature === undefined || identity === undefined) throw cutAt(true);
  const token = `${header ?? ""}.${payload}.${signature}`;
  if (!isToken(token)) throw cutAt(false);
  if (!isThumbprint(identity)) throw cutAt(identity.length < THUMBPRINT_CHARS);
  return { service, session, token, roomKey, identity };
}

/** Whether a text has the form of a token, so that a link can carry it. */
export function isToken(text: string): boolean {
  return text.length <= MAX_TOKEN_CHARS && isCanonicalJws(text);
}

/** Origin of the service at `address`. Throws `link_insecure`, or `otherwise` where it is no address. */
export function parseService(address: string, otherwise: "link_malformed" | "misuse" = "misuse"): string {
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    throw new GhostError(otherwise);
  }
  if (url.protocol === "https:") return url.origin;
  if (url.protocol !== "http:") throw new GhostError(otherwise);
  if (!LOOPBACK.includes(url.hostname)) throw new GhostError("link_insecure");
  return url.origin;
}

export function isThumbprint(text: string): boolean {
  return isBase64Url(text, THUMBPRINT_CHARS) && toBase64Url(fromBase64Url(text)) === text;
}
