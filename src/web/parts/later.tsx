// What is fetched after the first screen, in one file: Markdown, and the dialogs that no burn needs.
import { Dialog } from "./dialog.tsx";
import type { LaterDialogProps } from "./later-parts.tsx";
import { Loadable, type Fetching } from "./loadable.tsx";

const parts = new Loadable(() => import("./later-parts.tsx"));

export const Markdown = parts.part(
  (module) => module.Markdown,
  ({ text }: { readonly text: string }, fetching) => (
    <>
      <p className="unparsed" dir="auto">
        {text}
      </p>
      {(fetching.failed || fetching.again) && (
        <p className="hint">
          It is shown as it was written: the part of the page that formats it could not be fetched.{" "}
          <Again {...fetching} />
        </p>
      )}
    </>
  ),
);

export const LaterDialog = parts.part(
  (module) => module.LaterDialog,
  ({ onClose }: LaterDialogProps, fetching) => (
    <Dialog title="One moment" onClose={onClose}>
      <p role="status">
        {fetching.failed
          ? "This part of the page could not be fetched. The chat goes on without it, and so does the burn."
          : "This part of the page is being fetched…"}
      </p>
      {(fetching.failed || fetching.again) && (
        <div className="actions">
          <Again {...fetching} />
        </div>
      )}
    </Dialog>
  ),
);

/** It stays where it is while it is asked once more, so that the keyboard stays with it. */
function Again({ failed, askAgain }: Fetching) {
  return (
    <button type="button" className="quiet" aria-disabled={!failed} onClick={askAgain}>
      Try again
    </button>
  );
}

/** Begins to fetch all of it, so that it is here when it is needed, with a network or without. */
export function fetchLater(): void {
  void parts.fetch();
}
