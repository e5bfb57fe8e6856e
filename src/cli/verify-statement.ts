// Checks a destruction statement offline and says in plain words what it proves and what it does not. The
// check itself is the one of src/crypto/statement.ts.
import { parseArgs } from "node:util";
import { decodeProtectedHeader, type JSONWebKeySet } from "jose";
import * as v from "valibot";
import { verifyStatement, type Statement } from "../crypto/statement.ts";
import { isSessionId } from "../protocol/ids.ts";
import { CommandError, EXIT, type Command } from "./command.ts";
import { fetchText, readTextFile } from "./input.ts";
import { CAUSES, duration, instant } from "./statement-words.ts";

const USAGE = "FILE --jwks URL_OR_FILE [--session ID]";

export const verifyStatementCommand: Command = {
  name: "verify-statement",
  usage: USAGE,
  summary: "Check a destruction statement and say what it proves.",
  help: `FILE holds the statement: the bare JWS, or the JSON answer of DELETE /v1/sessions/:id, or the
"burned" message of the socket. "-" reads it from standard input.

  --jwks URL_OR_FILE  the service's identity keys: https://<service>/.well-known/jwks.json, or a
                      copy of that file. Plain http is taken from localhost only.
  --session ID        also check that the statement is about this session

Exit codes: 0 it verifies, 1 it does not verify, 2 something could not be read.`,
  run,
};

async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    options: { jwks: { type: "string" }, session: { type: "string" } },
    allowPositionals: true,
  });
  const { jwks: source, session } = values;
  const [file, ...rest] = positionals;
  if (file === undefined || rest.length > 0) throw new CommandError(`give one FILE: ${USAGE}`);
  if (source === undefined) throw new CommandError(`--jwks is missing: ${USAGE}`);
  if (session !== undefined && !isSessionId(session)) {
    throw new CommandError("--session takes a session id: 64 characters of 0-9 and a-f");
  }
  const jws = findStatement(await readTextFile(file));
  const keys = parseKeySet(source.includes("://") ? await fetchText(source) : await readTextFile(source));

  const statement = await verifyStatement(jws, keys);
  if (statement === null) return fail(`it was changed, or it was not signed by a key of ${source}`);
  if (session !== undefined && (await verifyStatement(jws, keys, session)) === null) {
    return fail("the signature is right, but it is about another session");
  }
  console.log(describe(statement, { signer: signerOf(jws), source, sessionChecked: session !== undefined }));
  return EXIT.done;
}

function fail(why: string): number {
  console.error(`ghost-session: the statement does not verify: ${why}`);
  return EXIT.failed;
}

const AnswerSchema = v.object({ statement: v.nullable(v.string()) });

/** The JWS in what the user has: the text itself, or the `statement` of an answer of the service. */
function findStatement(text: string): string {
  const trimmed = text.trim();
  if (trimmed === "") throw new CommandError("FILE is empty");
  if (!trimmed.startsWith("{")) return trimmed;
  const answer = v.safeParse(AnswerSchema, parseJson(trimmed, "FILE"));
  if (!answer.success) throw new CommandError('FILE is JSON without a "statement"');
  if (answer.output.statement === null) {
    throw new CommandError("there is no statement: the service burned the session but could not sign");
  }
  return answer.output.statement;
}

const KeySetSchema = v.object({
  keys: v.pipe(v.array(v.looseObject({ kty: v.string() })), v.minLength(1)),
});

function parseKeySet(text: string): JSONWebKeySet {
  const keys = v.safeParse(KeySetSchema, parseJson(text, "--jwks"));
  if (!keys.success) throw new CommandError("--jwks does not hold a JSON Web Key Set with at least one key");
  return keys.output;
}

function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new CommandError(`${name} does not hold JSON`);
  }
}

/** Thumbprint of the signing key. To be asked only after the signature was found right. */
function signerOf(jws: string): string {
  return decodeProtectedHeader(jws).kid ?? "without id";
}

interface Circumstances {
  readonly signer: string;
  readonly source: string;
  readonly sessionChecked: boolean;
}

function describe(statement: Statement, { signer, source, sessionChecked }: Circumstances): string {
  const { cause, createdAt, burnedAt, messages, bytes, complete, storageKeys, build } = statement;
  const relayed = `${String(messages)} messages, ${String(bytes)} bytes of sealed content`;
  const rows = {
    session: sessionChecked ? "the one that you named" : `SHA-256 ${statement.session} (--session checks it)`,
    burned: `${instant(burnedAt)}, because ${CAUSES[cause]} (${cause})`,
    created: `${instant(createdAt)}, ${duration(burnedAt - createdAt)} earlier`,
    relayed: complete ? `exactly ${relayed}` : `at least ${relayed}; earlier counts were lost with memory`,
    storage: `${String(storageKeys)} keys left when it was read back after the wipe`,
    build: `${build}, as the service says itself`,
    signer: `key ${signer}`,
  };
  const lines = Object.entries(rows).map(([name, value]) => `  ${name.padEnd(9)}${printable(value)}`);
  const wiped =
    storageKeys === 0
      ? "that its storage was wiped\n  and held nothing when it was read back"
      : "that its storage was wiped\n  and STILL HELD SOMETHING when it was read back";
  return `The statement verifies.

${lines.join("\n")}

What it proves
  The holder of the signing key states that this session burned at that time, ${wiped}.
  Not one character of the statement was changed since.

What it does not prove
${statement.notProven.map((each) => `  - ${printable(each)}`).join("\n")}
  - that the key is the service's own: it was read from ${printable(source)}. Compare it with the
    one that you pinned or got in another way.
  - that the service told the truth: it is its signed word, which it cannot take back.`;
}

/** A signed text is still a stranger's: control characters could rewrite the terminal around the verdict. */
function printable(text: string): string {
  return text.replace(/\p{C}/gu, "?");
}
