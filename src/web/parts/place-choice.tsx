// Where the session's object must live. Only what this service says that it can promise is offered.
import { useId } from "react";
import type { Jurisdiction } from "../../client/index.ts";
import { Problem } from "./problem.tsx";

const ANYWHERE = "";

const PLACES: Readonly<Record<Jurisdiction, string>> = {
  eu: "European Union",
  us: "United States",
  fedramp: "FedRAMP",
};

interface PlaceChoiceProps {
  /** null while the service was not heard */
  readonly offered: readonly Jurisdiction[] | null;
  /** null: anywhere */
  readonly value: Jurisdiction | null;
  readonly onChange: (jurisdiction: Jurisdiction | null) => void;
  /** why it was refused */
  readonly problem: string | null;
}

export function PlaceChoice({ offered, value, onChange, problem }: PlaceChoiceProps) {
  const id = useId();
  // What was chosen stays in sight, also while the service was not heard.
  const places = [...new Set([...(offered ?? []), ...(value === null ? [] : [value])])];
  return (
    <div className="field">
      <label htmlFor={id}>Where the session lives</label>
      <select
        id={id}
        autoFocus={problem !== null}
        value={value ?? ANYWHERE}
        disabled={places.length === 0}
        aria-invalid={problem !== null}
        aria-describedby={`${id}-hint`}
        onChange={(event) => {
          const chosen = event.target.value;
          onChange(places.find((place) => place === chosen) ?? null);
        }}
      >
        <option value={ANYWHERE}>Anywhere</option>
        {places.map((place) => (
          <option key={place} value={place}>
            {PLACES[place]}
          </option>
        ))}
      </select>
      <p className="hint" id={`${id}-hint`}>
        {offered?.length === 0
          ? "This service cannot bind a session to a place."
          : "Binds the session and its models. Your connection may still pass elsewhere."}
      </p>
      <Problem text={problem} />
    </div>
  );
}
