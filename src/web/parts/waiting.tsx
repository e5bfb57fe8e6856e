// While something is on its way.
import { Mark } from "./mark.tsx";

export function Waiting({ words }: { readonly words: string }) {
  return (
    <main className="screen waiting">
      <Mark />
      <p role="status">{words}</p>
    </main>
  );
}
