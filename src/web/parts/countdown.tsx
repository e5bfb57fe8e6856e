// The time that is left, and a fuse that shows the same. Announced at a few moments only: a clock that speaks every second
// would drown everything else.
import { useEffect, useState } from "react";
import { every } from "../timers.ts";
import { countdown, counted } from "../state/words.ts";
import { useChat, useChatState } from "./context.ts";

/** milliseconds */
const TICK_MS = 500;
/** seconds before the burn at which it is said aloud */
const SAID_AT_SECONDS = [600, 60, 10];

export function Countdown() {
  const { session } = useChat();
  const ttlMs = useChatState((state) => (state.burn?.ttl ?? 0) * 1_000);
  const [left, setLeft] = useState(() => ({
    ms: session?.msLeft ?? 0,
    messages: session?.messagesLeft ?? null,
  }));
  useEffect(
    () =>
      every(TICK_MS, () => {
        const ms = Math.ceil((session?.msLeft ?? 0) / 1_000) * 1_000;
        const messages = session?.messagesLeft ?? null;
        setLeft((before) => (before.ms === ms && before.messages === messages ? before : { ms, messages }));
      }),
    [session],
  );
  const said = SAID_AT_SECONDS.find(
    (seconds) => left.ms <= seconds * 1_000 && left.ms > (seconds - 3) * 1_000,
  );
  return (
    <div className={`countdown ${left.ms <= 60_000 ? "soon" : ""}`}>
      <p>
        <span>Burns in </span>
        <time role="timer">{countdown(left.ms)}</time>
        {left.messages !== null && <span>{` or ${counted(left.messages, "message")}`}</span>}
      </p>
      <progress
        className="fuse"
        max={Math.max(ttlMs, 1)}
        value={Math.min(left.ms, ttlMs)}
        aria-label="Time left"
      />
      <p className="unseen" role="status">
        {said !== undefined && `Burns in ${countdown(said * 1_000)}`}
      </p>
    </div>
  );
}
