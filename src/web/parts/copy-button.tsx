// Copies a text when asked to, and says whether that worked. What is in the clipboard is out of the page's hands.
import { useEffect, useState } from "react";
import { after } from "../timers.ts";

/** milliseconds */
const SAID_MS = 2_000;

interface CopyButtonProps {
  readonly text: string;
  /** names what is copied, for those who do not see where the button stands */
  readonly what: string;
  readonly className?: string;
}

export function CopyButton({ text, what, className = "quiet small" }: CopyButtonProps) {
  const [said, setSaid] = useState<string | null>(null);
  useEffect(
    () =>
      said === null
        ? undefined
        : after(SAID_MS, () => {
            setSaid(null);
          }),
    [said],
  );
  return (
    <button
      type="button"
      className={className}
      aria-label={said ?? `Copy ${what}`}
      onClick={() => {
        navigator.clipboard.writeText(text).then(
          () => {
            setSaid("Copied");
          },
          () => {
            setSaid("Not allowed here");
          },
        );
      }}
    >
      <span aria-live="polite">{said ?? "Copy"}</span>
    </button>
  );
}
