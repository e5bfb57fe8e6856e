// What is fetched after the first screen: the Markdown parser, and the dialogs that no burn needs.
import { Dialog } from "./dialog.tsx";
import type { LaterDialogProps } from "./later-dialog.tsx";
import { loadable } from "./loadable.tsx";

const markdown = loadable(
  () => import("./markdown.tsx"),
  (module) => module.Markdown,
  ({ text }: { readonly text: string }) => (
    <p className="unparsed" dir="auto">
      {text}
    </p>
  ),
);
const dialogs = loadable(
  () => import("./later-dialog.tsx"),
  (module) => module.LaterDialog,
  ({ onClose }: LaterDialogProps, { failed, again }) => (
    <Dialog title="One moment" onClose={onClose}>
      <p role="status">
        {failed
          ? "This part of the page could not be fetched. The chat goes on without it, and so does the burn."
          : "This part of the page is being fetched…"}
      </p>
      {failed && (
        <div className="actions">
          <button type="button" className="quiet" onClick={again}>
            Try again
          </button>
        </div>
      )}
    </Dialog>
  ),
);

export const Markdown = markdown.Part;
export const LaterDialog = dialogs.Part;

/** Begins to fetch all of it, so that it is here when it is needed, with a network or without. */
export function fetchLater(): void {
  void Promise.all([dialogs.fetch(), markdown.fetch()]);
}
