// Everything around one session: clock, disk, sockets, alarm, and the lives and deaths of its instances. A test
// runs one event at a time; the world settles what follows from it and says when something was left pending.
import type { Identity } from "../../../../src/crypto/identity.ts";
import type { Assistant } from "../../../../src/session/assistant-port.ts";
import type { PersonalDataScan } from "../../../../src/session/scan-port.ts";
import type { Attachment, Platform } from "../../../../src/session/ports.ts";
import { Session } from "../../../../src/session/session.ts";
import { Account } from "./account.ts";
import { progress, turn, type Answer } from "./answer.ts";
import { identityOf, NO_ASSISTANT } from "./deployment.ts";
import { FakePlatform } from "./fake-platform.ts";
import { FakeClient } from "./fake-sockets.ts";
import { FakeDisk, type Fate } from "./fake-storage.ts";
import { Crash, Faults, type FaultPlan } from "./faults.ts";

/** A running instance and the ports that it was given. */
export interface Instance {
  readonly session: Session;
  readonly platform: FakePlatform;
}

/** Puts something between the session and the platform: a deliberately broken variant. */
export type Wrap = (platform: FakePlatform) => Platform;

export class World extends Account {
  now = Date.UTC(2026, 0, 1);
  readonly disk = new FakeDisk();
  readonly faults = new Faults();
  readonly clients: FakeClient[] = [];
  /** How many instances there were. */
  instances = 0;
  evictions = 0;
  /** Storage and signatures answer only when told to. */
  slow = false;
  assistant: Assistant = NO_ASSISTANT;
  scan: PersonalDataScan | null = null;
  #platform: FakePlatform | null = null;
  #session: Session | null = null;
  readonly #wrap: Wrap;

  constructor(wrap: Wrap = (platform) => platform) {
    super();
    this.#wrap = wrap;
  }

  get platform(): FakePlatform | null {
    return this.#platform;
  }

  /** Nothing is running, pending or kept in memory. */
  get atRest(): boolean {
    return this.#isQuiet && (this.#platform?.timers.length ?? 0) === 0;
  }

