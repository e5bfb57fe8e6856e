// Where the session's object must live. Not every deployment can promise that; one that cannot says so.
import { useId } from "react";

export type Place = "anywhere" | "eu" | "us" | "fedramp";

const PLACES: Readonly<Record<Place, string>> = {
  anywhere: "Anywhere",
  eu: "European Union",
  us: "United States",
  fedramp: "FedRAMP",
};

interface PlaceChoiceProps {
  readonly value: Place;
  readonly onChange: (place: Place) => void;
}

export function PlaceChoice({ value, onChange }: PlaceChoiceProps) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>Where the session lives</label>
      <select
        id={id}
        value={value}
        aria-describedby={`${id}-hint`}
        onChange={(event) => {
          onChange(event.target.value as Place);
        }}
      >
        {Object.entries(PLACES).map(([place, title]) => (
          <option key={place} value={place}>
            {title}
          </option>
        ))}
      </select>
      <p className="hint" id={`${id}-hint`}>
        Binds the session and its models. Your connection may still pass elsewhere.
      </p>
    </div>
  );
}
