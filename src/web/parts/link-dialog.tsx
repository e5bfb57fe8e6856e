// Asks before a link of an answer is followed. A model writes its target, and may have been told by a text that it read to
// put somebody's data in: the page has put the values back in place of their tokens by then. So the whole address is
// shown, and what stands in it is named, before the browser hears of it.
import { useEffect, useState } from "react";
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
  const found = useFound(address);
  return (
    <Dialog title="Open this link?" onClose={onClose}>
      <p>
        A model wrote it.{" "}
        {host === ""
          ? "It opens your mail program"
          : "Opening it calls another server, which learns your network address"}
        , and all that stands in it goes along:
      </p>
      <p className="sample" dir="ltr">
        {address}
      </p>
      {found.length > 0 && (
        <div className="problem" role="alert">
          <p>Personal data stands in this link. Whoever runs the server would get it:</p>
          <ul>
            {found.map(({ type, value }) => (
              <li key={value}>
                <bdi>{value}</bdi> ({typeName(type)})
              </li>
            ))}
          </ul>
        </div>
      )}
      <div className="actions">
        <CopyButton text={address} what="address" className="quiet" />
        <a
          className="way-out"
          href={address}
          target="_blank"
          rel="noopener noreferrer nofollow"
          referrerPolicy="no-referrer"
          onClick={onClose}
        >
          {host === "" ? "Open it" : `Open ${host}`}
        </a>
      </div>
    </Dialog>
  );
}

interface Found {
  readonly type: string;
  readonly value: string;
}

/** What the detector on this device finds in an address, as it is written and as it is meant. */
function useFound(address: string): readonly Found[] {
  const { session } = useChat();
  const [found, setFound] = useState<readonly Found[]>([]);
  useEffect(() => {
    let closed = false;
    const text = partsOf(address).join("\n");
    void session?.preview(text).then(
      (spans) => {
        if (!closed) setFound(spans.map(({ type, start, end }) => ({ type, value: text.slice(start, end) })));
      },
      () => undefined,
    );
    return () => {
      closed = true;
    };
  }, [address, session]);
  return found;
}

/** The words of an address: between its separators, decoded. Its own host and path are no finding. */
function partsOf(address: string): string[] {
  const { hostname, pathname, search, hash } = new URL(address);
  return [...hostname.split("."), ...`${pathname}${search}${hash}`.split(/[/?&=#;]/)]
    .map((part) => {
      try {
        return decodeURIComponent(part.replaceAll("+", " "));
      } catch {
        return part;
      }
    })
    .filter((part) => part !== "");
}
