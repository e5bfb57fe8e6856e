// Where the terminal chat finds the engine that replaces personal data: a file of the package, read when the first
// question is asked. Nothing is fetched.
import type { CreateOptions } from "../../client/index.ts";
import { loadPiiModule } from "../../pii/load-node.ts";

/** Set by the build: where the engine lies, seen from the built command. */
declare const ENGINE_DIRECTORY: string;
const FROM_SOURCE = "../../../dist/pii/";

/** The option of the SDK that makes it replace personal data on this device. */
export const ON_DEVICE: NonNullable<CreateOptions["pii"]> = {
  engine: () => {
    const directory = typeof ENGINE_DIRECTORY === "string" ? ENGINE_DIRECTORY : FROM_SOURCE;
    return loadPiiModule({ directory: new URL(directory, import.meta.url) });
  },
};
