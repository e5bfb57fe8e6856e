import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  advancedMark,
  deadlinesOf,
  dueCause,
  leaseBlock,
  mergePolicy,
  nextWakeAt,
  type Activity,
} from "../../../src/session/deadlines.ts";
import { EVERYTHING_OFF } from "./support/chat.ts";
import { recordOf, T0 } from "./support/records.ts";

const QUIET: Activity = { lastContentAt: null, messagesUsed: 0 };

const seconds = fc.integer({ min: 1, max: 604_800 });
const policies = fc.record({
  ttl: seconds,
  idle: fc.option(seconds),
  empty: fc.option(fc.integer({ min: 0, max: 604_800 })),
  messages: fc.option(fc.integer({ min: 1, max: 1_000_000 })),
  burnBy: fc.constantFrom("host" as const, "anyone" as const),
});
const records = fc
  .record({
    policy: policies,
    capMs: fc.integer({ min: 1, max: 604_800_000 }),
    emptyMs: fc.option(fc.nat(1e9)),
  })
  .map(({ policy, capMs, emptyMs }) =>
    recordOf(policy, { hardCapAt: T0 + capMs, emptySince: emptyMs === null ? null : T0 + emptyMs }),
  );
const activities = fc.record({
  lastContentAt: fc.option(fc.integer({ min: T0, max: T0 + 1e9 })),
  messagesUsed: fc.nat(1_000_000),
});
const instants = fc.integer({ min: T0, max: T0 + 700_000_000 });

describe("deadlines", () => {
  it("[RULE6] none is ever past the hard cap", () => {
    fc.assert(
      fc.property(records, activities, instants, (record, activity, now) => {
        const { burnsAt, ttlAt, idleAt, emptyAt, hardCapAt } = deadlinesOf(record, activity, now);
        expect(hardCapAt).toBe(record.hardCapAt);
        for (const at of [burnsAt, ttlAt, idleAt ?? 0, emptyAt ?? 0])
          expect(at).toBeLessThanOrEqual(hardCapAt);
        expect(burnsAt).toBe(Math.min(ttlAt, idleAt ?? Infinity, emptyAt ?? Infinity));
      }),
    );
  });

  it("[LIFE9] a session is due from its earliest instant on, and not before", () => {
    fc.assert(
      fc.property(records, activities, instants, (record, activity, now) => {
        const { burnsAt, messagesLeft } = deadlinesOf(record, activity, now);
        const due = dueCause(record, activity, now);
        expect(due !== null).toBe(now >= burnsAt || messagesLeft === 0);
      }),
    );
  });

  it("[LIFE9] the alarm is armed for no later than the earliest instant", () => {
    fc.assert(
      fc.property(records, activities, fc.boolean(), instants, (record, activity, connected, now) => {
        const { burnsAt } = deadlinesOf(record, activity, now);
        expect(nextWakeAt(record, activity, connected, now)).toBeLessThanOrEqual(burnsAt);
      }),
    );
  });

  it("[LIFE5] somebody connected and `empty` set: looked at within 60 s", () => {
    const record = recordOf({ ttl: 3_600, empty: 600 });
    expect(nextWakeAt(record, QUIET, true, T0)).toBe(T0 + 60_000);
    expect(nextWakeAt(record, QUIET, false, T0)).toBe(T0 + 3_600_000);
    expect(nextWakeAt(recordOf({ ttl: 3_600 }), QUIET, true, T0)).toBe(T0 + 3_600_000);
  });

  it("[LIFE2] ttl is due at its very millisecond", () => {
    const record = recordOf({ ttl: 1 });
    expect(dueCause(record, QUIET, T0 + 999)).toBeNull();
    expect(dueCause(record, QUIET, T0 + 1_000)).toBe("ttl");
  });

  it("[LIFE3] idle counts from the last content frame, or from the mark where memory knows none", () => {
    const record = recordOf({ idle: 60 }, { activityMark: T0 + 5_000 });
    expect(deadlinesOf(record, QUIET, T0).idleAt).toBe(T0 + 65_000);
    expect(deadlinesOf(record, { ...QUIET, lastContentAt: T0 + 1 }, T0).idleAt).toBe(T0 + 60_001);
  });

  it("[LIFE4] empty counts from when the last connection went, and not while somebody is here", () => {
    expect(dueCause(recordOf({ empty: 0 }), QUIET, T0 + 1)).toBeNull();
    expect(dueCause(recordOf({ empty: 0 }, { emptySince: T0 + 1 }), QUIET, T0 + 1)).toBe("empty");
    expect(dueCause(recordOf({ empty: 2 }, { emptySince: T0 }), QUIET, T0 + 1_999)).toBeNull();
  });

  it("[END4] a burn that began is due whatever the clock says", () => {
    const burning = { cause: "asked", at: T0 } as const;
    expect(dueCause(recordOf({}, { burning }), QUIET, T0)).toBe("asked");
  });
});

describe("activity mark", () => {
  const idles = fc.integer({ min: 1, max: 604_800 });
  const steps = fc.array(fc.oneof(fc.nat(2_000), fc.nat(200_000)), { maxLength: 60 });

  it("[LIFE3] after a memory loss at any moment an idle session burns late by at most a step, never early", () => {
    fc.assert(
      fc.property(idles, steps, (idle, gaps) => {
        let record = recordOf({ idle });
        let now = T0;
        const step = Math.max(10_000, (idle * 1000) / 8);
        for (const gap of gaps) {
          now += gap;
          record = { ...record, activityMark: advancedMark(record, now) ?? record.activityMark };
          const late = record.activityMark - now;
          expect(late).toBeGreaterThanOrEqual(0);
          expect(late).toBeLessThanOrEqual(step);
        }
      }),
    );
  });

  it("[RULE1] it is written at most once per step, however many frames come", () => {
    fc.assert(
      fc.property(idles, steps, (idle, gaps) => {
        let record = recordOf({ idle });
        let now = T0;
        let writes = 0;
        for (const gap of gaps) {
          now += gap;
          const mark = advancedMark(record, now);
          if (mark === null) continue;
          writes += 1;
          record = { ...record, activityMark: mark };
        }
        expect(writes).toBeLessThanOrEqual(1 + (now - T0) / Math.max(10_000, (idle * 1000) / 8));
      }),
    );
  });

  it("[LIFE3] without an idle timer nothing is marked", () => {
    expect(advancedMark(recordOf({ idle: null }), T0 + 1e6)).toBeNull();
  });
});

it("[LIFE6] a leased block is at most a sixteenth of the limit, and at least one", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000_000 }), (limit) => {
      const block = leaseBlock(limit);
      expect(Number.isInteger(block)).toBe(true);
      expect(block).toBeGreaterThanOrEqual(1);
      expect(block).toBeLessThanOrEqual(Math.max(1, limit / 16));
    }),
  );
});

it("[LIFE8] a change sets the fields that it names, null included, and keeps the others", () => {
  const policy = { ...EVERYTHING_OFF, idle: 60, messages: 5 };
  expect(mergePolicy(policy, { idle: null })).toEqual({ ...policy, idle: null });
  expect(mergePolicy(policy, { idle: undefined, empty: 0 })).toEqual({ ...policy, empty: 0 });
});