  /** Nothing happens until time passes or somebody does something. */
  get #isQuiet(): boolean {
    const platform = this.#platform;
    if (platform === null) return true;
    return platform.pinned + platform.turns.length + platform.waits.length + platform.parked.length === 0;
  }

  /** The key that offers are signed with. */
  get identity(): Promise<Identity> {
    return identityOf();
  }

  /** The instance, started if there is none. */
  wake(): Instance {
    const running = this.#platform;
    if (running !== null && this.#session !== null) return { platform: running, session: this.#session };
    const platform = new FakePlatform(this);
    this.instances += 1;
    this.#platform = platform;
    const session = new Session(this.#wrap(platform));
    this.#session = session;
    return { platform, session };
  }

  /**
   * Runs one event and settles what follows from it. `waits`: it may wait for time or an answer, and then goes
   * on later; otherwise it is waited for.
   */
  async run<T>(
    event: (instance: Instance) => T | Promise<T>,
    plan: FaultPlan = {},
    waits = true,
  ): Promise<Answer<T>> {
    const answer = await this.start(event, plan, waits);
    // Every port call was made and nothing has become durable yet: the last moment to die in.
    if (plan.crashAt !== undefined && this.#platform !== null) this.crash(this.faults.fate);
    await this.settle();
    const { trace, fallible } = this.faults;
    this.faults.begin({});
    return Object.assign(answer, { trace, fallible });
  }

  /** Runs one event only as far as it goes by itself; more of the same turn may follow. */
  async start<T>(
    event: (instance: Instance) => T | Promise<T>,
    plan: FaultPlan = {},
    waits = true,
  ): Promise<Answer<T>> {
    this.faults.begin(plan);
    const answer: Answer<T> = { value: null, left: false, failed: null, trace: [], fallible: 0 };
    try {
      const running = event(this.wake());
      if (!(running instanceof Promise)) this.#leave(answer, running);
      else await this.#progress(running, answer, waits);
    } catch (error) {
      answer.failed = error;
    }
    return answer;
  }

  /** Lets everything happen that needs no time and no answer from outside. */
  async settle(): Promise<void> {
    for (;;) {
      await turn();
      const platform = this.#platform;
      this.disk.transmit();
      if (platform === null || platform.parked.length > 0) return;
      this.disk.persist();
      this.disk.transmit();
      this.#noticeEnds();
      const callbacks = platform.turns.splice(0);
      for (const callback of callbacks) this.#guard(callback);
      if (callbacks.length > 0) continue;
      if (this.#isQuiet && !this.disk.dirty) return;
      if (platform.waits.length > 0 && !this.disk.dirty) {
        await turn();
        if (platform.waits.length > 0) return;
      }
    }
  }

  /** Answers the oldest storage call or signature that is waiting. */
  answerOne(plan: FaultPlan = {}): Promise<Answer<void>> {
    return this.#resume(() => {
      this.#platform?.parked.shift()?.answer();
    }, plan);
  }

  /** Time passes step by step; timers fire when they are due, one after the other. */
  async pass(ms: number): Promise<void> {
    const until = this.now + ms;
    for (;;) {
      const due = (this.#platform?.timers ?? []).filter(({ atMs }) => atMs <= until);
      const first = due.sort((a, b) => a.atMs - b.atMs)[0];
      if (first === undefined) break;
      this.now = Math.max(this.now, first.atMs);
      await this.#resume(() => {
        const platform = this.#platform;
        if (platform === null) return;
        platform.timers = platform.timers.filter((timer) => timer !== first);
        this.#guard(first.callback);
      }, {});
    }
    this.now = until;
    await this.settle();
  }

  /** Time passes; nothing fires but waits that are over. */
  advance(ms: number, plan: FaultPlan = {}): Promise<Answer<void>> {
    this.now += ms;
    return this.#resume(() => {
      const platform = this.#platform;
      if (platform === null) return;
      const over = platform.waits.filter(({ untilMs }) => untilMs <= this.now);
      platform.waits = platform.waits.filter(({ untilMs }) => untilMs > this.now);
      for (const { resolve } of over) resolve();
    }, plan);
  }

  /** Runs the alarm's handler. `consume`: the platform fired it; otherwise it comes once more, for nothing. */
  async fireAlarm(consume = true, plan: FaultPlan = {}): Promise<Answer<void>> {
    if (consume) this.disk.startFiring();
    const answer = await this.run(async ({ session }) => {
      await session.alarm();
      this.disk.endFiring();
    }, plan);
    if (answer.failed !== null && !(answer.failed instanceof Crash)) {
      this.disk.retryFiring();
      this.noteEscaped(answer.failed);
    }
    return answer;
  }

  /** The client closes its end. */
  clientCloses(client: FakeClient, plan: FaultPlan = {}): Promise<Answer<void>> {
    client.lose();
    client.closed = { code: 1000, reason: "" };
    return this.run(({ session, platform }) => {
      session.sockets.closed(platform.socketOf(client));
    }, plan);
  }

  /** The platform drops the memory of a session at rest; sockets stay. False where it may not. */
  hibernate(): boolean {
    if (this.#platform === null || !this.atRest) return false;
    this.#discard();
    for (const client of this.clients) client.handedOver.length = 0;
    return true;
  }

  /** The platform drops the memory whatever goes on in it, as at a deploy; sockets stay. */
  forget(): void {
    this.#discard();
    for (const client of this.clients) client.handedOver.length = 0;
  }

  /** The process dies: memory, sockets and everything that has not left are gone. */
  crash(fate: Fate): void {
    this.#discard();
    this.disk.crash(fate);
    for (const client of this.clients) {
      client.lostEarlier = client.lostEarlier || client.closed === null;
      client.lose();
    }
  }

  evicted(platform: FakePlatform): void {
    if (this.#platform !== platform) return;
    this.evictions += 1;
    this.#discard();
    this.disk.evict();
    for (const client of this.clients) client.lose();
  }

  open(attachment: Attachment): FakeClient {
    const client = new FakeClient(JSON.parse(JSON.stringify(attachment)) as Attachment);
    this.clients.push(client);
    return client;
  }

  /** What waited goes on; no instance is started for it. */
  async #resume(go: () => void, plan: FaultPlan): Promise<Answer<void>> {
    this.faults.begin(plan);
    go();
    if (plan.crashAt !== undefined) {
      await turn();
      if (this.#platform !== null) this.crash(this.faults.fate);
    }
    await this.settle();
    const { trace, fallible } = this.faults;
    this.faults.begin({});
    return { value: null, left: false, failed: null, trace, fallible };
  }

  #leave<T>(answer: Answer<T>, value: T): void {
    this.disk.afterWrites(() => {
      answer.value = value;
      answer.left = true;
    });
  }

  async #progress<T>(running: Promise<T>, answer: Answer<T>, waits: boolean): Promise<void> {
    const leave = (value: T): void => {
      this.#leave(answer, value);
    };
    await progress(running, { answer, leave, platform: this.#platform, waits });
  }

  // A client answers a Close at once, unless it is silent.
  #noticeEnds(): void {
    const platform = this.#platform;
    const session = this.#session;
    if (platform === null || session === null) return;
    for (const client of this.clients) {
      if (client.state !== "closed" || client.endNoticed) continue;
      client.endNoticed = true;
      this.#guard(() => {
        session.sockets.closed(platform.socketOf(client));
      });
    }
  }

  #guard(callback: () => void): void {
    try {
      callback();
    } catch (error) {
      this.noteEscaped(error);
    }
  }

  #discard(): void {
    if (this.#platform !== null) this.#platform.dead = true;
    this.#platform = null;
    this.#session = null;
  }
}
