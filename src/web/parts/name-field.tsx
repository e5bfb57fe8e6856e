// A person's display name. It travels sealed: the service never sees it.
import { useId } from "react";
import { Problem } from "./problem.tsx";

interface NameFieldProps {
  readonly value: string;
  readonly onChange: (name: string) => void;
  /** why it was refused */
  readonly problem: string | null;
}

export function NameField({ value, onChange, problem }: NameFieldProps) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>Your name in this chat</label>
      <input
        id={id}
        type="text"
        dir="auto"
        maxLength={48}
        autoComplete="off"
        spellCheck={false}
        placeholder="Optional"
        autoFocus={problem !== null}
        value={value}
        aria-invalid={problem !== null}
        aria-describedby={`${id}-hint`}
        onChange={(event) => {
          onChange(event.target.value);
        }}
      />
      <p className="hint" id={`${id}-hint`}>
        Sealed like everything you say: only the people in the chat see it.
      </p>
      <Problem text={problem} />
    </div>
  );
}
