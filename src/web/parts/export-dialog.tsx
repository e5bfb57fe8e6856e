// One's own transcript, only when asked for. From then on it is a file like any other.
import { useState } from "react";
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
  const [busy, setBusy] = useState(false);
  const make = async (file: string, type: string, text: (typeof FORMS)[number]["text"]): Promise<void> => {
    setBusy(true);
    const whole = await text(store.get().items);
    setBusy(false);
    // After a burn nothing is saved any more.
    if (store.get().place === "chat") save(file, type, whole);
  };
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
            aria-disabled={busy}
            onClick={() => {
              if (!busy) void make(file, type, text);
            }}
          >
            {title}
          </button>
        ))}
      </div>
    </Dialog>
  );
}
