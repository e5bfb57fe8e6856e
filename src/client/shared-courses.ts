// Whether what somebody else shares of their turns came whole. Each part travels by itself, so that any of them may be
// withheld, and a reader may have come when some had passed.
import { isOwnEnd } from "../protocol/assistant.ts";
import type { TurnPart } from "../crypto/seal-turn-part.ts";
import { MAX_SHARED_COURSES } from "./limits.ts";

interface Course {
  readonly attempt: number;
  /** index of the part that has to come; null once nothing can make it whole any more */
  readonly next: number | null;
}

export class SharedCourses {
  /** by stream, turn, and question or answer; those that were heard of last come last */
  readonly #courses = new Map<string, Course>();

  /** Takes a part; true where it ends a question or an answer of which every part came. */
  take(stream: string, { of, turn, attempt, index, end }: TurnPart): boolean {
    const key = `${stream} ${turn} ${of}`;
    const known = this.#courses.get(key);
    if (known !== undefined && attempt < known.attempt) return false;
    const next = known?.attempt === attempt ? known.next : 0;
    const fits = index === next;
    this.#courses.delete(key);
    this.#courses.set(key, { attempt, next: fits && end === null ? index + 1 : null });
    const [oldest] = this.#courses.keys();
    if (this.#courses.size > MAX_SHARED_COURSES && oldest !== undefined) this.#courses.delete(oldest);
    return fits && end !== null && isOwnEnd(end);
  }

  clear(): void {
    this.#courses.clear();
  }
}
