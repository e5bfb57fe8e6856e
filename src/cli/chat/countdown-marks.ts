// Says when little time is left: once at each mark, and again only after the time was clearly longer in between.
import { COUNTDOWN_MARKS_MS, MARK_SLACK } from "./limits.ts";

export class CountdownMarks {
  /** marks that are still to come */
  readonly #armed = new Set<number>();

  /** The time left now; answers true where a mark was passed since the last call. */
  passed(msLeft: number): boolean {
    let told = false;
    for (const mark of COUNTDOWN_MARKS_MS) {
      if (msLeft > mark * MARK_SLACK) this.#armed.add(mark);
      else if (msLeft <= mark && this.#armed.delete(mark)) told = true;
    }
    return told;
  }
}
