// Deliberately broken sessions: something between the session and its platform does what a fault in the
// session's own code would do. The exploration has to find each, or it proves nothing.
import type { Platform, Storage } from "../../../../../src/session/ports.ts";
import type { SessionRecord } from "../../../../../src/session/record.ts";
import type { FakePlatform } from "../fake-platform.ts";
import type { Wrap } from "../world.ts";
import type { Scenario } from "./explore.ts";
import { ACCESS, BURNS, CHANGES, COUNT, LEASES, TIMERS } from "./scenarios.ts";

export interface Control {
  readonly name: string;
  readonly scenario: Scenario;
  readonly wrap: Wrap;
  /** Rules of which at least one must be found broken. */
  readonly finds: RegExp;
}

const through = (platform: FakePlatform, changes: Partial<Platform>): Platform => ({
  clock: platform.clock,
  storage: platform.storage,
  sockets: platform.sockets,
  signer: platform.signer,
  assistant: platform.assistant,
  scan: platform.scan,
  after: (ms, callback) => platform.after(ms, callback),
  build: platform.build,
  randomId: (bytes) => platform.randomId(bytes),
  afterTurn: (callback) => {
    platform.afterTurn(callback);
  },
  afterTick: (callback) => {
    platform.afterTick(callback);
  },
  wait: (ms) => platform.wait(ms),
  keepAlive: (promise) => {
    platform.keepAlive(promise);
  },
  evict: () => {
    platform.evict();
  },
  ...changes,
});

const withStorage =
  (change: (storage: Storage) => Partial<Storage>): Wrap =>
  (platform) =>
    through(platform, { storage: { ...platform.storage, ...change(platform.storage) } });

/** Every record is altered on its way to storage. */
const withRecord = (alter: (record: SessionRecord) => object): Wrap =>
  withStorage((storage) => ({
    write: (record) => {
      storage.write(alter(record as SessionRecord));
    },
  }));

export const CONTROLS: readonly Control[] = [
  {
    name: "an alarm that is never armed",
    scenario: TIMERS,
    wrap: withStorage(() => ({ setAlarm: () => undefined })),
    finds: /LIFE9|lives for ever/,
  },
  {
    name: "an alarm that never comes closer",
    scenario: CHANGES,
    wrap: withStorage((storage) => {
      let armed = false;
      const setAlarm = (atMs: number) => {
        if (!armed) storage.setAlarm(atMs);
        armed = true;
      };
      return { setAlarm };
    }),
    finds: /LIFE9|LIFE5/,
  },
  {
    name: "a mark that is forgotten: the record is written again after the wipe",
    scenario: BURNS,
    wrap: withStorage((storage) => ({
      wipe: async () => {
        const record = storage.read();
        await storage.wipe();
        if (typeof record === "object" && record !== null) storage.write(record);
      },
    })),
    finds: /END2|END6|lives for ever/,
  },
  {
    name: "a retry mark that is not written",
    scenario: BURNS,
    wrap: withRecord((record) => ({ ...record, burning: null })),
    finds: /END2/,
  },
  {
    name: "a wipe that leaves the record",
    scenario: BURNS,
    wrap: withStorage((storage) => ({ wipe: () => storage.sync() })),
    finds: /STMT1|END6|lives for ever/,
  },
  {
    name: "an alarm that outlives the burn",
    scenario: BURNS,
    wrap: (platform) =>
      through(platform, {
        wait: async (ms) => {
          platform.storage.setAlarm(platform.clock() + 1_000);
          await platform.wait(ms);
        },
      }),
    finds: /END2|END6/,
  },
  {
    name: "messages that are counted without a lease",
    scenario: COUNT,
    wrap: withRecord((record) => ({ ...record, messagesLeased: 0 })),
    finds: /LIFE6/,
  },
  {
    name: "leases that are larger than a sixteenth",
    scenario: LEASES,
    wrap: withRecord((record) => ({ ...record, messagesLeased: Math.min(record.messagesLeased * 2, 32) })),
    finds: /LIFE6/,
  },
  {
    name: "an activity mark that lags behind the content",
    scenario: TIMERS,
    wrap: withRecord((record) => ({ ...record, activityMark: record.createdAt })),
    finds: /LIFE9|LIFE2-6/,
  },
  {
    name: "an activity mark that runs too far ahead",
    scenario: TIMERS,
    wrap: withRecord((record) => ({ ...record, activityMark: record.activityMark + 60_000 })),
    finds: /LIFE3|LIFE9/,
  },
  {
    name: "an empty timer that is not written",
    scenario: TIMERS,
    wrap: withRecord((record) => ({ ...record, emptySince: null })),
    finds: /LIFE4/,
  },
  {
    name: "a hard cap that moves",
    scenario: CHANGES,
    wrap: withRecord((record) => ({ ...record, hardCapAt: record.createdAt + record.burn.ttl * 1000 })),
    finds: /RULE6/,
  },
  {
    name: "an invite that is used for nothing",
    scenario: ACCESS,
    wrap: withRecord((record) => ({
      ...record,
      invites: record.invites.map((invite) => ({ ...invite, usesLeft: 1 })),
    })),
    finds: /INV1|INV3/,
  },
  {
    name: "an answer that leaves before what it promises is written",
    scenario: ACCESS,
    wrap: withStorage((storage) => ({
      write: (record) => {
        Promise.resolve()
          .then(() => {
            storage.write(record);
          })
          .catch(() => undefined);
      },
    })),
    finds: /INV/,
  },
  {
    name: "a record that remembers what was said",
    scenario: COUNT,
    wrap: withRecord((record) => ({ ...record, last: "CONTENT-CANARY" })),
    finds: /RULE1/,
  },
  {
    name: "a burn that tells nobody",
    scenario: BURNS,
    wrap: (platform) => {
      const open = () => (platform.wipe === "none" ? platform.sockets.open() : []);
      return through(platform, { sockets: { ...platform.sockets, open } });
    },
    finds: /END1|END6/,
  },
  {
    name: "an eviction that comes before the last bytes have left",
    scenario: BURNS,
    wrap: (platform) => through(platform, { wait: () => Promise.reject(new Error("no time")) }),
    finds: /END1|END6/,
  },
  {
    name: "an instance that is not evicted",
    scenario: BURNS,
    wrap: (platform) => through(platform, { evict: () => undefined }),
    finds: /END1/,
  },
  {
    name: "a timer at rest",
    scenario: TIMERS,
    wrap: (platform) => {
      void platform.wait(1e9);
      return platform;
    },
    finds: /LIFE10/,
  },
];
