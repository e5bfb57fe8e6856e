// A person's display name. It travels sealed: the service never sees it.
import { useId } from "react";

interface NameFieldProps {
  readonly value: string;
  readonly onChange: (name: string) => void;
}

export function NameField({ value, onChange }: NameFieldProps) {
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
        value={value}
        aria-describedby={`${id}-hint`}
        onChange={(event) => {
          onChange(event.target.value);
        }}
      />
      <p className="hint" id={`${id}-hint`}>
        Sealed like everything you say: only the people in the chat see it.
      </p>
    </div>
  );
}
