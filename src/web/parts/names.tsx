// Names in a sentence of the page. Each is in a script of its own, which must not turn the sentence around.
import { Fragment } from "react";

export function Names({ names }: { readonly names: readonly string[] }) {
  return names.map((name, at) => (
    <Fragment key={at}>
      {at > 0 && ", "}
      <bdi>{name}</bdi>
    </Fragment>
  ));
}
