// The session: who is here, its rules, one's own name, staying through reloads, taking a copy, leaving.
import { useId, useState } from "react";
import { undelivered } from "../state/loss.ts";
import { rulesOf, wordsOfLeaving } from "../state/words.ts";
import { useChat, useChatState, useNaming } from "./context.ts";
import { Dialog } from "./dialog.tsx";
import { NameField } from "./name-field.tsx";
import { Problem } from "./problem.tsx";
import { PolicyCardView } from "./policy-card.tsx";
import { TimerForm } from "./timer-form.tsx";

interface SettingsDialogProps {
  readonly onClose: () => void;
  readonly onExport: () => void;
}

export function SettingsDialog({ onClose, onExport }: SettingsDialogProps) {
  const chat = useChat();
  const burn = useChatState((state) => state.burn);
  const host = useChatState((state) => state.host);
  const assistant = useChatState((state) => state.assistant);
  const waiting = useChatState(undelivered);
  const leaving = useId();
  return (
    <Dialog title="This session" onClose={onClose}>
      <People />
      <section>
        <h3>When it burns</h3>
        <ul>{burn !== null && rulesOf(burn).map((rule) => <li key={rule}>{rule}</li>)}</ul>
        {host && burn !== null && <TimerForm burn={burn} />}
      </section>
      {assistant !== null && (
        <section>
          <h3>The assistant</h3>
          <p>{assistant.model === "mirror" ? "Mirror, not a language model" : assistant.model}</p>
          <PolicyCardView card={assistant.card} />
        </section>
      )}
      <OwnName />
      <Stay />
      <p className="hint" id={leaving}>
        {wordsOfLeaving(waiting)}
      </p>
      <div className="actions">
        <button type="button" className="quiet" onClick={onExport}>
          Export…
        </button>
        <button
          type="button"
          className="quiet"
          aria-describedby={leaving}
          onClick={() => {
            void chat.leave();
          }}
        >
          Leave
        </button>
      </div>
    </Dialog>
  );
}

function People() {
  const chat = useChat();
  const people = useChatState((state) => state.people);
  const called = useNaming();
  const host = useChatState((state) => state.host);
  const [problem, setProblem] = useState<string | null>(null);
  return (
    <section>
      <h3>Who is here</h3>
      <ul className="people">
        {people.map((person) => (
          <li key={person.id}>
            <bdi>{called(person)}</bdi>
            <span className="hint">{`${person.role}${person.self ? ", you" : ""}`}</span>
            {host && !person.self && (
              <button
                type="button"
                className="link"
                title="Removing shuts them out. They keep the key and could read recorded frames."
                onClick={() => {
                  void chat.calls.remove(person.id).then(setProblem);
                }}
              >
                Remove
              </button>
            )}
          </li>
        ))}
      </ul>
      <Problem text={problem} />
    </section>
  );
}

function OwnName() {
  const chat = useChat();
  const [name, setName] = useState(() => chat.session?.name ?? "");
  const [said, setSaid] = useState<string | null>(null);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        setSaid(chat.rename(name.trim()) ?? "Changed.");
      }}
    >
      <NameField value={name} onChange={setName} />
      <div className="under">
        <button type="submit" className="quiet">
          Change
        </button>
        <span role="status">{said}</span>
      </div>
    </form>
  );
}

function Stay() {
  const chat = useChat();
  const stays = useChatState((state) => state.stays);
  const [problem, setProblem] = useState<string | null>(null);
  return (
    <section>
      <h3>Reloading this page</h3>
      <label className="switch">
        <input
          type="checkbox"
          checked={stays}
          onChange={(event) => {
            setProblem(chat.stay(event.target.checked));
          }}
        />
        <span>Stay through reloads in this tab</span>
      </label>
      <Problem text={problem} />
      <p className="hint">
        {stays
          ? "Your access, your name and the room's key are in this tab's storage until the session burns or you leave. The browser may write that to disk, and whoever can read it can read this chat. What was said is not kept: a reload starts with an empty page."
          : "Nothing is kept in this browser. Reloading or closing this tab ends your part: the key and everything that was said are gone from here, and you need a new invite to come back."}
      </p>
    </section>
  );
}
