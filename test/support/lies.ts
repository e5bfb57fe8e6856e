// What lies are made of, and what each says of itself: every one breaks what one rule promises, in front of a service
// that keeps it. `breaks` names every rule that the lie makes untrue for an outsider.
import type { Answered, Asked, Lie } from "./lying-proxy.ts";

export interface NamedLie extends Lie {
  readonly name: string;
  readonly breaks: readonly string[];
  /** it is about what happens when memory is lost, which takes long to see */
  readonly slow?: true;
}

export type Json = Record<string, unknown>;

export function edit(part: Asked | Answered, change: (body: Json) => void): void {
  if (part.body.length === 0) return;
  try {
    const body = JSON.parse(part.body.toString()) as Json;
    change(body);
    part.body = Buffer.from(JSON.stringify(body));
  } catch {
    // Broken JSON is handed on as it is.
  }
}

/** Changes one field of the burn policy or the limits that creation asks for. */
export function onCreate(
  group: "burn" | "limits",
  field: string,
  from: unknown,
  to: unknown,
): (asked: Asked) => undefined {
  return (asked) => {
    if (asked.method === "POST" && asked.path === "/v1/sessions") {
      edit(asked, (body) => {
        const values = (body[group] ?? {}) as Json;
        if (values[field] === from) values[field] = to;
      });
    }
    return undefined;
  };
}
