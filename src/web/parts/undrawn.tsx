// What stands in for parts that cannot be drawn. Burning and leaving must work whatever else does not.
import { useChat } from "./context.ts";
import { Dialog } from "./dialog.tsx";
import { Mark } from "./mark.tsx";

export function UndrawnRoom() {
  const chat = useChat();
  return (
    <main className="screen">
      <Mark />
      <h1>This chat cannot be shown</h1>
      <p role="alert">
        Something in it breaks this page. Nothing more can be read or written here, but the session is alive.
      </p>
      <button
        type="button"
        className="ember"
        onClick={() => {
          chat.panic();
        }}
      >
        {chat.mayBurn ? "Burn it and empty this page" : "Leave and empty this page"}
      </button>
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
