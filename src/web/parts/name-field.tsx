// A person's display name. It travels sealed: the service never sees it.
import { useId } from "react";
import { isName } from "../../client/index.ts";
import { NAME_REFUSED } from "../state/words.ts";
import { Problem } from "./problem.tsx";

interface NameFieldProps {
  readonly value: string;
  readonly onChange: (name: string) => void;
}

/** With a name that cannot be taken nothing is submitted: the field has the keyboard then, and the name stays. */
export function NameField({ value, onChange }: NameFieldProps) {
  const id = useId();
  // Counted in bytes, which no `maxlength` does; and that would cut a name that is pasted without a word.
  const problem = isName(value.trim()) ? "" : NAME_REFUSED;
  return (
    <div className="field">
      <label htmlFor={id}>Your name in this chat</label>
      <input
        id={id}
        ref={(field) => field?.setCustomValidity(problem)}
        type="text"
        dir="auto"
        autoComplete="off"
        autoCorrect="off"
        spellCheck={false}
        placeholder="Optional"
        value={value}
        aria-invalid={problem !== ""}
        aria-describedby={`${id}-about`}
        onInvalid={(event) => {
          // What is wrong stands below it already.
          event.preventDefault();
          event.currentTarget.focus();
        }}
        onChange={(event) => {
          onChange(event.target.value);
        }}
      />
      <div className="field" id={`${id}-about`}>
        <p className="hint">Sealed like everything you say: only the people in the chat see it.</p>
        <Problem text={problem === "" ? null : problem} />
      </div>
    </div>
  );
}
