// Always in view: how long it lives, who is here, and the way to end it.
import { useChatState, useNaming } from "./context.ts";
import { Countdown } from "./countdown.tsx";
import { Mark } from "./mark.tsx";
import { Names } from "./names.tsx";
import type { Panel } from "./room.tsx";

export function RoomHeader({ onOpen }: { readonly onOpen: (panel: Panel) => void }) {
  const host = useChatState((state) => state.host);
  const people = useChatState((state) => state.people);
  const others = people.filter(({ self }) => !self).map(useNaming());
  return (
    <header className="room-header">
      <Mark />
      <div className="room-facts">
        <p className="room-people" title={others.join(", ")}>
          {others.length === 0 && "Only you"}
          {others.length > 2 && `You and ${String(others.length)} others`}
          {(others.length === 1 || others.length === 2) && (
            <>
              You and <Names names={others} />
            </>
          )}
        </p>
        <Countdown />
      </div>
      <nav aria-label="Session">
        {host && (
          <button
            type="button"
            className="quiet"
            onClick={() => {
              onOpen("invite");
            }}
          >
            Invite
          </button>
        )}
        <button
          type="button"
          className="quiet"
          onClick={() => {
            onOpen("settings");
          }}
        >
          Session
        </button>
        <button
          type="button"
          className="ember"
          onClick={() => {
            onOpen("burn");
          }}
        >
          Burn
        </button>
      </nav>
    </header>
  );
}
