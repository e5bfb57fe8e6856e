// Hosts see each timer beside the one that was fixed at the beginning, set it and take it back. A choice applies at once.
import { useRef, useState } from "react";
import type { BurnPolicy } from "../../client/index.ts";
import { EMPTY_SECONDS, LEAST_MESSAGES } from "../state/choices.ts";
import { COUNTED, counted, duration } from "../state/words.ts";
import { useChat } from "./context.ts";

/** A timer that can be off. */
type Timer = "idle" | "empty" | "messages";

interface TimerWords {
  readonly timer: Timer;
  readonly label: string;
  /** seconds, or messages from now on */
  readonly offered: readonly number[];
  readonly wordsOf: (value: number) => string;
  /** of the value in force, where that is said in another way */
  readonly wordsOfPresent?: (value: number) => string;
}

const TIMERS: readonly TimerWords[] = [
  { timer: "idle", label: "After silence of", offered: [300, 1_800, 3_600], wordsOf: duration },
  {
    timer: "empty",
    label: "After everyone left",
    offered: [EMPTY_SECONDS, 3_600],
    wordsOf: (seconds) => (seconds === 0 ? "at once" : `${duration(seconds)} later`),
  },
  {
    timer: "messages",
    label: "After messages",
    offered: [LEAST_MESSAGES, 50, 200],
    wordsOf: (count) => `${String(count)} more`,
    wordsOfPresent: (count) => `${counted(count, "message")} from when it was set`,
  },
];

const OFF = "off";
const PRESENT = "present";

export function TimerForm({ burn }: { readonly burn: BurnPolicy }) {
  const chat = useChat();
  const [said, setSaid] = useState<string | null>(null);
  /** what was chosen and is on its way to the service */
  const [wanted, setWanted] = useState<Partial<BurnPolicy>>({});
  /** choices that the service has not answered */
  const waiting = useRef(0);
  /** the first refusal since none was waiting: what went well after it must not hide it */
  const refused = useRef<string | null>(null);
  const change = (chosen: Partial<BurnPolicy>, words: string): void => {
    if (waiting.current === 0) refused.current = null;
    waiting.current += 1;
    setWanted((each) => ({ ...each, ...chosen }));
    void chat.calls.changeBurn(chosen).then((refusal) => {
      waiting.current -= 1;
      // What still waits stays as it was chosen.
      if (waiting.current === 0) setWanted({});
      refused.current ??= refusal;
      setSaid(refused.current ?? words);
    });
  };
  const shown = { ...burn, ...wanted };
  return (
    <div className="timer-form" role="group" aria-label="Burn also">
      <p className="hint">Burn also:</p>
      <div className="columns">
        {TIMERS.map((words) => (
          <TimerSelect
            key={words.timer}
            words={words}
            present={shown[words.timer]}
            onChange={(value) => {
              const { timer, label, wordsOf } = words;
              change({ [timer]: value }, `${label}: ${value === null ? OFF : wordsOf(value)}.`);
            }}
          />
        ))}
      </div>
      <p className="hint">{COUNTED} A lost connection counts as leaving.</p>
      <label className="switch">
        <input
          type="checkbox"
          checked={shown.burnBy === "anyone"}
          onChange={(event) => {
            const burnBy = event.target.checked ? "anyone" : "host";
            change({ burnBy }, burnBy === "anyone" ? "Everyone may burn it." : "Only hosts may burn it.");
          }}
        />
        <span>Everyone may burn it now</span>
      </label>
      <p role="status">{said}</p>
    </div>
  );
}

interface TimerSelectProps {
  readonly words: TimerWords;
  /** the value in force; null where the timer is off */
  readonly present: number | null;
  readonly onChange: (value: number | null) => void;
}

function TimerSelect({ words, present, onChange }: TimerSelectProps) {
  const { label, offered, wordsOf, wordsOfPresent = null } = words;
  // So many more messages are another choice than so many from an earlier moment on; a length of time is the same.
  const others = wordsOfPresent === null ? offered.filter((value) => value !== present) : offered;
  return (
    <label className="field">
      <span>{label}</span>
      <select
        value={present === null ? OFF : PRESENT}
        onChange={({ target: { value } }) => {
          onChange(value === OFF ? null : Number(value));
        }}
      >
        <option value={OFF}>Off</option>
        {present !== null && <option value={PRESENT}>{(wordsOfPresent ?? wordsOf)(present)}</option>}
        {others.map((value) => (
          <option key={value} value={value}>
            {wordsOf(value)}
          </option>
        ))}
      </select>
    </label>
  );
}
