// Whether an assistant takes part, and which: each with what its provider says that it does with what it receives.
import type { Model } from "../../client/index.ts";
import { isUnstated } from "../state/choices.ts";
import { PolicyCardView } from "./policy-card.tsx";
import { Problem } from "./problem.tsx";

interface AssistantChoiceProps {
  /** null while the service was not heard */
  readonly models: readonly Model[] | null;
  /** asks the service for them once more; null where it need not be asked */
  readonly onAskAgain: (() => void) | null;
  readonly value: string | null;
  readonly onChange: (model: string | null) => void;
  /** why it was refused */
  readonly problem: string | null;
}

export function AssistantChoice({ models, onAskAgain, value, onChange, problem }: AssistantChoiceProps) {
  const chosen = models?.find((model) => model.id === value);
  const unstated = (models ?? []).filter(isUnstated).map(({ id }) => id);
  // What was chosen stays in sight, also while the service was not heard.
  const ids = new Set([null, "mirror", ...(models ?? []).map(({ id }) => id), value]);
  return (
    <fieldset className="choice">
      <legend>Does an assistant take part?</legend>
      <div className="pills">
        {[...ids].map((id) => (
          <label key={id ?? "none"} className="pill">
            <input
              type="radio"
              name="assistant"
              autoFocus={problem !== null && value === id}
              checked={value === id}
              disabled={id !== null && unstated.includes(id)}
              onChange={() => {
                onChange(id);
              }}
            />
            <span>{id === null ? "People only" : id === "mirror" ? "Mirror" : id}</span>
          </label>
        ))}
      </div>
      {unstated.length > 0 && (
        <p className="hint">
          {`Not to be had: ${unstated.join(", ")}. Nobody says for how long the prompts are kept there.`}
        </p>
      )}
      {onAskAgain !== null && (
        <p className="hint" role="status">
          The service could not be asked what it offers.{" "}
          <button type="button" className="link" onClick={onAskAgain}>
            Ask again
          </button>
        </p>
      )}
      <Problem text={problem} />
      <div className="card-place">
        {value === null && (
          <p className="hint">
            Everything is sealed between the people in the chat. The service cannot read any of it.
          </p>
        )}
        {value === "mirror" && (
          <p className="hint">
            The mirror is not a language model. It shows you, word for word, what a model would have received:
            try it with your e-mail address.
          </p>
        )}
        {value !== null && (
          <p className="hint">
            What you ask the assistant is encrypted to the service, which reads it to pass it on. Personal
            data is replaced on this device before that.
          </p>
        )}
        {chosen !== undefined && value !== "mirror" && <PolicyCardView card={chosen.card} />}
      </div>
    </fieldset>
  );
}
