// When the session burns: five presets, and every timer by its exact value.
import { useId } from "react";
import { LEAST_MESSAGES, type BurnDraft } from "../state/choices.ts";
import { COUNTED } from "../state/words.ts";
import { Problem } from "./problem.tsx";

const PRESETS: readonly {
  readonly id: BurnDraft["preset"];
  readonly title: string;
  readonly hint: string;
}[] = [
  { id: "minutes", title: "5 minutes", hint: "For one quick thing" },
  { id: "hour", title: "1 hour", hint: "For a conversation" },
  { id: "day", title: "24 hours", hint: "For people who answer later" },
  { id: "empty", title: "When everyone left", hint: "5 minutes after the last one" },
  { id: "messages", title: "After some messages", hint: "You say how many" },
  { id: "exact", title: "Exact values", hint: "Every timer by itself" },
];

interface BurnChoiceProps {
  readonly value: BurnDraft;
  readonly onChange: (draft: BurnDraft) => void;
  /** why it was refused */
  readonly problem: string | null;
}

export function BurnChoice({ value, onChange, problem }: BurnChoiceProps) {
  const set = (change: Partial<BurnDraft>): void => {
    onChange({ ...value, ...change });
  };
  return (
    <fieldset className="choice">
      <legend>When does it burn?</legend>
      <div className="cards">
        {PRESETS.map(({ id, title, hint }) => (
          <label key={id} className="card">
            <input
              type="radio"
              name="burn"
              autoFocus={problem !== null && value.preset === id}
              checked={value.preset === id}
              onChange={() => {
                set({ preset: id });
              }}
            />
            <span className="card-title">{title}</span>
            <span className="card-hint">{hint}</span>
          </label>
        ))}
      </div>
      <Problem text={problem} />
      {value.preset === "empty" && (
        <p className="hint">A lost connection counts as leaving. It burns after 24 hours at the latest.</p>
      )}
      {value.preset === "messages" && (
        <NumberField
          label="Messages until it burns"
          unit="messages"
          value={value.messages}
          least={LEAST_MESSAGES}
          hint={COUNTED}
          required
          onChange={(messages) => {
            set({ messages });
          }}
        />
      )}
      {value.preset === "exact" && (
        <div className="columns">
          <NumberField
            label="Burns after"
            unit="minutes"
            value={value.ttl}
            least={0.1}
            required
            onChange={(ttl) => {
              set({ ttl });
            }}
          />
          <NumberField
            label="Burns after silence of"
            unit="minutes"
            value={value.idle}
            least={0.1}
            onChange={(idle) => {
              set({ idle });
            }}
          />
          <NumberField
            label="Burns when empty for"
            unit="minutes"
            value={value.empty}
            least={0}
            onChange={(empty) => {
              set({ empty });
            }}
          />
          <NumberField
            label="Burns after"
            unit="messages"
            value={value.exactMessages}
            least={LEAST_MESSAGES}
            hint={COUNTED}
            onChange={(exactMessages) => {
              set({ exactMessages });
            }}
          />
        </div>
      )}
      <label className="switch">
        <input
          type="checkbox"
          checked={value.burnBy === "anyone"}
          onChange={(event) => {
            set({ burnBy: event.target.checked ? "anyone" : "host" });
          }}
        />
        <span>Everyone in the chat may burn it at any moment</span>
      </label>
    </fieldset>
  );
}

interface NumberFieldProps {
  readonly label: string;
  readonly unit: string;
  readonly value: string;
  readonly least: number;
  readonly hint?: string;
  readonly required?: boolean;
  readonly onChange: (value: string) => void;
}

function NumberField({ label, unit, value, least, hint, required = false, onChange }: NumberFieldProps) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{`${label} (${unit})`}</label>
      <input
        id={id}
        type="number"
        inputMode="decimal"
        step={unit === "messages" ? 1 : "any"}
        min={least}
        required={required}
        placeholder={required ? undefined : "Off"}
        value={value}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        onChange={(event) => {
          onChange(event.target.value);
        }}
      />
      {hint !== undefined && (
        <p className="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}
