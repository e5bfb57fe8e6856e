// The rest of the session, as turns see it. Both are made after the turns, so that they are asked for when needed.
import type { Life } from "../life.ts";
import type { Room } from "../room.ts";

export interface TurnsHost {
  life(): Pick<Life, "isLive" | "record" | "deadlines" | "countContent" | "burn">;
  room(): Pick<Room, "connections" | "flush">;
}
