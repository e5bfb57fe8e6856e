// What stands in for parts that cannot be drawn. Burning and leaving must work whatever else does not.
import { useEffect, useRef } from "react";
import { undelivered } from "../state/loss.ts";
import { wordsOfLeaving } from "../state/words.ts";
import { useChat } from "./context.ts";
import { Dialog } from "./dialog.tsx";
import { Mark } from "./mark.tsx";

/** It reads the state once: what breaks the room may break whoever looks on. */
export function UndrawnRoom() {
  const chat = useChat();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    heading.current?.focus();
  }, []);
  return (
    <main className="screen">
      <Mark />
      <h1 ref={heading} tabIndex={-1}>
        This chat cannot be shown
      </h1>
      <p role="alert">
        Something in it breaks this page. Nothing more can be read or written here, but the session is alive.
      </p>
      <p className="hint">{wordsOfLeaving(undelivered(chat.store.get()))}</p>
      <div className="actions">
        <button
          type="button"
          className="quiet"
          onClick={() => {
            void chat.leave();
          }}
        >
          Leave and empty this page
        </button>
        {chat.mayBurn && (
          <button
            type="button"
            className="ember"
            onClick={() => {
              chat.panic();
            }}
          >
            Burn it now, for everyone
          </button>
        )}
      </div>
    </main>
  );
}

export function UndrawnDialog({ onClose }: { readonly onClose: () => void }) {
  return (
    <Dialog title="This cannot be shown" onClose={onClose}>
      <p role="alert">
        What the service or somebody in the chat sent breaks this part of the page. The chat goes on.
      </p>
    </Dialog>
  );
}

export function UndrawnRow() {
  return <p className="note warning">Something stands here that cannot be shown.</p>;
}
