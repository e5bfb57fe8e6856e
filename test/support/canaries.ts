// Looks for bytes that must not be there, in the forms in which they could be.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export interface Canary {
  readonly name: string;
  readonly text: string;
}

/** Names of the canaries that `bytes` holds: as they are, in hex, in base64, and as UTF-16. */
export function canariesIn(bytes: Buffer, canaries: readonly Canary[]): string[] {
  return canaries
    .filter(({ text }) => formsOf(text).some((form) => bytes.includes(form)))
    .map(({ name }) => name);
}

/** Every file below `directory`, by its name and its content, and the canaries in either. */
export function scanDirectory(directory: string, canaries: readonly Canary[]): string[] {
  return filesBelow(directory).flatMap((path) =>
    canariesIn(Buffer.concat([Buffer.from(path), readFileSync(path)]), canaries).map(
      (name) => `${name} in ${path}`,
    ),
  );
}

export function filesBelow(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

function formsOf(text: string): Buffer[] {
  const bytes = Buffer.from(text);
  // Base64 looks different at each of three offsets; what does not depend on the neighbours is left.
  const base64 = [0, 1, 2].map((offset) => {
    const padded = Buffer.concat([Buffer.alloc(offset), bytes]).toString("base64");
    return padded.slice(Math.ceil((offset * 4) / 3), Math.floor(((offset + bytes.length) * 4) / 3) - 1);
  });
  return [
    bytes,
    Buffer.from(bytes.toString("hex")),
    Buffer.from(text, "utf16le"),
    ...base64.map((each) => Buffer.from(each)),
  ];
}
