// What an event of a provider says, once it is held against a form. Nothing of it is repeated in an error.
import * as v from "valibot";
import type { Usage } from "../protocol/assistant.ts";
import { broken } from "./failure.ts";

/** The event's data as JSON of the given form. What does not fit breaks the answer; it is repeated nowhere. */
export function parseData<S extends v.GenericSchema>(schema: S, data: string): v.InferOutput<S> {
  let json: unknown;
  try {
    json = JSON.parse(data);
  } catch {
    throw broken();
  }
  const parsed = v.safeParse(schema, json);
  if (!parsed.success) throw broken();
  return parsed.output;
}

/** Counts that no model can have made are no counts. */
export function toUsage(inputTokens: number, outputTokens: number): Usage | null {
  const plausible = [inputTokens, outputTokens].every((count) => Number.isSafeInteger(count) && count >= 0);
  return plausible ? { inputTokens, outputTokens } : null;
}
