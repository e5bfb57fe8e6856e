// What of a chat is fetched after its first screen, in one file: Markdown, and the dialogs but for burning: whoever wants
// to burn must not have to wait for a network.
import { ExportDialog } from "./export-dialog.tsx";
import { Inspector } from "./inspector.tsx";
import { InviteDialog } from "./invite-dialog.tsx";
import { SettingsDialog } from "./settings-dialog.tsx";

export { Markdown } from "./markdown.tsx";

export interface LaterDialogProps {
  /** a turn: what happened to its question */
  readonly which: "invite" | "settings" | "export" | { readonly turn: string };
  readonly onExport: () => void;
  readonly onClose: () => void;
}

export function LaterDialog({ which, onExport, onClose }: LaterDialogProps) {
  switch (which) {
    case "invite":
      return <InviteDialog onClose={onClose} />;
    case "settings":
      return <SettingsDialog onClose={onClose} onExport={onExport} />;
    case "export":
      return <ExportDialog onClose={onClose} />;
    default:
      return <Inspector turn={which.turn} onClose={onClose} />;
  }
}
