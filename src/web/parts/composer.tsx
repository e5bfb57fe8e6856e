// Where a person writes. In front of the assistant, what would be replaced is underlined with every key, and one click
// keeps it; in front of people everything is sealed and nothing needs to be.
import { useCallback, useEffect, useId, useRef, useState, type KeyboardEvent } from "react";
import { addresseeAtFirst, addresseeNow, type Addressee } from "../state/addressee.ts";
import type { TurnItem } from "../state/transcript.ts";
import { after } from "../timers.ts";
import { useChat, useChatState } from "./context.ts";
import { FindingList } from "./findings.tsx";
import { MarkedDraft } from "./marked-draft.tsx";
import { Problem } from "./problem.tsx";
import { useFindings } from "./use-findings.ts";
import { useWarmUp } from "./use-warm-up.ts";

interface ComposerProps {
  readonly edited: TurnItem | null;
  readonly onEdited: () => void;
}

/** What is being written, and what of it is to be sent as it is. */
interface Draft {
  readonly text: string;
  readonly kept: ReadonlySet<string>;
  readonly addressee: Addressee;
}

interface Waiting {
  isWithdrawn: boolean;
}

/** milliseconds; what takes no longer is not worth a line that comes and goes. */
const NOTICE_AFTER_MS = 400;

const NO_DRAFT: Draft = { text: "", kept: new Set(), addressee: "people" };

