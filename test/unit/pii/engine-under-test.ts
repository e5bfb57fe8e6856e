// Loads the two builds once for the PII tests and gives each test a fresh detector. Test support only.
import { createDetector, type DetectorOptions, type PiiDetector } from "../../../src/pii/detector.ts";
import { createEngine, type Engine } from "../../../src/pii/engine-instance.ts";
import { loadPiiModule } from "../../../src/pii/load-node.ts";

export const modules = {
  simd: await loadPiiModule({ simd: true }),
  scalar: await loadPiiModule({ simd: false }),
};
export const newDetector = (options: DetectorOptions = {}): PiiDetector =>
  createDetector(modules.simd, options);
export const newEngine = (build: "simd" | "scalar" = "simd"): Engine => createEngine(modules[build]);

/** The types found in a text, with the text they cover. */
export const found = (text: string, options: DetectorOptions = {}): string[] =>
  newDetector(options)
    .detect(text)
    .map((s) => `${s.type}:${text.slice(s.start, s.end)}`);
