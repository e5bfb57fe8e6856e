// The chat page as the Worker serves it: which headers it has, and that it takes no route from the API.
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { route } from "../../src/router.ts";
import { ORIGIN } from "./support/client.ts";

const get = (path: string, method = "GET") => route(new Request(ORIGIN + path, { method }), env);

it("[PAGE10] the page and its files come with a policy that allows nothing but this service", async () => {
  const page = await get("/");
  expect(page.status).toBe(200);
  const html = await page.text();
  expect(html).toContain('<div id="root">');
  const files = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path ?? "");
  expect(files.length).toBeGreaterThan(2);
  for (const path of ["/", ...files]) {
    const { status, headers } = await get(path);
    expect([path, status]).toEqual([path, 200]);
    const policy = headers.get("content-security-policy") ?? "";
    expect(policy.split("; ")).toEqual(
      expect.arrayContaining([
        "default-src 'none'",
        "connect-src 'self'",
        "style-src 'self'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
      ]),
    );
    expect(policy).not.toMatch(/unsafe-inline|unsafe-eval(?<!wasm-unsafe-eval)|https?:|data:|\*/);
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("cross-origin-opener-policy")).toBe("same-origin");
    expect(headers.get("x-dns-prefetch-control")).toBe("off");
    expect(headers.get("set-cookie")).toBeNull();
    expect(headers.get("cache-control")).toBe(
      path === "/" ? "no-store" : "public, max-age=31536000, immutable",
    );
  }
  // Nothing inline, and nothing of anybody else's.
  expect(html).not.toMatch(/<script(?![^>]*src=)|<style|style=|https?:|\son[a-z]+=/);
});

it("[PAGE10] what is not the page is the API's, and what is neither is not found", async () => {
  expect((await get("/v1/health")).headers.get("content-type")).toBe("application/json");
  expect((await get("/.well-known/jwks.json")).headers.get("content-security-policy")).toBeNull();
  for (const path of ["/index.html", "/assets/", "/assets/nothing.js", "/assets/../index.html", "/x"]) {
    expect([path, (await get(path)).status]).toEqual([path, 404]);
  }
  const wrong = await get("/", "POST");
  expect([wrong.status, wrong.headers.get("allow")]).toEqual([405, "GET"]);
  const head = await get("/", "HEAD");
  expect([head.status, await head.text()]).toEqual([200, ""]);
  const { ASSETS, ...without } = env;
  expect(ASSETS).toBeDefined();
  expect((await route(new Request(`${ORIGIN}/`), without)).status).toBe(404);
});
