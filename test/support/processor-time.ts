// How the processor time of a piece of work grows with what it is given. It sees what a count of steps does not: time
// inside built-in functions, as of a regular expression that looks through the same text again and again. Only the time
// of this thread counts, which a busy machine makes longer by little, and one measurement against another of the same
// moment. Where steps are counted at the same time (steps.ts), all other code takes several times as long: less is seen.

/** times as much input as what it is compared with; work that grows with the square takes so many times as long */
const GROWTH = 8;
/**
 * Work whose quadratic part takes four times as long as the rest is beyond it. No work that grows with its input came
 * near: one measurement of several hundred came to 1.9, on a busy machine.
 */
export const MAX_GROWTH = 3;
/** milliseconds; what the clock may be wrong by, and less than anybody would notice */
const UNNOTICED_MS = 25;
/** What disturbs a measurement does not do so in all of them. */
const ATTEMPTS = 5;

/**
 * How often the time of a small part goes into that of the whole, for each time that the part goes into the whole: about
 * 1 where time grows with the input, about {@link GROWTH} where it grows with its square. `inputOf` gives an input of the
 * same kind and that part of the size.
 */
export function growthOf<T>(inputOf: (part: number) => T, work: (input: T) => void): number {
  const [part, whole] = [inputOf(1 / GROWTH), inputOf(1)];
  let least = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < ATTEMPTS && least > MAX_GROWTH; attempt++) {
    const linear = timeOf(() => {
      for (let time = 0; time < GROWTH; time++) work(part);
    });
    const taken = timeOf(() => {
      work(whole);
    });
    least = Math.min(least, taken / (linear + UNNOTICED_MS));
  }
  return least;
}

/** milliseconds of this thread */
function timeOf(work: () => void): number {
  const before = process.threadCpuUsage();
  work();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1_000;
}
