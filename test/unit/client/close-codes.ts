// Every close code, and every step of a connection at which it can come: for tests that try each with each.
import { ERRORS, isRetryableClose } from "../../../src/protocol/errors.ts";
import type { FakeService } from "./fake-service.ts";
import type { FakeSocket, World } from "./world.ts";

const OURS = Object.values(ERRORS).flatMap(({ close }) => close ?? []);
const STANDARD = [1000, 1001, 1002, 1003, 1005, 1006, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 1015];
const CODES = [...new Set([...STANDARD, 3000, 4000, ...OURS, 4400, 4499, 4500, 4599, 4999])];

/** connections at once: enough to save time, few enough that none waits long for its turn. */
const AT_ONCE = 8;

export async function withEveryCode(run: (code: number) => Promise<void>): Promise<void> {
  for (let at = 0; at < CODES.length; at += AT_ONCE) {
    await Promise.all(CODES.slice(at, at + AT_ONCE).map(run));
  }
}

/** How a close code is told by who ended it: what a session that was live becomes. */
export function outcomeOf(code: number): "left" | "burned" | "live" | "refused" {
  if (code === 1000) return "left";
  if (code === 4410) return "burned";
  return isRetryableClose(code) ? "live" : "refused";
}

export type Step = (socket: FakeSocket, service: FakeService, close: () => void) => void;

/** What the service does on a connection before it closes it. */
export const STEPS: Record<string, Step> = {
  "before it is open": (_, __, close) => {
    close();
  },
  "open, before the welcome": (socket, _, close) => {
    socket.open();
    close();
  },
  "after an error message": (socket, _, close) => {
    socket.open();
    socket.say({ type: "error", code: "unavailable", text: "", retryable: true });
    close();
  },
  "with a replay promised and not kept": (socket, service, close) => {
    service.accept(socket, { seq: 9, resumed: { recovered: true, missed: 9 } });
    close();
  },
  "right after the welcome": (socket, service, close) => {
    service.accept(socket);
    close();
  },
  "when the first frame was sent": (socket, service, close) => {
    service.accept(socket);
    service.relay = close;
  },
  "after an epoch": (socket, service, close) => {
    service.accept(socket);
    service.forget();
    close();
  },
  "after a mark": (socket, service, close) => {
    service.accept(socket);
    socket.say({ type: "mark", mark: "AAAAAAAA" });
    close();
  },
};

/** The next connection is closed at this step, later ones are let in. Answers whether it was closed yet. */
export function closeNext(service: FakeService, world: World, step: Step, code: number): () => boolean {
  const honest = service.relay;
  let tries = 0;
  let closed = false;
  world.onConnect = (socket) => {
    service.relay = honest;
    if (++tries > 1) service.accept(socket);
    else
      step(socket, service, () => {
        service.cut(socket, code);
        closed = true;
      });
  };
  return () => closed;
}
