// Before a burn: who may, what happens, what stays elsewhere.
import { useId, useState } from "react";
import { undelivered } from "../state/loss.ts";
import { mayBurnIn } from "../state/state.ts";
import { rulesOf, wordsOfLeaving } from "../state/words.ts";
import { useChat, useChatState } from "./context.ts";
import { Dialog } from "./dialog.tsx";
import { Problem } from "./problem.tsx";

export function BurnDialog({ onClose }: { readonly onClose: () => void }) {
  const chat = useChat();
  const burn = useChatState((state) => state.burn);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const waiting = useChatState(undelivered);
  const leaving = useId();
  const mayBurn = useChatState(mayBurnIn);
  return (
    <Dialog title="Burn this session" kind="ember" onClose={onClose}>
      <p>
        It ends for everyone at once. The service wipes what it holds, signs a statement that says so, and
        closes every connection. This page empties itself and forgets its keys.
      </p>
      <ul>
        {burn !== null && rulesOf(burn).map((rule) => <li key={rule}>{rule}</li>)}
        <li>
          {burn?.burnBy === "anyone" ? "Everyone here may burn it now." : "Only a host may burn it now."}
        </li>
      </ul>
      <p className="hint">
        What others copied, and what a model's provider keeps, is out of reach. Panic key: press Escape three
        times quickly.
        {mayBurn
          ? " It burns without asking."
          : " It takes you out and empties this page; only a host can burn."}
      </p>
      {!mayBurn && <p id={leaving}>{wordsOfLeaving(waiting)}</p>}
      <Problem text={problem} />
      <div className="actions">
        <button type="button" className="quiet" onClick={onClose}>
          Keep it
        </button>
        {mayBurn ? (
          <button
            type="button"
            className="ember solid"
            disabled={busy}
            onClick={() => {
              setBusy(true);
              void chat.calls.burn().then((refusal) => {
                setBusy(false);
                setProblem(
                  refusal &&
                    `${refusal} Try again, or press the panic key: it empties this page at once and goes on trying.`,
                );
              });
            }}
          >
            Burn it now
          </button>
        ) : (
          <button
            type="button"
            className="ember solid"
            aria-describedby={leaving}
            onClick={() => {
              void chat.leave();
            }}
          >
            Leave and empty this page
          </button>
        )}
      </div>
    </Dialog>
  );
}
