// The head of a screen before a chat: what this is, and what went wrong on the way to it.
import type { ReactNode } from "react";
import { useChatState } from "./context.ts";
import { Mark } from "./mark.tsx";
import { Problem } from "./problem.tsx";

interface HeroProps {
  readonly title: string;
  readonly children: ReactNode;
}

export function Hero({ title, children }: HeroProps) {
  const problem = useChatState((state) => state.problem);
  return (
    <>
      <header className="hero">
        <Mark />
        <h1>{title}</h1>
        <p>{children}</p>
      </header>
      <Problem text={problem} />
    </>
  );
}
