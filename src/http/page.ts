// The chat page and its files, behind headers that leave it no way to anybody but this service. Nothing here reads
// a token, a body or a query: an invite's secrets stand in the fragment, which never comes here.
import type { Env } from "../env.ts";
import { refuse } from "../protocol/errors.ts";
import { problem } from "./problem.ts";

/** Paths that are answered from the built page. */
export const PAGE_PATHS = ["/", "/assets/*"] as const;

// No inline script or style, no frame, no form, nobody else. Compiling the engine needs `wasm-unsafe-eval`, which
// allows WebAssembly and no other evaluation. No string ever becomes markup: Trusted Types without any policy.
const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");

const HEADERS: Readonly<Record<string, string>> = {
  "content-security-policy": POLICY,
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  // A name in a message must not be looked up because a link to it is shown.
  "x-dns-prefetch-control": "off",
  "permissions-policy": "camera=(), microphone=(), geolocation=(), browsing-topics=()",
};

/** seconds; a built file has a hash of its content in its name, so it never changes. */
const ASSET_LIFE_SECONDS = 31_536_000;

/** Serves the page or one of its files. */
export async function servePage(request: Request, env: Env): Promise<Response> {
  const { pathname } = new URL(request.url);
  const isPage = pathname === "/";
  const found = await env.ASSETS?.fetch(new URL(isPage ? "/index.html" : pathname, request.url));
  if (found?.ok !== true) return problem(refuse("not_found"));
  const headers = new Headers(HEADERS);
  headers.set("content-type", found.headers.get("content-type") ?? "application/octet-stream");
  // The page itself is never kept, also not by going back to it: it would come back with what it showed.
  headers.set(
    "cache-control",
    isPage ? "no-store" : `public, max-age=${String(ASSET_LIFE_SECONDS)}, immutable`,
  );
  return new Response(found.body, { status: 200, headers });
}
