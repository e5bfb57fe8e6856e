// The package as its users get it: what it brings along, that it runs, bundles and type-checks in a foreign project.
import { existsSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { describe, expect, it } from "vitest";
import { bundleForBrowser } from "../../scripts/browser-bundle.ts";
import { packageEntries, ROOT } from "../../scripts/package-entries.ts";
import {
  CHANNEL_MODULE,
  SDK_BUDGET_BYTES,
  SDK_WITH_CHANNEL_BUDGET_BYTES,
} from "../../scripts/size-budgets.ts";
import { makeSecrets } from "../../src/local/secrets.ts";
import { describeWorker } from "../../src/local/worker-options.ts";
import { consumer } from "./consumer.ts";

const inCheckout = (name: string) => join(ROOT, "node_modules", name);

describe("[PKG1] what is installed", () => {
  it("holds no tool, no runtime and no framework", () => {
    const installed = consumer.installed();
    expect(installed).toContain("jose");
    const unwanted =
      /^(wrangler|miniflare|workerd|vite|vitest|react|react-dom|esbuild|typescript|ws|node)$|^@cloudflare\//;
    expect(installed.filter((name) => unwanted.test(name))).toEqual([]);
  });

  it("holds built files only: no source, no test, no secret of the checkout", () => {
    const { files } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { files: string[] };
    expect(files).toEqual(["dist", "wrangler.toml"]);
    expect(() => readFileSync(consumer.path("node_modules/ghost-session/src/index.ts"))).toThrow("ENOENT");
  });
});

describe("[PKG2] modules", () => {
  it("every export can be imported in Node, and nothing else", async () => {
    const specifiers = packageEntries().map(({ specifier }) => specifier);
    const script = `for (const name of ${JSON.stringify(specifiers)}) console.log(Object.keys(await import(name)).length > 0);
      await import("ghost-session/dist/protocol/limits.js").catch(({ code }) => console.log(code));`;
    const out = await consumer.run(process.execPath, ["--input-type=module", "--eval", script]);
    expect(out.trim().split("\n")).toEqual([
      ...specifiers.map(() => "true"),
      "ERR_PACKAGE_PATH_NOT_EXPORTED",
    ]);
  });

  it("the PII engine loads from the package's own files", async () => {
    const script = `import { createDetector, createVault, redact } from "ghost-session/pii";
      import { loadPiiModule } from "ghost-session/pii/node";
      for (const simd of [true, false]) {
        const detector = createDetector(await loadPiiModule({ simd }));
        console.log(redact("Mail me at anna@example.org.", detector, createVault()).text);
      }`;
    const out = await consumer.run(process.execPath, ["--input-type=module", "--eval", script]);
    expect(out).toBe("Mail me at [EMAIL_1].\nMail me at [EMAIL_1].\n");
  });

  it("the command line starts by its name", async () => {
    expect(await consumer.run("npx", ["--no-install", "ghost-session", "--help"])).toContain(
      "Usage: ghost-session",
    );
  });
});

describe("[PKG3] bundled for a browser", () => {
  const bundle = async (code: string) => {
    const bundled = await bundleForBrowser(code, consumer.path("."));
    expect(bundled.warnings).toEqual([]);
    return bundled;
  };

  it("the client needs no module of Node and stays within its budget, with the channel and without", async () => {
    const client = await bundle(`export * from "ghost-session/client";`);
    expect(client.firstLoadBytes).toBeGreaterThan(5_000);
    expect(client.firstLoadBytes).toBeLessThanOrEqual(SDK_BUDGET_BYTES);
    const withChannel = client.withBytes(CHANNEL_MODULE);
    expect(withChannel).toBeGreaterThan(client.firstLoadBytes + 5_000);
    expect(withChannel).toBeLessThanOrEqual(SDK_WITH_CHANNEL_BUDGET_BYTES);
  });

  it("the PII engine's code needs no module of Node", async () => {
    await bundle(`export * from "ghost-session/pii"; export * from "ghost-session/pii/browser";`);
  });

  it("what is not used is left out", async () => {
    const constant = await bundle(`export { NEVER } from "ghost-session/pii";`);
    expect(constant.firstLoadBytes).toBeLessThan(250);
    const error = await bundle(`export { GhostError } from "ghost-session/client";`);
    expect(error.firstLoadBytes).toBeLessThan(5_000);
  });
});

it("[PKG5] the service deploys from the package, as docs/deploy.md says", async () => {
  const deploying = readFileSync(join(ROOT, "docs/deploy.md"), "utf8");
  const [command = ""] = /^sed .*$/m.exec(deploying) ?? [];
  await consumer.run("sh", ["-c", command]);
  const bundle = consumer.path("bundle");
  await consumer.run(inCheckout(".bin/wrangler"), ["deploy", "--dry-run", "--outdir", bundle], {
    WRANGLER_SEND_METRICS: "false",
    WRANGLER_LOG_PATH: consumer.path("wrangler.log"),
  });
  const { options, bindings } = describeWorker(consumer.path("wrangler.toml"));
  // The first one is the main module.
  const modules = ["worker.js", ...readdirSync(bundle).filter((name) => name.endsWith(".wasm"))];
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      ...options,
      bindings: { ...bindings, ...makeSecrets() },
      modulesRoot: bundle,
      modules: modules.map((name) => ({
        type: name.endsWith(".js") ? "ESModule" : "CompiledWasm",
        path: join(bundle, name),
      })),
      port: 0,
      cf: false,
      telemetry: { enabled: false },
      handleStructuredLogs: () => undefined,
    }),
  );
  try {
    const origin = "https://chat.example";
    expect((await miniflare.dispatchFetch(`${origin}/v1/health`)).status).toBe(200);
    expect((await miniflare.dispatchFetch(`${origin}/v1/sessions`, { method: "POST" })).status).toBe(201);
  } finally {
    await miniflare.dispose();
  }
});

