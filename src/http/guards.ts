// What a request must pass before a handler runs and long before an object wakes. A route names its guards
// in the route table; sign-in and network rate limits become entries of the same list.
import * as v from "valibot";
import type { Capability } from "../crypto/tokens.ts";
import type { Config } from "../env.ts";
import {
  JOIN_SUBPROTOCOL,
  parseJoin,
  parseResume,
  RESUME_SUBPROTOCOL,
  SUBPROTOCOL,
  TOKEN_SUBPROTOCOL,
  type ResumeRequest,
} from "../protocol/control.ts";
import { ok, refuse, type Result } from "../protocol/errors.ts";
import { isSessionId } from "../protocol/ids.ts";
import { MAX_BODY_BYTES } from "../protocol/limits.ts";

/** Passes or refuses a request by what it carries. */
export type Guard = (request: Request, config: Config) => Result<null>;

/**
 * Browsers say which page is calling. A foreign page is refused unless the operator allows it: it could burn
 * or read on behalf of whoever looks at it. Programs send no Origin and pass.
 */
export const ownOrigin: Guard = (request, config) =>
  allowedOrigin(request, config) === null ? refuse("origin_forbidden") : ok(null);

/** The origin to name in CORS headers; "" for requests without one; null for one that is not allowed. */
export function allowedOrigin(request: Request, { allowedOrigins }: Config): string | null {
  const origin = request.headers.get("origin");
  if (origin === null) return "";
  const own = new URL(request.url).origin;
  return origin === own || allowedOrigins.includes(origin) || allowedOrigins.includes("*") ? origin : null;
}

/** Finds the token that a request carries for the session `id` and verifies it. No object wakes. */
export async function authorise(request: Request, id: string, config: Config): Promise<Result<Capability>> {
  const token = bearerToken(request) ?? offeredProtocols(request).token;
  if (token === null || !isSessionId(id)) return refuse("unauthorised");
  return config.tokens.verify(token, id, Date.now());
}

/** What a WebSocket client offers in `Sec-WebSocket-Protocol`: browsers can send no other header. */
export function offeredProtocols(request: Request): {
  readonly ghost: boolean;
  readonly token: string | null;
  readonly resume: ResumeRequest | null;
  readonly join: string | null;
} {
  const offers = (request.headers.get("sec-websocket-protocol") ?? "")
    .split(",")
    .map((offer) => offer.trim());
  const after = (prefix: string) =>
    offers.find((offer) => offer.startsWith(prefix))?.slice(prefix.length) ?? null;
  const resume = after(RESUME_SUBPROTOCOL);
  const join = after(JOIN_SUBPROTOCOL);
  return {
    ghost: offers.includes(SUBPROTOCOL),
    token: after(TOKEN_SUBPROTOCOL),
    resume: resume === null ? null : parseResume(resume),
    join: join === null ? null : parseJoin(join),
  };
}

/** The token of an `Authorization: Bearer` header (RFC 6750 section 2.1). */
function bearerToken(request: Request): string | null {
  const header = request.headers.get("authorization") ?? "";
  const scheme = "bearer ";
  return header.slice(0, scheme.length).toLowerCase() === scheme ? header.slice(scheme.length).trim() : null;
}

/**
 * Reads a JSON body of at most {@link MAX_BODY_BYTES}. An empty body counts as `{}`. Refuses with the names of
 * the fields that do not fit, never with their values.
 */
export async function readJson<S extends v.GenericSchema>(
  request: Request,
  schema: S,
): Promise<Result<v.InferOutput<S>>> {
  const text = await readText(request);
  if (!text.ok) return text;
  const type = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (text.value !== "" && type !== "application/json") return refuse("unsupported_media_type");
  let data: unknown;
  try {
    data = text.value === "" ? {} : JSON.parse(text.value, refuseArrays);
  } catch {
    return refuse("bad_request", ["body"]);
  }
  const parsed = v.safeParse(schema, data);
  return parsed.success ? ok(parsed.output) : refuse("bad_request", parsed.issues.map(nameField));
}

async function readText(request: Request): Promise<Result<string>> {
  if (request.body === null) return ok("");
  const chunks: Uint8Array[] = [];
  let size = 0;
  // The length header may lie, so the bytes themselves are counted.
  for await (const chunk of request.body as ReadableStream<Uint8Array>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) return refuse("body_too_large");
    chunks.push(chunk);
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  try {
    return ok(new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes));
  } catch {
    return refuse("bad_request", ["body"]);
  }
}

/** The only list in any request of this API: the regions that a creator accepts. */
const LIST_FIELD = "regions";

// The schema library would take an empty list for an empty object, so that no other one gets that far.
function refuseArrays(key: string, value: unknown): unknown {
  if (Array.isArray(value) && key !== LIST_FIELD) throw new SyntaxError("list");
  return value;
}

// A caller's own unknown field name is its input and is not repeated: only the path to it is.
function nameField(issue: v.BaseIssue<unknown>): string {
  const known = issue.type === "strict_object" && issue.expected === "never";
  const path = issue.path?.map(({ key }) => String(key)) ?? [];
  return (known ? [...path.slice(0, -1), "unknown field"] : path).join(".") || "body";
}
