// The engine that finds personal data, as a file of this page. It loads beside the page, when a session with an
// assistant begins, and is asked for by nobody else.
import scalar from "../../dist/pii/engine.scalar.wasm?url";
import simd from "../../dist/pii/engine.simd.wasm?url";
import { loadPiiModule } from "../pii/load-browser.ts";

/** Fetches and compiles the build that this browser can run. */
export function loadEngine() {
  return loadPiiModule({ simd, scalar });
}
