// What a deployment brings to every session: its identity, and the models that it offers.
import { parseIdentity, type Identity } from "../../../../src/crypto/identity.ts";
import { makeSecrets } from "../../../../src/local/secrets.ts";
import { refuse } from "../../../../src/protocol/errors.ts";
import type { Assistant } from "../../../../src/session/assistant-port.ts";

export const NO_ASSISTANT: Assistant = {
  terms: () => refuse("model_unknown"),
  complete: () => {
    throw new Error("no assistant was asked for");
  },
};

/** The deployment's identity, the same for every world. */
export const IDENTITY_KEY = makeSecrets().IDENTITY_KEY;
let identity: Promise<Identity> | undefined;

export function identityOf(): Promise<Identity> {
  return (identity ??= parseIdentity(IDENTITY_KEY));
}
