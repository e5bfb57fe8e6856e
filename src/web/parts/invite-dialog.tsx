// Makes invite links. The link is the key: whoever carries it can join and read.
import { useCallback, useEffect, useRef, useState } from "react";
import type { Invite } from "../../client/index.ts";
import { counted, instant } from "../state/words.ts";
import { every } from "../timers.ts";
import { useChat, useChatState } from "./context.ts";
import { CopyButton } from "./copy-button.tsx";
import { Dialog } from "./dialog.tsx";
import { QrCode } from "./qr-code.tsx";
import { Problem } from "./problem.tsx";

const EXPIRIES = [
  { title: "As long as the session", seconds: null },
  { title: "10 minutes", seconds: 600 },
  { title: "1 hour", seconds: 3_600 },
  { title: "24 hours", seconds: 86_400 },
] as const;

export function InviteDialog({ onClose }: { readonly onClose: () => void }) {
  const chat = useChat();
  const invites = useChatState((state) => state.invites);
  const [role, setRole] = useState<"member" | "host">("member");
  const [uses, setUses] = useState("1");
  const [expiry, setExpiry] = useState(0);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [made, setMade] = useState(0);
  const list = useRef<HTMLUListElement>(null);
  // On a phone the new link is below what can be seen.
  useEffect(() => {
    if (made > 0) list.current?.firstElementChild?.scrollIntoView({ block: "nearest" });
  }, [made]);
  const make = async (): Promise<void> => {
    setBusy(true);
    const seconds = EXPIRIES[expiry]?.seconds ?? null;
    const terms = { role, uses: Math.max(1, Number(uses)), ...(seconds !== null && { expiresIn: seconds }) };
    const refusal = await chat.calls.invite(terms);
    setProblem(refusal);
    if (refusal === null) setMade((before) => before + 1);
    setBusy(false);
  };
  return (
    <Dialog title="Invite somebody" onClose={onClose}>
      <p>
        The link carries the key of this chat behind its <code>#</code>, which browsers never send to a
        server. Whatever carries the link sees it: hand it over by a way that you trust.
      </p>
      <form
        className="columns"
        onSubmit={(event) => {
          event.preventDefault();
          void make();
        }}
      >
        <label className="field">
          <span>They come as</span>
          <select
            value={role}
            onChange={(event) => {
              setRole(event.target.value as "member" | "host");
            }}
          >
            <option value="member">Member: reads and writes</option>
            <option value="host">Host: may invite, remove, set the timer</option>
          </select>
        </label>
        <label className="field">
          <span>How many people</span>
          <input
            type="number"
            min={1}
            max={256}
            required
            value={uses}
            onChange={(event) => {
              setUses(event.target.value);
            }}
          />
        </label>
        <label className="field">
          <span>Good for</span>
          <select
            value={expiry}
            onChange={(event) => {
              setExpiry(Number(event.target.value));
            }}
          >
            {EXPIRIES.map(({ title }, at) => (
              <option key={title} value={at}>
                {title}
              </option>
            ))}
          </select>
        </label>
        <button type="submit" className="primary" disabled={busy}>
          Make a link
        </button>
      </form>
      <Problem text={problem} />
      <ul className="invites" ref={list}>
        {invites.toReversed().map((invite, at) => (
          <li key={invite.id}>
            <InviteView
              invite={invite}
              open={at === 0}
              onRevoke={() => {
                void chat.calls.revoke(invite.id).then(setProblem);
              }}
            />
          </li>
        ))}
      </ul>
    </Dialog>
  );
}

interface InviteViewProps {
  readonly invite: Invite;
  readonly open: boolean;
  readonly onRevoke: () => void;
}

function InviteView({ invite: { link, role, uses, expiresAt }, open, onRevoke }: InviteViewProps) {
  const left = useMsUntil(expiresAt);
  const expired = left <= 0;
  const until = instant(Date.now() + left);
  return (
    <details className="invite" open={open}>
      <summary>{`For ${counted(uses, role)}, ${expired ? "expired" : "good until"} ${until}`}</summary>
      {expired ? (
        <p className="hint">Nobody can join by this link any more. Whoever came by it stays.</p>
      ) : (
        <input
          className="invite-link"
          type="text"
          readOnly
          value={link}
          aria-label="Invite link"
          onFocus={(event) => {
            event.target.select();
          }}
        />
      )}
      <div className="under">
        {!expired && <CopyButton text={link} what="invite link" className="primary" />}
        <button type="button" className="quiet" onClick={onRevoke}>
          {expired ? "Take it off the list" : "Revoke"}
        </button>
      </div>
      {!expired && <QrCode text={link} />}
    </details>
  );
}

/** milliseconds; how often it is looked whether an invite has expired. */
const LOOK_MS = 500;

/** Time until an instant of the service's clock, to the half second; below 0 once it has passed. */
function useMsUntil(instantMs: number): number {
  const { session } = useChat();
  const look = useCallback(
    () => Math.ceil((session?.msUntil(instantMs) ?? 0) / LOOK_MS) * LOOK_MS,
    [session, instantMs],
  );
  const [left, setLeft] = useState(look);
  useEffect(
    () =>
      every(LOOK_MS, () => {
        setLeft(look());
      }),
    [look],
  );
  return left;
}
