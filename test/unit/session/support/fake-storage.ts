// Durable storage in memory, with the two promises that the Storage port makes: what is written without a
// pause is applied whole or not at all, and output waits until everything written before it is durable. A
// crash loses or keeps what is not yet synced. Values are kept as text, so nobody can change them later.

/** What is on disk. `firing`: the alarm's handler runs, so it counts as gone unless the handler is cut off. */
interface Disk {
  readonly record: string | null;
  readonly alarmAt: number | null;
  readonly firing: boolean;
}

/** What a crash does to writes that were complete but not yet synced. */
export type Fate = "lost" | "kept";

const BLANK: Disk = { record: null, alarmAt: null, firing: false };

export class FakeDisk {
  /** As the running instance sees it. */
  #current = BLANK;
  /** As it was when the running code last paused: what an interrupted event leaves at most. */
  #complete = BLANK;
  #durable = BLANK;
  #pausePending = false;
  /** What the text was last read as; nobody changes it. */
  #read: { readonly text: string; readonly value: unknown } | null = null;
  /** Output that waits for writes. */
  #gated: (() => void)[] = [];
  /** Output that may leave and has not reached anybody: an eviction swallows it. */
  #wire: (() => void)[] = [];

  get record(): unknown {
    const { record } = this.#current;
    if (record === null) return undefined;
    if (this.#read?.text !== record) this.#read = { text: record, value: JSON.parse(record) as unknown };
    return this.#read.value;
  }

  get text(): string {
    return this.#current.record ?? "";
  }

  get alarmAt(): number | null {
    return this.#current.firing ? null : this.#current.alarmAt;
  }

  get keys(): number {
    return (this.#current.record === null ? 0 : 1) + (this.alarmAt === null ? 0 : 1);
  }

  get isDurablyEmpty(): boolean {
    return this.#durable.record === null;
  }

  get dirty(): boolean {
    return this.#current !== this.#durable;
  }

  put(record: unknown): void {
    this.#change({ ...this.#current, record: JSON.stringify(record) });
  }

  setAlarm(atMs: number): void {
    this.#change({ ...this.#current, alarmAt: atMs, firing: false });
  }

  wipe(): void {
    if (this.keys > 0) this.#change(BLANK);
  }

  /** Makes everything durable and opens the gate. */
  persist(): void {
    this.#complete = this.#durable = this.#current;
    this.#wire.push(...this.#gated.splice(0));
  }

  /** The output gate: what is sent now leaves after everything that was written until now, and in order. */
  afterWrites(leave: () => void): void {
    const closed = this.dirty || this.#gated.length > 0;
    (closed ? this.#gated : this.#wire).push(leave);
  }

  /** Time for the network: what may leave arrives. */
  transmit(): void {
    for (const leave of this.#wire.splice(0)) leave();
  }

  /** The alarm's handler begins. */
  startFiring(): void {
    this.persist();
    this.#current = { ...this.#current, firing: true };
    this.persist();
  }

  /** The handler returned: unless it armed anew, there is no alarm any more. */
  endFiring(): void {
    if (this.#current.firing) this.#change({ ...this.#current, alarmAt: null, firing: false });
  }

  /** The handler failed: the platform runs it again. */
  retryFiring(): void {
    if (this.#current.firing) this.#change({ ...this.#current, firing: false });
  }

  /** The instance ended itself, and asked that no alarm be retried. What had not left is lost. */
  evict(): void {
    const { alarmAt, firing } = this.#complete;
    this.#wire = [];
    this.#complete = { ...this.#complete, alarmAt: firing ? null : alarmAt };
    this.crash("kept");
  }

  /** The process is gone. A handler that was cut off runs again. */
  crash(fate: Fate): void {
    // The two extremes: what was allowed to leave arrived and the writes after it are lost, or the reverse.
    if (fate === "lost") this.transmit();
    this.#wire = [];
    this.#gated = [];
    const left = fate === "kept" ? this.#complete : this.#durable;
    this.#current = this.#complete = this.#durable = { ...left, firing: false };
  }

  #change(next: Disk): void {
    this.#current = next;
    if (this.#pausePending) return;
    this.#pausePending = true;
    queueMicrotask(() => {
      this.#pausePending = false;
      this.#complete = this.#current;
    });
  }
}
