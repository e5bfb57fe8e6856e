// Forms of the identifiers that travel. All are random, so none tells anything about whom it names.
import * as v from "valibot";

/** Text form (base64url, RFC 4648 section 5) of `bytes` random bytes. */
const token = (bytes: number) =>
  v.pipe(
    v.string(),
    v.check((text) => isBase64Url(text, Math.ceil((bytes * 4) / 3))),
  );

/** bytes; participant, invite and epoch ids. 96 random bits never collide within a deployment's life. */
export const ID_BYTES = 12;
/** characters; its text form. */
export const ID_CHARS = (ID_BYTES * 4) / 3;
/** bytes; the secret that lets a client resume its own connection. */
export const RESUME_SECRET_BYTES = 16;
/** bytes; the secret by which a client that joins is known again when it has to ask twice. */
export const JOIN_SECRET_BYTES = 16;
/** bytes; a flow-control mark. It cannot be guessed by a client that did not read it. */
export const MARK_BYTES = 6;

/** bytes; the client's part in an offer: that it comes back shows that the offer is fresh. */
export const NONCE_BYTES = 32;

export const IdSchema = token(ID_BYTES);
export const ResumeSecretSchema = token(RESUME_SECRET_BYTES);
export const JoinSecretSchema = token(JOIN_SECRET_BYTES);
export const MarkSchema = token(MARK_BYTES);
export const NonceSchema = token(NONCE_BYTES);

/** Characters of a session id: lower-case hexadecimal, as the platform makes them. */
export const SESSION_ID_CHARS = 64;

export function isSessionId(text: string): boolean {
  return (
    text.length === SESSION_ID_CHARS && everyChar(text, (c) => (c >= 48 && c <= 57) || (c >= 97 && c <= 102))
  );
}

// No regular expression: V8 would keep the last string that one matched, after everything else is dropped.
export function isBase64Url(text: string, chars: number): boolean {
  return (
    text.length === chars &&
    everyChar(
      text,
      (c) => (c >= 48 && c <= 57) || (c >= 65 && c <= 90) || (c >= 97 && c <= 122) || c === 45 || c === 95,
    )
  );
}

/** Whether every UTF-16 unit of a text passes. */
export function everyChar(text: string, test: (code: number) => boolean): boolean {
  for (let i = 0; i < text.length; i++) if (!test(text.charCodeAt(i))) return false;
  return true;
}
