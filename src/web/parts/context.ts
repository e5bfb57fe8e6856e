// Gives components the chat and the parts of the state that they show.
import { createContext, use, useSyncExternalStore } from "react";
import type { Person } from "../../client/index.ts";
import type { Chat } from "../state/chat.ts";
import { nameOf } from "../state/naming.ts";
import type { State } from "../state/state.ts";

export const ChatContext = createContext<Chat | null>(null);

export function useChat(): Chat {
  const chat = use(ChatContext);
  if (chat === null) throw new Error("outside the page");
  return chat;
}

/** A part of the state; what it selects must be a value of the state itself, not one made anew. */
export function useChatState<T>(select: (state: State) => T): T {
  const { store } = useChat();
  return useSyncExternalStore(store.subscribe, () => select(store.get()));
}

/** What each of those who are here is called. */
export function useNaming(): (person: Person) => string {
  const people = useChatState((state) => state.people);
  const model = useChatState((state) => state.assistant?.model);
  return (person) => nameOf(person, people, model);
}
