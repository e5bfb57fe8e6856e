// The chat itself. Its dialogs open one at a time.
import { useEffect, useState } from "react";
import type { TurnItem } from "../state/transcript.ts";
import { Boundary } from "./boundary.tsx";
import { BurnDialog } from "./burn-dialog.tsx";
import { Composer } from "./composer.tsx";
import { Connection } from "./connection.tsx";
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
