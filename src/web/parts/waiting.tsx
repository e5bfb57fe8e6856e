// While something is on its way.
import { useChatState } from "./context.ts";
import { Mark } from "./mark.tsx";
import { Problem } from "./problem.tsx";

export function Waiting({ words }: { readonly words: string }) {
  const problem = useChatState((state) => state.problem);
  return (
    <main className="screen waiting">
      <Mark />
      <p role="status">{words}</p>
      <Problem text={problem} />
    </main>
  );
}
