// While something is on its way.
import { useEffect, useRef } from "react";
import { useChatState } from "./context.ts";
import { Mark } from "./mark.tsx";
import { Problem } from "./problem.tsx";

interface WaitingProps {
  readonly words: string;
  /** absent where it cannot be taken back */
  readonly onCancel?: () => void;
}

export function Waiting({ words, onCancel }: WaitingProps) {
  const problem = useChatState((state) => state.problem);
  const said = useRef<HTMLParagraphElement>(null);
  // What had the keyboard is gone. It is not on the button: a key that is held down must not cancel what it began.
  useEffect(() => {
    said.current?.focus();
  }, []);
  return (
    <main className="screen waiting">
      <Mark />
      <p role="status" ref={said} tabIndex={-1}>
        {words}
      </p>
      <Problem text={problem} />
      {onCancel !== undefined && (
        <button type="button" className="quiet" onClick={onCancel}>
          Cancel
        </button>
      )}
    </main>
  );
}
