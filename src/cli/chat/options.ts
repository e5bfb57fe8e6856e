// Reads the arguments of `chat`. Nothing that was given is repeated in an error: it may be an invite link.
import { parseArgs } from "node:util";
import type { BurnChange, CreateOptions } from "../../client/index.ts";
import { MAX_INVITE_USES } from "../../protocol/limits.ts";
import { CommandError } from "../command.ts";
import { parseAssistant } from "./assistant-options.ts";
import { parseDuration } from "./duration.ts";
import { parseKeep, type Keep } from "./keep.ts";

/** Where `npm start` listens. */
export const DEFAULT_SERVICE = "http://127.0.0.1:8787";
/** Stands for a link that is read instead of given. */
const READ_LINK = "-";

/** What both ways into a session share. */
interface CommonOptions {
  readonly name: string;
  /** so many people have to be connected before input is read; null: none but oneself */
  readonly people: number | null;
  /** what happens at the end of the input */
  readonly atEnd: "leave" | "wait" | "burn";
  readonly json: boolean;
  /** every line of the input is a question to the assistant */
  readonly ask: boolean;
  /** personal data in questions that this device does not replace */
  readonly keep: Keep;
  /** where the destruction statement goes; null: nowhere */
  readonly statement: string | null;
}

export interface CreateChat extends CommonOptions {
  readonly way: "create";
  readonly service: string;
  readonly identity: string | null;
  readonly burn: BurnChange;
  readonly uses: number;
  /** null: none */
  readonly assistant: NonNullable<CreateOptions["assistant"]> | null;
}

export interface JoinChat extends CommonOptions {
  readonly way: "join";
  /** null: read it from standard input */
  readonly link: string | null;
  /** where the service is not at the origin of the link */
  readonly service: string | null;
}

export type ChatOptions = CreateChat | JoinChat;

const ONLY_CREATING = [
  "ttl",
  "idle",
  "empty",
  "messages",
  "burn-by",
  "uses",
  "identity",
  "model",
  "pii",
  "retention",
  "regions",
  "training",
] as const;

/** Throws what `parseArgs` throws, or a {@link CommandError}. */
export function parseChatOptions(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): ChatOptions {
  const text = { type: "string" } as const;
  const flag = { type: "boolean" } as const;
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      service: text,
      name: text,
      ttl: text,
      idle: text,
      empty: text,
      messages: text,
      "burn-by": text,
      uses: text,
      identity: text,
      model: text,
      pii: text,
      retention: text,
      regions: text,
      training: flag,
      ask: flag,
      keep: text,
      people: text,
      wait: flag,
      burn: flag,
      json: flag,
      statement: text,
    },
  });
  const [link, ...more] = positionals;
  if (more.length > 0) throw new CommandError("give one LINK at most; put it in quotes");
  if (values.wait === true && values.burn === true) {
    throw new CommandError("--wait and --burn exclude each other");
  }
  const common = {
    name: values.name ?? "",
    people: wholeNumber(values.people, "--people", 1),
    atEnd: values.burn === true ? "burn" : values.wait === true ? "wait" : "leave",
    json: values.json === true,
    ask: values.ask === true,
    keep: parseKeep(values.keep),
    statement: values.statement ?? null,
  } as const;
  if (link !== undefined) {
    const stray = ONLY_CREATING.find((option) => values[option] !== undefined);
    if (stray !== undefined) throw new CommandError(`--${stray} is for creating a session, without LINK`);
    const service = values.service ?? null;
    return { ...common, way: "join", link: link === READ_LINK ? null : link, service };
  }
  const assistant = parseAssistant(values);
  if (common.ask && assistant === null) throw new CommandError("--ask needs a session with --model");
  const fromEnvironment = env["GHOST_SERVICE"]?.trim() ?? "";
  return {
    ...common,
    way: "create",
    service: values.service ?? (fromEnvironment === "" ? DEFAULT_SERVICE : fromEnvironment),
    identity: values.identity ?? null,
    uses: wholeNumber(values.uses, "--uses", 1, MAX_INVITE_USES) ?? 1,
    burn: burnOptions({ ...values, burnBy: values["burn-by"] }),
    assistant,
  };
}

interface BurnTexts {
  readonly ttl?: string | undefined;
  readonly idle?: string | undefined;
  readonly empty?: string | undefined;
  readonly messages?: string | undefined;
  readonly burnBy?: string | undefined;
}

function burnOptions(texts: BurnTexts): BurnChange {
  const [ttl, idle] = [span(texts.ttl, "--ttl", 1), span(texts.idle, "--idle", 1)];
  const empty = span(texts.empty, "--empty", 0);
  const messages = wholeNumber(texts.messages, "--messages", 1);
  const { burnBy } = texts;
  if (burnBy !== undefined && burnBy !== "host" && burnBy !== "anyone") {
    throw new CommandError('--burn-by takes "host" or "anyone"');
  }
  return {
    ...(ttl !== null && { ttl }),
    ...(idle !== null && { idle }),
    ...(empty !== null && { empty }),
    ...(messages !== null && { messages }),
    ...(burnBy !== undefined && { burnBy }),
  };
}

function span(text: string | undefined, option: string, least: number): number | null {
  if (text === undefined) return null;
  const seconds = parseDuration(text);
  if (seconds === null || seconds < least) {
    throw new CommandError(`${option} takes a time of at least ${String(least)} s, as 45s, 10m or 1h30m`);
  }
  return seconds;
}

/** Null where `text` is not given. */
function wholeNumber(
  text: string | undefined,
  what: string,
  least: number,
  most = Number.MAX_SAFE_INTEGER,
): number | null {
  if (text === undefined) return null;
  const value = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
  if (!(value >= least && value <= most)) {
    const upTo = most === Number.MAX_SAFE_INTEGER ? "" : ` to ${String(most)}`;
    throw new CommandError(`${what} takes a whole number from ${String(least)}${upTo}`);
  }
  return value;
}
