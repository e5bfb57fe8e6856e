// A person's display name. It travels sealed: the service never sees it.
import { useId } from "react";
import { isName } from "../../client/index.ts";
import { NAME_REFUSED } from "../state/words.ts";
import { Problem } from "./problem.tsx";

interface NameFieldProps {
  readonly value: string;
  readonly onChange: (name: string) => void;
  /** why it was refused; what is wrong with the name is said as it is written */
  readonly problem: string | null;
}

export function NameField({ value, onChange, problem }: NameFieldProps) {
  const id = useId();
  // Counted in bytes: a name that a field of so many characters takes can be too long in most of the world's scripts.
  const isRefused = !isName(value.trim());
  return (
    <div className="field">
      <label htmlFor={id}>Your name in this chat</label>
      <input
        id={id}
        type="text"
        dir="auto"
        maxLength={48}
        autoComplete="off"
        autoCorrect="off"
        spellCheck={false}
        placeholder="Optional"
        autoFocus={problem !== null}
        value={value}
        aria-invalid={isRefused}
        aria-describedby={`${id}-hint`}
        onChange={(event) => {
          onChange(event.target.value);
        }}
      />
      <p className="hint" id={`${id}-hint`}>
        Sealed like everything you say: only the people in the chat see it.
      </p>
      <Problem text={isRefused ? NAME_REFUSED : null} />
    </div>
  );
}
