// Loads the compiled engine in a browser by URL. Nothing but the two module files is ever requested.
import { platformWebAssembly, supportsSimd, type WebAssemblyModule } from "./wasm-types.ts";

interface FetchedBytes {
  readonly ok: boolean;
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** Where the two builds are served. */
export interface PiiModuleUrls {
  readonly simd: string;
  readonly scalar: string;
}

/** Fetches and compiles the build that this browser can run. Throws `pii_module_unavailable` if it cannot be fetched. */
export async function loadPiiModule(urls: PiiModuleUrls): Promise<WebAssemblyModule> {
  const browser = globalThis as unknown as { fetch(url: string): Promise<FetchedBytes> };
  const response = await browser.fetch(supportsSimd() ? urls.simd : urls.scalar);
  if (!response.ok) throw new Error("pii_module_unavailable");
  return platformWebAssembly().compile(new Uint8Array(await response.arrayBuffer()));
}
