// What the package exports, read from package.json so that nothing else lists it: build, reference and tests follow.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** absolute path of the checkout, with a slash at its end */
export const ROOT = fileURLToPath(new URL("../", import.meta.url));

/** One module that the package exports. */
export interface PackageEntry {
  /** what is imported, as `ghost-session/client` */
  readonly specifier: string;
  /** the source that it is built from, relative to {@link ROOT} */
  readonly source: string;
}

interface Manifest {
  readonly name: string;
  readonly exports: Readonly<Record<string, string | object>>;
}

/** The exported modules; whatever else is exported is a file as it lies there. Their types lie beside them. */
export function packageEntries(): readonly PackageEntry[] {
  const { name, exports } = JSON.parse(readFileSync(`${ROOT}package.json`, "utf8")) as Manifest;
  return Object.entries(exports).flatMap(([subpath, target]) => {
    const module = typeof target === "string" ? /^\.\/dist\/(.+)\.js$/.exec(target)?.[1] : undefined;
    return module === undefined ? [] : [{ specifier: name + subpath.slice(1), source: `src/${module}.ts` }];
  });
}
