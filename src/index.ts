// The entry Worker: a thin door in front of the sessions' Durable Objects.
import type { Env } from "./env.ts";
import { route } from "./router.ts";

export { ChatSession } from "../durable-objects/chat-session.ts";

export default { fetch: route } satisfies ExportedHandler<Env>;
