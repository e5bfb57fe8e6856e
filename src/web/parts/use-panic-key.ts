// Three times Escape: the session burns, or, for whoever may not burn it, this page is left. It listens above the room, so
// that it works where the room cannot be drawn.
import { useEffect } from "react";
import type { Chat } from "../state/chat.ts";

/** milliseconds within which Escape has to be pressed three times. */
const PANIC_WITHIN_MS = 1_200;
const PANIC_PRESSES = 3;

export function usePanicKey(chat: Chat): void {
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
