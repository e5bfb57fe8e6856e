// A question to the assistant and its answer. The question toggles between the words and the tokens that left; the
// answer of the mirror is shown as it came, since it shows what left.
import { memo, useState } from "react";
import type { TurnItem } from "../state/transcript.ts";
import { AnswerBody } from "./answer-body.tsx";
import { At } from "./at.tsx";
import { MarkedText } from "./marked-text.tsx";
import { TokenText } from "./token-text.tsx";

interface TurnProps {
  readonly item: TurnItem;
  readonly onInspect: (turn: string) => void;
  readonly onEdit: (item: TurnItem) => void;
}

export const Turn = memo(function Turn({ item, onInspect, onEdit }: TurnProps) {
  const { own, self, name, question, spans, keep, answer, replaced } = item;
  const left = answer.sent?.messages.at(-1)?.content ?? null;
  const mirror = item.terms?.model === "mirror";
  const [tokens, setTokens] = useState(false);
  const changed = left !== null && left !== question;
  return (
    <article className={`turn ${self ? "own" : "other"} ${replaced ? "set-aside" : ""}`}>
      <div className={`message ${self ? "own" : "other"}`}>
        <p className="who">
          <bdi>{self ? "You" : (name ?? "Somebody")}</bdi>, to the assistant <At ms={item.atMs} />
        </p>
        <p className="bubble question" dir="auto">
          {tokens && left !== null ? (
            <TokenText text={left} />
          ) : (
            <MarkedText text={question} spans={spans} keep={keep} />
          )}
        </p>
        {own && (
          <div className="under">
            {changed && (
              <div className="toggle" role="group" aria-label="How your message is shown">
                <button
                  type="button"
                  aria-pressed={!tokens}
                  onClick={() => {
                    setTokens(false);
                  }}
                >
                  Your words
                </button>
                <button
                  type="button"
                  aria-pressed={tokens}
                  onClick={() => {
                    setTokens(true);
                  }}
                >
                  What left
                </button>
              </div>
            )}
            {answer.sent !== null && (
              <button
                type="button"
                className="link"
                onClick={() => {
                  onInspect(item.turn);
                }}
              >
                Inspect
              </button>
            )}
            {!replaced && answer.state === "done" && (
              <button
                type="button"
                className="link"
                onClick={() => {
                  onEdit(item);
                }}
              >
                Edit
              </button>
            )}
          </div>
        )}
      </div>
      <AnswerBody item={item} mirror={mirror} />
      {replaced && (
        <p className="hint">
          The conversation went on from before this. The assistant is not told of it any more.
        </p>
      )}
    </article>
  );
});
