// Who is typing. It keeps its place while nobody is, so that nothing moves.
import { useChatState, useNaming } from "./context.ts";
import { Names } from "./names.tsx";

export function TypingLine() {
  const typing = useChatState((state) => state.typing);
  const people = useChatState((state) => state.people);
  const names = people.filter(({ id }) => id in typing).map(useNaming());
  return (
    <p className="typing" aria-live="off">
      {names.length > 0 && (
        <>
          <Names names={names.slice(0, 3)} />
          {names.length > 3 && ` and ${String(names.length - 3)} more`} {names.length === 1 ? "is" : "are"}{" "}
          typing…
        </>
      )}
    </p>
  );
}
