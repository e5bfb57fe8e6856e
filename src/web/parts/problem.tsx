// What went wrong, said at once to whoever listens to the page, and brought into view of whoever looks at it.
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
    // Behind whatever else took the focus with the same drawing, and only as far as it takes.
    line.current?.scrollIntoView({ block: "nearest" });
  }, [focused, text]);
  if (text === null) return null;
  return (
    <p className="problem" role="alert" ref={line} tabIndex={focused ? -1 : undefined}>
      {text}
    </p>
  );
}
