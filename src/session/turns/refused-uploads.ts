// Uploads that were refused while their client may have sent the rest already. Those records are let pass without a
// word and without a charge, within the bound that the whole upload had. Holds names only.
import { MAX_REFUSED_UPLOADS, MAX_REQUEST_RECORDS } from "../../protocol/limits.ts";
import type { Connection } from "../connection.ts";

export class RefusedUploads {
  /** how many records of each may still come, by connection and attempt; the oldest first */
  readonly #left = new Map<Connection, Map<string, number>>();

  note(connection: Connection, key: string): void {
    const own = this.#left.get(connection) ?? new Map<string, number>();
    this.#left.set(connection, own);
    own.delete(key);
    own.set(key, MAX_REQUEST_RECORDS);
    const oldest = own.keys().next();
    if (own.size > MAX_REFUSED_UPLOADS && oldest.done !== true) own.delete(oldest.value);
  }

  /** Whether a record is the rest of such an upload. */
  takes(connection: Connection, key: string): boolean {
    const own = this.#left.get(connection);
    const left = own?.get(key) ?? 0;
    if (left > 0) own?.set(key, left - 1);
    return left > 0;
  }

  forget(connection: Connection): void {
    this.#left.delete(connection);
  }

  clear(): void {
    this.#left.clear();
  }
}
