// Loads the compiled engine in Node from the package's own files. The only file here that may import from Node.
import { readFile } from "node:fs/promises";
import { platformWebAssembly, supportsSimd, type WebAssemblyModule } from "./wasm-types.ts";

/** Compiles the engine: the SIMD build where the runtime has it. `directory` defaults to the project's build output. */
export async function loadPiiModule(
  options: { readonly directory?: URL; readonly simd?: boolean } = {},
): Promise<WebAssemblyModule> {
  const directory = options.directory ?? new URL("../../dist/pii/", import.meta.url);
  const name = (options.simd ?? supportsSimd()) ? "engine.simd.wasm" : "engine.scalar.wasm";
  return platformWebAssembly().compile(new Uint8Array(await readFile(new URL(name, directory))));
}
