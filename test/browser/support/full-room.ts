// A session in which much was said.
import type { Session } from "../../../src/client/index.ts";

/** Says so many messages, `message 0` and on. */
export async function fillRoom(host: Session, messages: number): Promise<void> {
  await Promise.all(
    Array.from({ length: messages }, async (_, n) => {
      // The SDK's queue is bounded; a program that has a thousand things to say waits its turn.
      for (let sent = false; !sent;) {
        sent = await host.send(`message ${String(n)}`).then(
          () => true,
          () => false,
        );
        if (!sent) await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }),
  );
}
