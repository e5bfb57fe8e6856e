// Asks before a link of an answer is followed. A model writes its target, and may have been told by a text that it read to
// put somebody's data in: the page has put the values back in place of their tokens by then. So the whole address is
// shown, and what stands in it is named, before the browser hears of it.
import { useEffect, useState } from "react";
import { lookThrough, type Found } from "../state/address-look.ts";
import { typeName } from "../state/pii-names.ts";
import { useChat } from "./context.ts";
import { CopyButton } from "./copy-button.tsx";
import { Dialog } from "./dialog.tsx";

interface LinkDialogProps {
  readonly address: string;
  readonly onClose: () => void;
}

export function LinkDialog({ address, onClose }: LinkDialogProps) {
  const { host } = new URL(address);
  const isMail = host === "";
  const found = useFound(address);
  return (
    <Dialog title="Open this link?" onClose={onClose}>
      <p>
        {isMail
          ? "A model wrote it. It opens your mail program with all that stands in it:"
          : "A model wrote it. Opening it calls another server, which learns your network address, and all that stands in it goes along:"}
      </p>
      <p className="sample" dir="ltr">
        {address}
      </p>
      <Verdict found={found} isMail={isMail} />
      <div className="actions">
        <CopyButton text={address} what="address" className="quiet" />
        {/* Not before it was looked through: a click must not be quicker than the warning. */}
        {found !== null && (
          <a
            className="way-out"
            href={address}
            target="_blank"
            rel="noopener noreferrer nofollow"
            referrerPolicy="no-referrer"
            onClick={onClose}
          >
            {isMail ? "Open it" : `Open ${host}`}
          </a>
        )}
      </div>
    </Dialog>
  );
}

function Verdict({ found, isMail }: { readonly found: Look; readonly isMail: boolean }) {
  if (found === null) return <p role="status">Looking for personal data in it…</p>;
  if (found === "failed") {
    return (
      <p className="problem" role="alert">
        The detector of personal data does not work here. Read the address yourself before you open it.
      </p>
    );
  }
  if (found.length === 0) {
    return (
      <p className="hint" role="status">
        The detector found no personal data in it.
      </p>
    );
  }
  return (
    <div className="problem" role="alert">
      <p>
        {isMail
          ? "Personal data stands in the mail that it prepares:"
          : "Personal data stands in this link. Whoever runs the server would get it:"}
      </p>
      <ul>
        {found.map(({ type, value }, at) => (
          <li key={at}>
            <bdi>{value}</bdi> ({typeName(type)})
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Null while it is looked for. */
type Look = readonly Found[] | "failed" | null;

/** What the detector on this device finds in an address, as it is meant. */
function useFound(address: string): Look {
  const { session } = useChat();
  const [found, setFound] = useState<Look>(null);
  useEffect(() => {
    let closed = false;
    const show = (look: Look): void => {
      if (!closed) setFound(look);
    };
    const find =
      session === null
        ? () => Promise.reject(new Error("no session"))
        : (text: string) => session.preview(text);
    lookThrough(address, find).then(show, () => {
      show("failed");
    });
    return () => {
      closed = true;
    };
  }, [address, session]);
  return found;
}
