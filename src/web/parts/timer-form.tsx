// Hosts change the burn timer. It can come closer, and never goes past what was fixed at the beginning.
import { useState } from "react";
import type { BurnChange, BurnPolicy } from "../../client/index.ts";
import { useChat } from "./context.ts";

const CHOICES: readonly { readonly title: string; readonly change: BurnChange }[] = [
  { title: "5 minutes of silence", change: { idle: 300 } },
  { title: "everyone left", change: { empty: 0 } },
  { title: "10 more messages", change: { messages: 10 } },
  { title: "50 more messages", change: { messages: 50 } },
];

export function TimerForm({ burn }: { readonly burn: BurnPolicy }) {
  const chat = useChat();
  const [said, setSaid] = useState<string | null>(null);
  const change = (wanted: BurnChange): void => {
    void chat.changeBurn(wanted).then((refusal) => {
      setSaid(refusal ?? "Changed.");
    });
  };
  return (
    <div className="timer-form">
      <p className="hint">Burn also after:</p>
      <div className="under">
        {CHOICES.map(({ title, change: wanted }) => (
          <button
            key={title}
            type="button"
            className="quiet small"
            onClick={() => {
              change(wanted);
            }}
          >
            {title}
          </button>
        ))}
      </div>
      <label className="switch">
        <input
          type="checkbox"
          checked={burn.burnBy === "anyone"}
          onChange={(event) => {
            change({ burnBy: event.target.checked ? "anyone" : "host" });
          }}
        />
        <span>Everyone may burn it now</span>
      </label>
      <p role="status">{said}</p>
    </div>
  );
}