export function Composer({ edited, onEdited }: ComposerProps) {
  const chat = useChat();
  const assistant = useChatState((state) => state.assistant);
  const alone = useChatState((state) => state.people.length < 2);
  const [addressee, setAddressee] = useState(() => addresseeAtFirst(assistant !== null, alone));
  const [chosen, setChosen] = useState(false);
  const [text, setText] = useState("");
  const [kept, setKept] = useState<ReadonlySet<string>>(new Set());
  const [problem, setProblem] = useState<string | null>(null);
  /** a question that waits for the detector, which is still to be fetched the first time; shown once that takes a while */
  const pending = useRef<Waiting | null>(null);
  const [waiting, setWaiting] = useState<Waiting | null>(null);
  /** what was being written when an earlier question was taken up again */
  const setAside = useRef<Draft[]>([]);
  const field = useRef<HTMLTextAreaElement>(null);
  const id = useId();
  // While it is drawn, so that no key lands between a change and what is shown of it.
  const now = addresseeNow(addressee, { draft: text, chosen, alone });
  if (now !== addressee) setAddressee(now);
  const audience: Addressee = edited !== null ? "assistant" : now;
  const warmUp = useWarmUp(chat.session);
  const findings = useFindings(text, audience === "assistant");
  const mayKeep = assistant?.pii === "offered";
  const isKept = useCallback((value: string) => mayKeep && kept.has(value), [mayKeep, kept]);
  const toggle = useCallback((value: string) => {
    setKept(
      (before) =>
        new Set(before.has(value) ? [...before].filter((each) => each !== value) : [...before, value]),
    );
  }, []);

  useEffect(() => {
    field.current?.focus();
  }, []);

  const draft = useRef<Draft>(NO_DRAFT);
  const editing = useRef(false);
  useEffect(() => {
    draft.current = { text, kept, addressee: now };
  });
  useEffect(() => {
    const begins = !editing.current;
    editing.current = edited !== null;
    if (edited === null) return;
    if (begins) setAside.current.push(draft.current);
    setText(edited.question);
    setKept(new Set(edited.keep.map(({ start, end }) => edited.question.slice(start, end))));
    field.current?.focus();
  }, [edited]);

  /** Back to what was being written before, which is nothing outside an edit. */
  const clear = (): void => {
    const {
      text: before,
      kept: keptBefore,
      addressee: whom,
    } = setAside.current.pop() ?? { ...NO_DRAFT, addressee };
    setText(before);
    setKept(keptBefore);
    setAddressee(whom);
    setProblem(null);
    onEdited();
    field.current?.focus();
  };
  const asked = (): void => {
    if (field.current?.value === text) {
      clear();
      return;
    }
    // What was written meanwhile stays. An edit was for the assistant; else a click may have said for whom it is.
    if (edited !== null) setAddressee("assistant");
    setKept(new Set());
    setProblem(null);
    onEdited();
  };
  const choose = (who: Addressee): void => {
    setAddressee(who);
    setChosen(true);
    setProblem(null);
  };
  const send = (): void => {
    const { session } = chat;
    if (text.trim() === "" || session === null) return;
    if (audience === "people") {
      clear();
      void chat.say(text).then((refusal) => {
        if (refusal === null) return;
        // It comes before the next key does.
        setText(text);
        setProblem(refusal);
      });
      return;
    }
    if (pending.current !== null) return;
    const question: Waiting = { isWithdrawn: false };
    pending.current = question;
    const cancelNotice = after(NOTICE_AFTER_MS, () => {
      setWaiting(question);
    });
    // Found anew at this very moment: what is sent must be what was shown.
    void session
      .preview(text)
      .then(
        (found) => {
          if (question.isWithdrawn) return;
          const keep = found.filter(({ start, end }) => isKept(text.slice(start, end)));
          const refusal = chat.ask({ text, spans: found, keep, edits: edited?.turn ?? null });
          if (refusal === null) asked();
          else setProblem(refusal);
        },
        () => {
          if (!question.isWithdrawn)
            setProblem("The detector of personal data does not work here, so nothing was sent.");
        },
      )
      .finally(() => {
        cancelNotice();
        if (pending.current !== question) return;
        pending.current = null;
        setWaiting(null);
      });
  };
  const press = (event: KeyboardEvent): void => {
    // While a writing system composes a character, Enter belongs to it.
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    // A keyboard on the screen has no other key for a new line; there the button sends.
    if (matchMedia("(hover: none) and (pointer: coarse)").matches) return;
    event.preventDefault();
    send();
  };

  return (
    <form
      className={`composer to-${audience}`}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {(assistant !== null || audience === "assistant") && (
        <div className="audience">
          <div className="toggle" role="group" aria-label="Who it is for">
            <button
              type="button"
              aria-pressed={audience === "people"}
              disabled={edited !== null}
              onClick={() => {
                choose("people");
              }}
            >
              People
            </button>
            <button
              type="button"
              aria-pressed={audience === "assistant"}
              onClick={() => {
                choose("assistant");
              }}
            >
              Assistant
            </button>
          </div>
          <p className="hint">
            {audience === "people"
              ? "Sealed: only the people in this chat can read it."
              : "Encrypted to the service, which asks the model. The people here read along."}
          </p>
        </div>
      )}
      {edited !== null && (
        <p className="editing">
          Editing an earlier question; what followed it is set aside.{" "}
          <button type="button" className="link" onClick={clear}>
            Leave it
          </button>
        </p>
      )}
      <div className="draft">
        <label className="unseen" htmlFor={id}>
          {audience === "people" ? "Message to the people here" : "Question to the assistant"}
        </label>
        <div className="draft-scroll">
          <div className="draft-stack">
            <MarkedDraft findings={findings} isKept={isKept} />
            <textarea
              id={id}
              ref={field}
              dir="auto"
              rows={1}
              value={text}
              autoComplete="off"
              autoCapitalize="sentences"
              spellCheck={false}
              placeholder={audience === "people" ? "Write to everyone here" : "Ask the assistant"}
              onChange={(event) => {
                setText(event.target.value);
                setProblem(null);
                chat.session?.typing();
                if (audience === "assistant") warmUp();
              }}
              onKeyDown={press}
            />
          </div>
        </div>
        <button type="submit" className="primary" disabled={text.trim() === ""}>
          {audience === "people" ? "Send" : "Ask"}
        </button>
      </div>
      {audience === "assistant" && (
        <FindingList findings={findings} mayKeep={mayKeep} isKept={isKept} onToggle={toggle} />
      )}
      {waiting !== null && (
        <p className="editing" role="status">
          Looking for personal data before it is sent…{" "}
          <button
            type="button"
            className="link"
            onClick={() => {
              waiting.isWithdrawn = true;
              pending.current = null;
              setWaiting(null);
              field.current?.focus();
            }}
          >
            Do not send it
          </button>
        </p>
      )}
      <Problem text={problem} />
    </form>
  );
}
