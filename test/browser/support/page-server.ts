// Serves one page on this machine: the least HTML that there is, and a module bundled for browsers. The page may
// load nothing else and may talk to the named addresses only: what a hardened deployment would allow.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { build } from "esbuild";

export interface PageServer {
  readonly origin: string;
  /** Origins that pages loaded from now on may call; their sockets too. */
  allow(origins: readonly string[]): void;
  stop(): Promise<void>;
}

const HTML = `<!doctype html><html lang="en"><meta charset="utf-8"><title>ghost-session</title>
<link rel="icon" href="data:,"><script type="module" src="/page.js"></script></html>`;

/** `entry`: the module that the page runs, as a path in the repository. */
export async function startPageServer(entry: string): Promise<PageServer> {
  const bundle = await build({
    entryPoints: [entry],
    bundle: true,
    format: "esm",
    platform: "browser",
    target: "es2024",
    write: false,
  });
  const script = bundle.outputFiles[0]?.contents ?? new Uint8Array();
  let allowed: readonly string[] = [];
  const server = createServer(({ url }, response) => {
    if (url === "/page.js") response.writeHead(200, { "content-type": "text/javascript" }).end(script);
    else if (url === "/") {
      const policy = `default-src 'none'; script-src 'self'; img-src data:; connect-src ${connectSources(allowed)}`;
      const headers = { "content-type": "text/html", "content-security-policy": policy };
      response.writeHead(200, headers).end(HTML);
    } else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    origin: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    allow: (origins) => {
      allowed = origins;
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function connectSources(origins: readonly string[]): string {
  const sources = origins.flatMap((origin) => [origin, origin.replace("http", "ws")]);
  return sources.length === 0 ? "'none'" : sources.join(" ");
}
