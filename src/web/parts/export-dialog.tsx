// One's own transcript, only when asked for. From then on it is a file like any other.
import { exportJson, exportMarkdown } from "../state/export.ts";
import { save } from "../state/save.ts";
import { useChat } from "./context.ts";
import { Dialog } from "./dialog.tsx";

export function ExportDialog({ onClose }: { readonly onClose: () => void }) {
  const { store } = useChat();
  return (
    <Dialog title="Export your transcript" onClose={onClose}>
      <p className="problem">
        A file is exactly what this chat promises not to leave behind. It holds everything in clear, the burn
        does not reach it, and the others are not told.
      </p>
      <div className="actions">
        <button
          type="button"
          className="quiet"
          onClick={() => {
            save("chat.md", "text/markdown", exportMarkdown(store.get().items));
          }}
        >
          Save as Markdown
        </button>
        <button
          type="button"
          className="quiet"
          onClick={() => {
            save("chat.json", "application/json", exportJson(store.get().items));
          }}
        >
          Save as JSON
        </button>
      </div>
    </Dialog>
  );
}
