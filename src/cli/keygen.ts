// Makes the two secrets of a deployment. They are printed and kept nowhere.
import { parseArgs } from "node:util";
import { parseIdentity } from "../crypto/identity.ts";
import { makeSecrets } from "../local/secrets.ts";
import { EXIT, type Command } from "./command.ts";

export const keygenCommand: Command = {
  name: "keygen",
  usage: "[--json]",
  summary: "Make the secrets of a deployment.",
  help: `Prints TOKEN_SECRET, which signs capability tokens, and IDENTITY_KEY, which signs destruction
statements. Nothing is stored: whoever has seen the output has the keys.

  --json  one JSON object, so that the secrets need not be shown or kept:
          ghost-session keygen --json | npx wrangler secret bulk`,
  run,
};

async function run(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: { json: { type: "boolean" } } });
  const secrets = makeSecrets();
  const { thumbprint } = await parseIdentity(secrets.IDENTITY_KEY);
  const lines = Object.entries(secrets).map(([name, value]) => `${name}=${value}`);
  console.log(values.json === true ? JSON.stringify(secrets) : lines.join("\n"));
  // On the error stream, so that the secrets can be piped away without these lines.
  console.error(`
Hand each value to "npx wrangler secret put TOKEN_SECRET" and "npx wrangler secret put IDENTITY_KEY" (the part
after the first "="), then forget it. A new TOKEN_SECRET ends every token that was given out; before you replace
IDENTITY_KEY, add its public half to RETIRED_IDENTITY_KEYS, so that old statements stay verifiable.
People may pin this identity: ${thumbprint}`);
  return EXIT.done;
}
