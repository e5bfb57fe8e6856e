// The assistant of a session: what its client needs of the rest, and nothing else.
import { AssistantClient } from "./assistant/assistant.ts";
import type { Conversation } from "./conversation.ts";
import type { Countdown } from "./countdown.ts";
import type { SessionParts } from "./session-parts.ts";

export function createAssistant(
  { environment, privacy, channel }: SessionParts,
  conversation: Conversation,
  countdown: Countdown,
): AssistantClient {
  return new AssistantClient({
    environment,
    privacy,
    counted: () => {
      countdown.noteContent();
    },
    channel: async () => channel(conversation.roster.self),
    sharing: {
      capacity: () => conversation.partCapacity,
      push: (part) => conversation.share(part),
      sparing: () => countdown.messagesLeft !== null,
    },
  });
}
