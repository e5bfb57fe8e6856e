// For Workers, where only modules compiled at deploy time may be instantiated: the bundler's import is the module itself.
// `import simd from "ghost-session/pii/engine.simd.wasm"`; there is nothing to fetch and nothing to compile.
import type { WebAssemblyModule } from "./wasm-types.ts";

/** Accepts the imported module; throws if the bundler gave bytes or a URL instead. */
export function usePiiModule(imported: unknown): WebAssemblyModule {
  if (
    typeof imported !== "object" ||
    imported === null ||
    imported instanceof Uint8Array ||
    imported instanceof ArrayBuffer
  )
    throw new TypeError("pii_module_not_compiled");
  return imported;
}
