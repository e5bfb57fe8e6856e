// One's own transcript, only when asked for. From then on it is a file like any other.
import { exportJson, exportMarkdown } from "../state/export.ts";
import { save } from "../state/save.ts";
import { useChat } from "./context.ts";
import { Dialog } from "./dialog.tsx";

const FORMS = [
  { title: "Save as Markdown", file: "chat.md", type: "text/markdown", text: exportMarkdown },
  { title: "Save as JSON", file: "chat.json", type: "application/json", text: exportJson },
] as const;

export function ExportDialog({ onClose }: { readonly onClose: () => void }) {
  const { store } = useChat();
  return (
    <Dialog title="Export your transcript" onClose={onClose}>
      <p className="problem">
        A file is exactly what this chat promises not to leave behind. It holds everything in clear, the burn
        does not reach it, and the others are not told.
      </p>
      <div className="actions">
        {FORMS.map(({ title, file, type, text }) => (
          <button
            key={file}
            type="button"
            className="quiet"
            onClick={() => {
              save(file, type, text(store.get().items));
            }}
          >
            {title}
          </button>
        ))}
      </div>
    </Dialog>
  );
}
