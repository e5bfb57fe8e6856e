// Hands a file to the browser's own download, from memory. Nothing is sent anywhere.
import type { Store } from "./state.ts";

export function save(name: string, type: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}

/** Saves the statement about the session that ended. Whether the browser kept the file is not known here. */
export function saveStatement({ get, dispatch }: Store): void {
  const { ending } = get();
  const signed = ending?.report?.statement ?? null;
  if (ending === null || signed === null) return;
  save("destruction-statement.jws", "application/jose", signed);
  dispatch({ type: "facts", facts: { ending: { ...ending, saved: true } } });
}
