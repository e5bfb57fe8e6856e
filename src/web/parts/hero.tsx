// The head of a screen before a chat: what this is, and what went wrong on the way to it.
import { useEffect, useRef, type ReactNode } from "react";
import { useChat, useChatState } from "./context.ts";
import { Mark } from "./mark.tsx";
import { Problem } from "./problem.tsx";

interface HeroProps {
  readonly title: string;
  readonly children: ReactNode;
}

export function Hero({ title, children }: HeroProps) {
  const problem = useChatState((state) => state.problem);
  const refused = useChatState((state) => state.refused);
  const isBack = useChatState((state) => state.isBack);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (isBack) heading.current?.focus();
  }, [isBack]);
  const elsewhere = refused !== null && refused.part !== null;
  return (
    <>
      <header className="hero">
        <Mark />
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        <p>{children}</p>
      </header>
      {!elsewhere && <Problem text={problem} focused={refused !== null} />}
      <KeptAccess />
    </>
  );
}

function KeptAccess() {
  const chat = useChat();
  const stays = useChatState((state) => state.stays);
  if (!stays) return null;
  return (
    <section className="kept-access" aria-label="An earlier chat">
      <p>
        This tab keeps your access to an earlier chat, its key included. It forgets it when another chat
        begins here.
      </p>
      <div className="actions">
        <button
          type="button"
          className="quiet"
          onClick={() => {
            void chat.comeBack();
          }}
        >
          Go back to it
        </button>
        <button
          type="button"
          className="quiet"
          onClick={() => {
            chat.forget();
          }}
        >
          Forget it
        </button>
      </div>
    </section>
  );
}
