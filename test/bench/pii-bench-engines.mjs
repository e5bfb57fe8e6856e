// The engines of `npm run pii:bench`: both builds of ours, seven plain expressions, and the packages of other projects by their own
// public call. Each takes a text and gives something that cannot be left out.
import { OpenRedaction } from "@openredaction/core";
import { SyncRedactor } from "redact-pii";
import { createDetector } from "../../src/pii/detector.ts";
import { loadPiiModule } from "../../src/pii/load-node.ts";

// what a team writes in an afternoon; no checksums, no context
const REGEXES = [
  /[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}/g,
  /\b[A-Z]{2}\d{2}(?:[ ]?[A-Z0-9]{4}){2,7}(?:[ ]?[A-Z0-9]{1,4})?\b/g,
  /\b(?:\d[ -]?){12,18}\d\b/g,
  /\b\d{3}-\d{2}-\d{4}\b/g,
  /\b(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)\b/g,
  /\b(?:[0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4}\b/g,
  /(?:\+?\d{1,3}[ .-]?)?(?:\(\d{2,4}\)|\b\d{2,4})[ .-]?\d{3,4}[ .-]?\d{3,4}\b/g,
];
function regexes(text) {
  let n = 0;
  for (const re of REGEXES) {
    re.lastIndex = 0;
    while (re.exec(text) !== null) n++;
  }
  return n;
}

export const modules = {
  simd: await loadPiiModule({ simd: true }),
  scalar: await loadPiiModule({ simd: false }),
};
const simd = createDetector(modules.simd),
  scalar = createDetector(modules.scalar);
export const ours = (text) => simd.detect(text).length;
/** Quick enough for texts of any size. */
export const quick = {
  simd: ours,
  scalar: (text) => scalar.detect(text).length,
  "seven regexes": regexes,
};

const redactor = new SyncRedactor(),
  detector = new OpenRedaction();
/** Other packages: they take milliseconds to seconds for what the engine does in microseconds. */
export const others = {
  simd: ours,
  "seven regexes": regexes,
  "redact-pii 3.4.0": (text) => redactor.redact(text).length,
  "openredaction 1.1.5": async (text) => (await detector.detect(text)).detections.length,
};
