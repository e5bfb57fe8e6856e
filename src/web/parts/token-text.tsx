// A text as it left the device, its tokens set apart from the words.
import { Fragment } from "react";

const TOKEN = /(\[[A-Z][A-Z_]*_\d+[A-Z]*\])/;
/**
 * tokens that are set apart, some 0.2 ms each; those behind them are plain text. Hardly a request has as many, and
 * who means harm can share a text that is made of nothing else.
 */
const MAX_TOKENS_SET_APART = 1_000;

export function TokenText({ text }: { readonly text: string }) {
  const parts = text.split(TOKEN);
  const rest = parts.splice(2 * MAX_TOKENS_SET_APART).join("");
  return (
    <>
      {parts.map((part, at) =>
        at % 2 === 1 ? (
          <bdi key={at} className="token" dir="ltr">
            {part}
          </bdi>
        ) : (
          <Fragment key={at}>{part}</Fragment>
        ),
      )}
      {rest}
    </>
  );
}
