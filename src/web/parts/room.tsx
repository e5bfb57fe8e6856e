// The chat itself. Its dialogs open one at a time.
import { useEffect, useState } from "react";
import type { TurnItem } from "../state/transcript.ts";
import { every } from "../timers.ts";
import { Boundary } from "./boundary.tsx";
import { BurnDialog } from "./burn-dialog.tsx";
import { Composer } from "./composer.tsx";
import { useChat, useChatState } from "./context.ts";
import { fetchLater, LaterDialog } from "./later.tsx";
import { RoomHeader } from "./room-header.tsx";
import { Transcript } from "./transcript.tsx";
import { TypingLine } from "./typing-line.tsx";
import { UndrawnDialog } from "./undrawn.tsx";

export type Panel = "invite" | "burn" | "settings" | "export";

export function Room() {
  const [panel, setPanel] = useState<Panel | null>(null);
  const [inspected, setInspected] = useState<string | null>(null);
  const [edited, setEdited] = useState<TurnItem | null>(null);
  const close = (): void => {
    setPanel(null);
    setInspected(null);
  };
  const later = panel === "burn" ? null : panel;
  const which = inspected === null ? later : { turn: inspected };
  useEffect(fetchLater, []);
  return (
    <div className="room">
      <RoomHeader onOpen={setPanel} />
      <main>
        <h1 className="unseen">Chat</h1>
        <Connection />
        <Transcript onInspect={setInspected} onEdit={setEdited} />
        <TypingLine />
        <Composer
          edited={edited}
          onEdited={() => {
            setEdited(null);
          }}
        />
      </main>
      {panel === "burn" && <BurnDialog onClose={close} />}
      {which !== null && (
        <Boundary fallback={<UndrawnDialog onClose={close} />}>
          <LaterDialog
            which={which}
            onExport={() => {
              setPanel("export");
            }}
            onClose={close}
          />
        </Boundary>
      )}
    </div>
  );
}

function Connection() {
  const chat = useChat();
  const connection = useChatState((state) => state.connection);
  const isLost = connection === "reconnecting";
  const isOverdue = useOverdue(isLost);
  return (
    <div className={`connection ${connection}`} role="status">
      {isLost && !isOverdue && "The connection is lost. Trying again; what you send waits until then."}
      {isLost && isOverdue && (
        <>
          The time of this session is over, and the service cannot be asked whether it burned.{" "}
          <button
            type="button"
            className="link"
            onClick={() => {
              void chat.leave();
            }}
          >
            Empty this page
          </button>
        </>
      )}
    </div>
  );
}

/** milliseconds; how often it is looked whether the time is over. */
const OVERDUE_LOOK_MS = 1_000;

/** Whether the time of the session ended while nobody can be asked about it. */
function useOverdue(isLost: boolean): boolean {
  const { session } = useChat();
  const [isOverdue, setOverdue] = useState(false);
  useEffect(() => {
    if (!isLost) return;
    return every(OVERDUE_LOOK_MS, () => {
      setOverdue((session?.msLeft ?? 1) <= 0);
    });
  }, [session, isLost]);
  return isOverdue;
}
