// Verifies a statement once more, from what the service publishes now, under the key that was pinned when the session
// began. The thumbprint is computed here: what a key set calls its keys proves nothing.
import { verifyStatement } from "../../client/index.ts";

type KeySet = Parameters<typeof verifyStatement>[1];

/** Null where the key set cannot be had. */
export async function verifyAgain(jws: string, identity: string, session: string): Promise<boolean | null> {
  try {
    const answer = await fetch("/.well-known/jwks.json", { cache: "no-store", credentials: "omit" });
    const { keys } = (await answer.json()) as KeySet;
    for (const key of keys) {
      if ((await thumbprint(key)) !== identity) continue;
      const pinned = { keys: [{ ...key, kid: identity }] };
      return (await verifyStatement(jws, pinned, session)) !== null;
    }
    return false;
  } catch {
    return null;
  }
}

/** RFC 7638 section 3. */
async function thumbprint({ crv, kty, x }: KeySet["keys"][number]): Promise<string> {
  const digest = await crypto.subtle.digest(
    "SHA-256",
    new TextEncoder().encode(JSON.stringify({ crv, kty, x })),
  );
  const text = btoa(String.fromCharCode(...new Uint8Array(digest)));
  return text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
