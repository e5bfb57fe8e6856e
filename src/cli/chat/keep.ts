// What an asker wants to be sent as it is, by its type. Whatever else is found is replaced on this device.
import { isPiiType } from "../../pii/types.ts";
import { CommandError } from "../command.ts";

/** Types of personal data that are not replaced on this device; `all` of them. */
export type Keep = "all" | ReadonlySet<string>;

export const KEEP_NONE: Keep = new Set<string>();

/** Reads `--keep`. Throws a {@link CommandError} that repeats nothing of what was given. */
export function parseKeep(text: string | undefined): Keep {
  if (text === undefined) return KEEP_NONE;
  const types = text.split(",").map((type) => type.trim().toUpperCase());
  if (types.length === 1 && types[0] === "ALL") return "all";
  if (!types.every(isPiiType)) {
    throw new CommandError(
      "--keep takes types of personal data, as EMAIL,PERSON, or ALL; docs/pii.md lists them",
    );
  }
  return new Set(types);
}

export function isKept(keep: Keep, type: string): boolean {
  return keep === "all" || keep.has(type);
}
