// What went wrong, said at once to whoever listens to the page.
import { useEffect, useRef } from "react";

interface ProblemProps {
  readonly text: string | null;
  /** the screen came back because of it: whoever goes on by keyboard goes on from here */
  readonly focused?: boolean;
}

export function Problem({ text, focused = false }: ProblemProps) {
  const line = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    if (focused) line.current?.focus();
  }, [focused, text]);
  if (text === null) return null;
  return (
    <p className="problem" role="alert" ref={line} tabIndex={focused ? -1 : undefined}>
      {text}
    </p>
  );
}
