// A text as it left the device, its tokens set apart from the words.
import { Fragment } from "react";

const TOKEN = /(\[[A-Z][A-Z_]*_\d+[A-Z]*\])/;

export function TokenText({ text }: { readonly text: string }) {
  return (
    <>
      {text.split(TOKEN).map((part, at) =>
        at % 2 === 1 ? (
          <bdi key={at} className="token" dir="ltr">
            {part}
          </bdi>
        ) : (
          <Fragment key={at}>{part}</Fragment>
        ),
      )}
    </>
  );
}
