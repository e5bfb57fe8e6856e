// What storage holds of a session that was just created.
import type { BurnPolicy } from "../../../../src/protocol/burn-policy.ts";
import type { SessionRecord } from "../../../../src/session/record.ts";
import { EVERYTHING_OFF, SESSION } from "./chat.ts";

/** ms; when it was created */
export const T0 = 1_000_000;

export function recordOf(burn: Partial<BurnPolicy>, more: Partial<SessionRecord> = {}): SessionRecord {
  const policy = { ...EVERYTHING_OFF, ...burn };
  return {
    version: 1,
    session: SESSION,
    createdAt: T0,
    hardCapAt: T0 + policy.ttl * 1000,
    jurisdiction: null,
    assistant: null,
    burn: policy,
    limits: { participants: 8, frameBytes: 65_536, framesPerSecond: 20 },
    activityMark: T0,
    messagesLeased: 0,
    occupied: false,
    emptySince: null,
    generation: 0,
    invites: [],
    members: [],
    alarmAt: null,
    burning: null,
    ...more,
  };
}