describe("[PKG4] types", () => {
  const source = `
    import { createSession, GhostError, type Session, type SessionEvent } from "ghost-session/client";
    import { createDetector, createVault, redact, type PiiSpan } from "ghost-session/pii";
    import { loadPiiModule } from "ghost-session/pii/node";
    import { loadPiiModule as fetchPiiModule } from "ghost-session/pii/browser";
    import { usePiiModule } from "ghost-session/pii/worker";
    import engine from "ghost-session/pii/engine.simd.wasm";

    const session: Session = await createSession({ service: "https://chat.example", burn: { ttl: 60 } });
    session.on("message", ({ text, name }) => { const shown: string = text + (name ?? ""); void shown; });
    for await (const event of session.events()) { const each: SessionEvent = event; void each; }
    // @ts-expect-error there is no such event
    session.on("mesage", () => undefined);
    const code: "burned" | undefined = new GhostError("burned").code === "burned" ? "burned" : undefined;
    const spans: readonly PiiSpan[] = redact("", createDetector(await loadPiiModule()), createVault()).spans;
    export const all = [code, spans, fetchPiiModule, usePiiModule(engine)];
  `;
  const hookSource = `
    import type { ChatInit, ChatTransport } from "ai";
    import { createGhostTransport, type GhostMetadata, type GhostUIMessage } from "ghost-session/ai-sdk";
    import { createSession } from "ghost-session/client";

    const session = createSession({ service: "https://chat.example", assistant: { model: "mirror" } });
    const transport: ChatTransport<GhostUIMessage> = createGhostTransport({ session: () => session });
    // What the hook takes besides: its messages are then known to carry our metadata.
    export const init: ChatInit<GhostUIMessage> = {
      transport,
      onFinish: ({ message }) => { const told: GhostMetadata | undefined = message.metadata; void told?.complete; },
    };
    // @ts-expect-error the transport needs a session
    createGhostTransport({});
    // @ts-expect-error there is no such fact about an answer
    export const wrong = (metadata: GhostMetadata) => metadata.finished;
  `;
  /** What the compiler objects to, one line each. */
  const objections = async (name: string, options: object, text = source): Promise<string[]> => {
    const file = `${name}.ts`;
    consumer.file(file, text);
    const compilerOptions = {
      target: "es2024",
      strict: true,
      exactOptionalPropertyTypes: true,
      skipLibCheck: false,
      // The compiler's own libraries are not on trial.
      skipDefaultLibCheck: true,
      noEmit: true,
      types: [],
      ...options,
    };
    const config = consumer.file(`${name}.json`, JSON.stringify({ compilerOptions, files: [file] }));
    try {
      await consumer.run(inCheckout(".bin/tsc"), ["-p", config]);
      return [];
    } catch (error) {
      const { stdout = "" } = error as { stdout?: string };
      // Indented lines explain the one above them.
      const lines = stdout.split("\n").filter((line) => /^\S/.test(line));
      if (lines.length === 0) throw error;
      return lines;
    }
  };
  const page = { module: "esnext", moduleResolution: "bundler", lib: ["es2024", "dom", "dom.iterable"] };

  it("hold in a bundled page, without Node's types", async () => {
    expect(await objections("page", page)).toEqual([]);
  });

  it("hold in a program for Node, without a browser's types", async () => {
    const options = { module: "nodenext", moduleResolution: "nodenext", lib: ["es2024"], types: ["node"] };
    expect(await objections("node", { ...options, typeRoots: [inCheckout("@types")] })).toEqual([]);
  });

  it("hold for the hook of the AI SDK, where that is installed too", async () => {
    // The version that the checkout pins. Its own dependencies are found beside it.
    const installed = consumer.path("node_modules/ai");
    if (!existsSync(installed)) symlinkSync(inCheckout("ai"), installed);
    // Its own declarations do not hold under these options, and are not on trial.
    const theirs = /^[^(]*node_modules\/(?!ghost-session\/)[^(]*\(/;
    const ours = (await objections("hook", page, hookSource)).filter((line) => !theirs.test(line));
    expect(ours).toEqual([]);
  });

  it("publint has nothing to say", async () => {
    const tarball = new Uint8Array(readFileSync(consumer.tarball)).buffer;
    const { messages, pkg } = await publint({ pack: { tarball }, strict: true });
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
  });

  it("attw has nothing to say to modules: CommonJS is not offered", async () => {
    const attw = inCheckout(".bin/attw");
    const report = await consumer.run(attw, ["--profile", "esm-only", "--format", "json", consumer.tarball]);
    expect(JSON.parse(report)).toMatchObject({ analysis: { types: { kind: "included" } } });
  });
});
