// The answer of the assistant: its text while it comes, and how it ended. An answer that is not whole never looks whole.
import { useState, type MouseEvent } from "react";
import type { AnswerAgain, AnswerEnding, TurnItem } from "../state/transcript.ts";
import { useChat } from "./context.ts";
import { CopyButton } from "./copy-button.tsx";
import { Markdown } from "./later.tsx";
import { TokenText } from "./token-text.tsx";

interface AnswerBodyProps {
  readonly item: TurnItem;
  readonly mirror: boolean;
}

const WAITING = {
  asking: "Encrypting and sending…",
  waiting: "The model was asked…",
  streaming: "",
  done: "",
} as const;

export function AnswerBody({ item, mirror }: AnswerBodyProps) {
  const { answer, terms } = item;
  const [asReceived, setAsReceived] = useState(mirror);
  const { text, received, state, ending } = answer;
  const differs = item.own && received !== text && text !== "";
  return (
    <div className="answer" aria-busy={ending === null} tabIndex={-1}>
      <p className="who">{mirror ? "Mirror, not a language model" : (terms?.model ?? "Assistant")}</p>
      {WAITING[state] !== "" && (
        <p className="pulse" role="status">
          {WAITING[state]}
        </p>
      )}
      {mirror ? (
        <pre className="reflection" dir="auto">
          {asReceived ? <TokenText text={received} /> : text}
        </pre>
      ) : (
        <Markdown text={asReceived ? received : text} />
      )}
      {ending !== null && <Ending ending={ending} hasText={text !== ""} />}
      {answer.again !== null && <Again again={answer.again} />}
      {mirror && !item.own && text !== "" && (
        <p className="hint">
          Told by whoever asked, with their own data put back in. A model gets tokens in its place.
        </p>
      )}
      <div className="under">
        {differs && ending !== null && (
          <div className="toggle" role="group" aria-label="How the answer is shown">
            <button
              type="button"
              aria-pressed={asReceived}
              onClick={() => {
                setAsReceived(true);
              }}
            >
              {mirror ? "As a model gets it" : "As the model wrote it"}
            </button>
            <button
              type="button"
              aria-pressed={!asReceived}
              onClick={() => {
                setAsReceived(false);
              }}
            >
              With your data
            </button>
          </div>
        )}
        {ending !== null && text !== "" && (
          <CopyButton text={asReceived ? received : text} what="answer" className="link" />
        )}
        {item.own && !item.replaced && <AnswerActions item={item} />}
      </div>
    </div>
  );
}

function Ending({ ending, hasText }: { readonly ending: AnswerEnding; readonly hasText: boolean }) {
  const { finish, problem, result } = ending;
  const dropped = result?.contextDropped ?? 0;
  return (
    <>
      {finish === "length" && <p className="cut">The model stopped at the most that an answer may have.</p>}
      {finish === "filtered" && <p className="cut">The provider withheld a part of the answer.</p>}
      {finish === "cancelled" && (
        <p className="cut">Stopped. {hasText ? "What came until then is shown." : ""}</p>
      )}
      {(finish === "cut" || finish === "error") && (
        <p className="cut broken" role="alert">
          <strong>{hasText ? "Cut off: this is not the whole answer." : "No answer."}</strong> {problem}
        </p>
      )}
      {dropped > 0 && (
        <p className="hint">The oldest turns were left out: the conversation has become too long.</p>
      )}
    </>
  );
}

function Again({ again: { text, ending } }: { readonly again: AnswerAgain }) {
  return (
    <div className="again">
      <p>It was asked again, and that came to no end. The answer from before stands above.</p>
      <Ending ending={ending} hasText={text !== ""} />
      {text !== "" && (
        <details>
          <summary>What came of it</summary>
          <p className="unparsed" dir="auto">
            {text}
          </p>
        </details>
      )}
    </div>
  );
}

/** A button that goes away with its click leaves the keyboard where it was: at the answer. */
function toAnswer({ currentTarget }: MouseEvent<HTMLButtonElement>): void {
  currentTarget.closest<HTMLElement>(".answer")?.focus();
}

function AnswerActions({ item: { turn, answer } }: { readonly item: TurnItem }) {
  const chat = useChat();
  if (answer.ending === null) {
    return (
      <button
        // Another button than the one that asks: a second press of a key must not undo the first.
        key="stop"
        type="button"
        className="quiet small"
        onClick={(event) => {
          toAnswer(event);
          chat.cancel(turn);
        }}
      >
        Stop
      </button>
    );
  }
  return (
    <button
      key="again"
      type="button"
      className="link"
      onClick={(event) => {
        toAnswer(event);
        chat.askAgain(turn);
      }}
    >
      {answer.ending.complete ? "Regenerate" : "Try again"}
    </button>
  );
}
