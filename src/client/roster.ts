// Who is here. Participants and their presence are the service's word; streams and names are sealed. The two are
// joined only where both say the same.
import type { AnnounceContent } from "../crypto/seal-content.ts";
import type { Participant } from "../protocol/control.ts";
import { MAX_PARTICIPANTS } from "../protocol/limits.ts";
import type { Person } from "./events.ts";

interface Stream {
  /** participant that the stream announced first, where the service names the same sender */
  participant: string | null;
  name: string;
  mismatchTold: boolean;
}

export class Roster {
  #self = "";
  #ownName = "";
  readonly #present = new Map<string, Participant>();
  /** Streams that announced themselves, the last one to do so at the end. The seal bounds their number. */
  readonly #streams = new Map<string, Stream>();

  get self(): string {
    return this.#self;
  }

  get ownName(): string {
    return this.#ownName;
  }

  setSelf(id: string): void {
    this.#self = id;
  }

  setOwnName(name: string): void {
    this.#ownName = name;
  }

  /** A `welcome` lists everyone. Answers who came and who went since the list before. */
  replace(participants: readonly Participant[]): { joined: string[]; left: string[] } {
    const before = new Set(this.#present.keys());
    const listed = participants.slice(0, MAX_PARTICIPANTS);
    this.#present.clear();
    for (const participant of listed) this.#present.set(participant.id, participant);
    return {
      joined: [...this.#present.keys()].filter((id) => !before.has(id)),
      left: [...before].filter((id) => !this.#present.has(id)),
    };
  }

  /** A `presence` message. Answers what it changed. */
  change(joined: readonly Participant[], left: readonly string[]): { joined: string[]; left: string[] } {
    const came = joined.filter(({ id }) => !this.#present.has(id));
    const fitting = came.slice(0, Math.max(0, MAX_PARTICIPANTS - this.#present.size));
    for (const participant of fitting) this.#present.set(participant.id, participant);
    return { joined: fitting.map(({ id }) => id), left: left.filter((id) => this.#present.delete(id)) };
  }

  /** Everyone connected, oneself included. */
  get people(): Person[] {
    const names = new Map<string, string>();
    for (const { participant, name } of this.#streams.values()) {
      if (participant !== null && name !== "") names.set(participant, name);
    }
    if (this.#ownName !== "") names.set(this.#self, this.#ownName);
    return [...this.#present.values()].map(({ id, role }) => {
      return { id, role, name: names.get(id) ?? null, self: id === this.#self };
    });
  }

  nameOf(stream: string): string | null {
    const name = this.#streams.get(stream)?.name ?? "";
    return name === "" ? null : name;
  }

  participantOf(stream: string): string | null {
    return this.#streams.get(stream)?.participant ?? null;
  }

  /** Whoever the service says that it is, if they are here; for typing only, which is not sealed. */
  person(id: string): Person | null {
    return this.#present.has(id) ? (this.people.find((person) => person.id === id) ?? null) : null;
  }

  /** What a stream says about itself, in a frame that the service ascribes to `sender`. */
  announce(stream: string, sender: string, { participant, name }: AnnounceContent): void {
    const known = this.#streams.get(stream);
    const linked = known?.participant ?? (participant === sender ? participant : null);
    this.#streams.delete(stream);
    this.#streams.set(stream, { participant: linked, name, mismatchTold: known?.mismatchTold ?? false });
  }

  /** True once for each stream: the service names another sender than the stream announced. */
  contradicts(stream: string, claimed: string, sender: string): boolean {
    const known = this.#streams.get(stream);
    if (known === undefined || known.mismatchTold || claimed === sender) return false;
    known.mismatchTold = true;
    return true;
  }
}
