// The runner has no configuration of its own: what wrangler.toml says is what runs.
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { createPrivateDirectory } from "../../src/local/private-directory.ts";
import { startService } from "../../src/local/service.ts";
import { startWatchdog } from "../../src/local/watchdog.ts";
import { describeWorker, WRANGLER_CONFIG } from "../../src/local/worker-options.ts";
import { WebSocket } from "ws";
import { call, createSession } from "../support/client.ts";

const toml = readFileSync(WRANGLER_CONFIG, "utf8");
const scratch = createPrivateDirectory();
const watchdog = startWatchdog(scratch);
afterAll(() => watchdog.release());

it("[RUN3] takes date, flags, objects and variables from wrangler.toml", () => {
  const { name, options, bindings, main } = describeWorker();
  expect(toml).toContain(`name = "${name}"`);
  expect(toml).toContain(`main = "${main.slice(-"src/index.ts".length)}"`);
  expect(toml).toContain(`compatibility_date = "${String(options["compatibilityDate"])}"`);
  expect(toml).toContain(`compatibility_flags = ${JSON.stringify(options["compatibilityFlags"])}`);
  const objects = options["durableObjects"] as Record<string, { className: string; useSQLite: boolean }>;
  for (const [binding, { className, useSQLite }] of Object.entries(objects)) {
    expect(toml).toContain(`name = "${binding}"\nclass_name = "${className}"`);
    expect(toml).toContain(`new_sqlite_classes = ["${className}"]`);
    expect(useSQLite).toBe(true);
  }
  expect(Object.keys(objects)).toHaveLength(toml.split("[[durable_objects.bindings]]").length - 1);
  for (const [variable, value] of Object.entries(bindings)) {
    expect(toml).toContain(`${variable} = ${JSON.stringify(value)}`);
  }
});

it("[RUN3] an offer to compress is not taken up", async () => {
  const service = await startService();
  try {
    const created = await createSession(service.url);
    const url = new URL(created.links.socket, service.url);
    url.protocol = "ws:";
    const socket = new WebSocket(url, ["ghost.v1", `ghost.token.${created.hostToken}`], {
      perMessageDeflate: true,
    });
    await once(socket, "open");
    expect(socket.extensions).toBe("");
    socket.terminate();
  } finally {
    await service.stop();
  }
});

it("[RUN3] another wrangler.toml gives other options", () => {
  const other = toml
    .replace(/compatibility_date = .*/, 'compatibility_date = "2026-10-01"')
    .replace(
      /compatibility_flags = .*/,
      'compatibility_flags = ["no_web_socket_compression", "nodejs_compat"]',
    )
    .replaceAll("ChatSession", "OtherSession")
    .replace(/BUILD_ID = .*/, 'BUILD_ID = "another"');
  const path = join(scratch.scratch, "wrangler.toml");
  writeFileSync(path, other);
  const { options, bindings } = describeWorker(path);
  expect(options).toMatchObject({
    compatibilityDate: "2026-10-01",
    compatibilityFlags: ["no_web_socket_compression", "nodejs_compat"],
    durableObjects: { CHAT_SESSIONS: { className: "OtherSession" } },
  });
  expect(bindings).toMatchObject({ BUILD_ID: "another" });
});

it("[RUN3] variables of wrangler.toml reach the service, and bindings go before them", async () => {
  const [plain, changed] = await Promise.all([
    startService(),
    startService({ bindings: { BUILD_ID: "override" } }),
  ]);
  const buildOf = async (url: URL) =>
    ((await call(url, "GET", "/v1/health")).body as { build: string }).build;
  expect(toml).toContain(`BUILD_ID = "${await buildOf(plain.url)}"`);
  expect(await buildOf(changed.url)).toBe("override");
  await Promise.all([plain.stop(), changed.stop()]);
});
