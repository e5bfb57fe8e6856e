// What is fetched after the first screen: the Markdown parser and the maker of QR codes.
import { loadable } from "./loadable.tsx";

const markdown = loadable(
  async () => (await import("./markdown.tsx")).Markdown,
  ({ text }: { readonly text: string }) => (
    <p className="unparsed" dir="auto">
      {text}
    </p>
  ),
);
const qrCode = loadable(
  async () => (await import("./qr-code.tsx")).QrCode,
  () => <div className="qr" aria-hidden="true" />,
);

export const Markdown = markdown.Part;
export const QrCode = qrCode.Part;

/** Begins to fetch both, so that they are here when they are needed. */
export function fetchLater(): void {
  void Promise.all([markdown.fetch(), qrCode.fetch()]);
}
