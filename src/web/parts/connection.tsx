// What is said while the connection is lost, and no more than can be known then.
import { useEffect, useState } from "react";
import { undelivered } from "../state/loss.ts";
import { wordsOfLeaving } from "../state/words.ts";
import { every } from "../timers.ts";
import { useChat, useChatState } from "./context.ts";

export function Connection() {
  const chat = useChat();
  const connection = useChatState((state) => state.connection);
  const isLost = connection === "reconnecting";
  const isOverdue = useOverdue(isLost);
  const waiting = useChatState(undelivered);
  return (
    <div className={`connection ${connection}`} role="status">
      {isLost && !isOverdue && "The connection is lost. Trying again; what you send waits until then."}
      {isLost && isOverdue && (
        <>
          By the timers as this page knows them the session may be over, and the service cannot be asked
          whether it burned.{waiting > 0 && ` ${wordsOfLeaving(waiting)}`}{" "}
          <button
            type="button"
            className="link"
            onClick={() => {
              void chat.leave();
            }}
          >
            Leave it and empty this page
          </button>
        </>
      )}
    </div>
  );
}

/** milliseconds; how often it is looked whether the time may be over. */
const OVERDUE_LOOK_MS = 1_000;

/**
 * Whether the time of the session has run out as far as is known here, while nobody can be asked about it. What the others
 * say moves it meanwhile where silence counts, and hosts may set it anew.
 */
function useOverdue(isLost: boolean): boolean {
  const { session } = useChat();
  const [isOverdue, setOverdue] = useState(false);
  useEffect(() => {
    if (!isLost) return;
    const stop = every(OVERDUE_LOOK_MS, () => {
      setOverdue((session?.msLeft ?? 1) <= 0);
    });
    return () => {
      stop();
      setOverdue(false);
    };
  }, [session, isLost]);
  return isOverdue;
}
