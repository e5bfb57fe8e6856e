// Secrets for one run: made when asked for, kept in memory, never written anywhere.
import { generateKeyPairSync, randomBytes } from "node:crypto";

/** Fresh values for the secrets that the service needs. */
export function makeSecrets(): { TOKEN_SECRET: string; IDENTITY_KEY: string } {
  const { privateKey } = generateKeyPairSync("ed25519");
  return {
    TOKEN_SECRET: randomBytes(32).toString("base64url"),
    IDENTITY_KEY: JSON.stringify(privateKey.export({ format: "jwk" })),
  };
}
