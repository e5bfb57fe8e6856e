// Answers of the HTTP API. Every error leaves through `problem`: a row of the closed table and nothing else.
import type { Problem } from "../protocol/api.ts";
import { ERRORS, type Refusal } from "../protocol/errors.ts";

// Nothing that this service answers may be kept by anybody in between.
const HEADERS = {
  "cache-control": "no-store",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
} as const;

export function json(body: unknown, init: ResponseInit = {}): Response {
  const headers = new Headers(init.headers);
  for (const [name, value] of Object.entries(HEADERS)) headers.set(name, value);
  if (!headers.has("content-type")) headers.set("content-type", "application/json");
  return new Response(JSON.stringify(body), { ...init, headers });
}

export function noContent(): Response {
  return new Response(null, { status: 204, headers: HEADERS });
}

/** Problem details (RFC 9457). */
export function problem({ code, at }: Refusal, headers: Record<string, string> = {}): Response {
  const { status, text, retryable } = ERRORS[code];
  const body: Problem = {
    type: "about:blank",
    title: text,
    status,
    code,
    retryable,
    ...(at && { at: [...at] }),
  };
  // RFC 6750 section 3: a 401 says which scheme it wants.
  const challenge: Record<string, string> = status === 401 ? { "www-authenticate": "Bearer" } : {};
  return json(body, {
    status,
    headers: { "content-type": "application/problem+json", ...challenge, ...headers },
  });
}
