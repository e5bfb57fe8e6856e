// How many steps a piece of work takes, as V8 counts them: each time that a block of code is entered, a loop's body with
// each of its rounds. The same on every machine, however busy it is. What built-in functions do inside is not seen (but
// see processor-time.ts), and neither is code that was compiled before this module was here: what is to be counted has
// to be imported after it.
import { Session } from "node:inspector";

const session = new Session();
session.connect();
session.post("Profiler.enable");
session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });

/** Steps of everything but Node's own modules. */
export function stepsOf(work: () => void): number {
  taken();
  work();
  return taken();
}

/** Steps since this was asked the last time. */
function taken(): number {
  let steps = 0;
  session.post("Profiler.takePreciseCoverage", (error, { result }) => {
    if (error !== null) throw error;
    for (const { url, functions } of result) {
      if (url.startsWith("node:")) continue;
      for (const { ranges } of functions) for (const { count } of ranges) steps += count;
    }
  });
  return steps;
}
