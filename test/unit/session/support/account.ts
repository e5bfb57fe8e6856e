// What a world keeps account of over all the lives of its instances, for tests to look at.
import { toBase64Url } from "../../../../src/crypto/bytes.ts";
import type { BurnFacts } from "../../../../src/crypto/statement.ts";
import type { FakePlatform } from "./fake-platform.ts";
import { Crash, PortFailure } from "./faults.ts";

export class Account {
  readonly statements: BurnFacts[] = [];
  /** Writes from the mark on that are not the retry mark of a failed wipe; a right session makes none. */
  readonly writesAfterMark: string[] = [];
  writes = 0;
  /** Errors that reached nobody: rejected background work. */
  readonly escaped: unknown[] = [];
  /** Random values that must never reach storage: everything that is not an id. */
  readonly secrets: string[] = [];
  #ids = 0;

  nextId(bytes: number): string {
    this.#ids += 1;
    const raw = new Uint8Array(bytes);
    new DataView(raw.buffer).setUint32(0, this.#ids);
    const id = toBase64Url(raw);
    if (bytes !== 12) this.secrets.push(id);
    return id;
  }

  noteWrite(platform: FakePlatform, what: string, allowedAfterFailure: boolean): void {
    this.writes += 1;
    if (platform.wipe === "none" || (platform.wipe === "failed" && allowedAfterFailure)) return;
    this.writesAfterMark.push(what);
  }

  /** Something failed and nobody heard of it. A crash or a rejecting port is what a test asked for. */
  noteEscaped(error: unknown): void {
    if (!(error instanceof Crash || error instanceof PortFailure)) this.escaped.push(error);
  }
}
