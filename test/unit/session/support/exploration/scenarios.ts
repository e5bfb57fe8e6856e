// The bounded worlds that are explored: a policy, what may happen in it, and how far. Together they cover every
// kind of event; each stays small enough to be exhausted to its depth.
import { EVERYTHING_OFF } from "../chat.ts";
import * as event from "./actions.ts";
import type { Scenario } from "./explore.ts";

const MINUTES = { ...EVERYTHING_OFF, ttl: 300 };
const times = [event.untilAlarm, event.shortTime, event.longTime];
const losses = [event.hibernates, event.deploy];
const alarms = [event.alarm, event.alarmAgain];

/** Deadlines: idle and empty, changed and switched off, with vanished peers and lost memory. */
export const TIMERS: Scenario = {
  name: "timers",
  burn: { ...MINUTES, idle: 100, empty: 30 },
  actions: [
    ...[event.connectHost, event.content("host"), event.closes("host"), event.vanishes],
    ...[event.patch("empty 0", { empty: 0 }), event.patch("idle 20", { idle: 20 })],
    ...[event.touch, event.deletes, ...alarms, ...times, ...losses],
  ],
  crashed: [],
  depth: 6,
};

/** The policy changes under the session: every field, there and back. */
export const CHANGES: Scenario = {
  name: "changes",
  burn: { ...MINUTES, idle: 200 },
  actions: [
    ...[event.connectHost, event.content("host"), event.closes("host")],
    event.patch("ttl 150", { ttl: 150 }),
    event.patch("ttl past the hard cap", { ttl: 301 }),
    event.patch("idle off", { idle: null }),
    event.patch("idle 20", { idle: 20 }),
    event.patch("empty 30", { empty: 30 }),
    event.patch("empty 0", { empty: 0 }),
    event.patch("messages 2", { messages: 2 }),
    event.patch("everything off", { idle: null, empty: null, messages: null }),
    ...[...alarms, event.untilAlarm, event.longTime, ...losses],
  ],
  crashed: [event.patch("ttl 150", { ttl: 150 })],
  start: [event.connectHost, event.longTime, event.content("host")],
  depth: 4,
};

/** Two messages at most, one lease each. */
export const COUNT: Scenario = {
  name: "count",
  burn: { ...MINUTES, messages: 2, empty: 30 },
  actions: [
    ...[event.connectHost, event.content("host"), event.content("host", 2)],
    ...[event.patch("messages 1", { messages: 1 }), event.patch("messages off", { messages: null })],
    ...[event.touch, event.drainTime, event.untilAlarm, event.alarm, ...losses],
  ],
  crashed: [],
  depth: 8,
};

/** Leases of more than one message: a lost one counts as used. */
export const LEASES: Scenario = {
  ...COUNT,
  name: "leases",
  burn: { ...MINUTES, messages: 48, idle: 100 },
  actions: [
    ...[event.connectHost, event.content("host"), event.content("host", 2), event.shortTime],
    event.contentThenBurn,
    ...[event.patch("messages 32", { messages: 32 }), event.alarmAgain, ...losses],
  ],
  depth: 7,
};

/** Who may be here: every promise about access survives a crash at every step. */
export const ACCESS: Scenario = {
  name: "access",
  burn: { ...MINUTES, empty: 30 },
  actions: [
    ...[event.mint, event.join, event.connectHost, event.connectGuest, event.closes("member")],
    ...[event.leaves, event.removes, event.revokes, event.deletes, ...losses],
  ],
  crashed: [event.mint, event.join, event.connectGuest, event.leaves, event.removes, event.revokes],
  depth: 7,
};

/** Every cause of a burn, with a crash or a rejection at every one of its steps. */
export const BURNS: Scenario = {
  name: "burns",
  burn: { ...MINUTES, empty: 0, idle: 100, messages: 2, burnBy: "anyone" },
  actions: [
    ...[event.connectHost, event.content("host"), event.content("host", 2), event.closes("host")],
    ...[event.deletes, event.burnMessage("host"), event.alarm, event.alarmAgain, event.untilAlarm],
    ...[event.drainTime, event.touch, event.vanishes, ...losses],
  ],
  crashed: [
    ...[event.deletes, event.burnMessage("host"), event.alarm, event.drainTime, event.closes("host")],
  ],
  depth: 6,
};

/** Anything comes in between two steps of a burn, which waits for storage and signatures. */
export const INTERLEAVED: Scenario = {
  name: "interleaved",
  burn: { ...MINUTES, empty: 0, messages: 1, burnBy: "anyone" },
  actions: [
    ...[event.mint, event.join, event.connectHost, event.content("host"), event.content("member")],
    ...[event.closes("host"), event.leaves, event.deletes, event.burnMessage("member"), event.touch],
    ...[event.answers, event.drainTime, ...alarms, event.untilAlarm, event.deploy, event.hibernates],
    event.patch("messages off", { messages: null }),
  ],
  crashed: [event.answers],
  depth: 7,
  slow: true,
};

export const SCENARIOS: readonly Scenario[] = [
  ...[TIMERS, CHANGES, COUNT, LEASES, ACCESS, BURNS, INTERLEAVED],
];
