// Chooses the screen. A burn takes the whole of the one before off the page.
import { useSyncExternalStore } from "react";
import type { Chat } from "../state/chat.ts";
import { Boundary } from "./boundary.tsx";
import { ChatContext } from "./context.ts";
import { Invited } from "./invited.tsx";
import { Over } from "./over.tsx";
import { Room } from "./room.tsx";
import { Start } from "./start.tsx";
import { UndrawnRoom } from "./undrawn.tsx";
import { usePanicKey } from "./use-panic-key.ts";
import { Waiting } from "./waiting.tsx";

export function App({ chat }: { readonly chat: Chat }) {
  const place = useSyncExternalStore(chat.store.subscribe, () => chat.store.get().place);
  usePanicKey(chat);
  return (
    <ChatContext value={chat}>
      {place === "start" && <Start />}
      {place === "invited" && <Invited />}
      {place === "connecting" && (
        <Waiting
          words="Connecting…"
          onCancel={() => {
            chat.giveUp();
          }}
        />
      )}
      {place === "chat" && (
        <Boundary fallback={<UndrawnRoom />}>
          <Room />
        </Boundary>
      )}
      {place === "burning" && <Waiting words="Burning…" />}
      {place === "leaving" && <Waiting words="Leaving…" />}
      {place === "over" && <Over />}
    </ChatContext>
  );
}
