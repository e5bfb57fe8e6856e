// A deployment that can keep sessions in a jurisdiction, which workerd cannot: its namespace takes the restriction and
// goes on as it was.
import { env } from "cloudflare:workers";
import type { Env } from "../../../src/env.ts";

/** `asked` hears every restriction that is used. */
export function placedIn(asked: string[] = []): Env {
  const restricted = new Proxy(env.CHAT_SESSIONS, {
    get(namespace, name) {
      if (name === "jurisdiction") {
        return (place: string) => {
          asked.push(place);
          return namespace;
        };
      }
      const member: unknown = Reflect.get(namespace, name);
      return typeof member === "function" ? (member.bind(namespace) as unknown) : member;
    },
  });
  return { ...env, CHAT_SESSIONS: restricted };
}
