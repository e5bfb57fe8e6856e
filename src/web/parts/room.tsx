// The chat itself. Its dialogs open one at a time; three times Escape is the panic key.
import { useEffect, useState } from "react";
import type { TurnItem } from "../state/transcript.ts";
import { BurnDialog } from "./burn-dialog.tsx";
import { Composer } from "./composer.tsx";
import { Connection } from "./connection.tsx";
import { useChat } from "./context.ts";
import { ExportDialog } from "./export-dialog.tsx";
import { Inspector } from "./inspector.tsx";
import { fetchLater } from "./later.tsx";
import { InviteDialog } from "./invite-dialog.tsx";
import { RoomHeader } from "./room-header.tsx";
import { SettingsDialog } from "./settings-dialog.tsx";
import { Transcript } from "./transcript.tsx";
import { TypingLine } from "./typing-line.tsx";

export type Panel = "invite" | "burn" | "settings" | "export";

export function Room() {
  const [panel, setPanel] = useState<Panel | null>(null);
  const [inspected, setInspected] = useState<string | null>(null);
  const [edited, setEdited] = useState<TurnItem | null>(null);
  const close = (): void => {
    setPanel(null);
    setInspected(null);
  };
  usePanicKey();
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
      {panel === "invite" && <InviteDialog onClose={close} />}
      {panel === "burn" && <BurnDialog onClose={close} />}
      {panel === "settings" && (
        <SettingsDialog
          onClose={close}
          onExport={() => {
            setPanel("export");
          }}
        />
      )}
      {panel === "export" && <ExportDialog onClose={close} />}
      {inspected !== null && <Inspector turn={inspected} onClose={close} />}
    </div>
  );
}

/** milliseconds within which Escape has to be pressed three times. */
const PANIC_WITHIN_MS = 1_200;
const PANIC_PRESSES = 3;

function usePanicKey(): void {
  const chat = useChat();
  useEffect(() => {
    let pressesMs: number[] = [];
    const press = (event: KeyboardEvent): void => {
      // While a writing system composes a character, Escape takes it back, and is pressed in a row for that.
      if (event.key !== "Escape" || event.repeat || event.isComposing) return;
      pressesMs = [...pressesMs, event.timeStamp].slice(-PANIC_PRESSES);
      const first = pressesMs[0] ?? 0;
      if (pressesMs.length === PANIC_PRESSES && event.timeStamp - first < PANIC_WITHIN_MS) chat.panic();
    };
    addEventListener("keydown", press, { capture: true });
    return () => {
      removeEventListener("keydown", press, { capture: true });
    };
  }, [chat]);
}
