// Interleaving: in every round each service has its turn, in an order that rotates, so that whatever else the
// machine does hits all of them alike.
import { NAMES, type Name } from "./contender.ts";

/** One figure per round and service. */
export type Samples = Readonly<Record<Name, number[]>>;

export async function interleave(
  rounds: number,
  names: readonly Name[],
  turn: (name: Name, round: number) => Promise<void>,
): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < names.length; i++) {
      const name = names[(round + i) % names.length];
      if (name !== undefined) await turn(name, round);
    }
  }
}

export function noSamples(): Samples {
  return Object.fromEntries(NAMES.map((name) => [name, []])) as unknown as Samples;
}

/** Gives what was started last a moment to finish what nobody waits for. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

/** Fails where a step takes far longer than it ever should: something got lost on the way. */
export async function within<T>(ms: number, what: string, step: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`${what}: nothing within ${String(ms)} ms`));
    }, ms);
  });
  try {
    return await Promise.race([step, late]);
  } finally {
    clearTimeout(timer);
  }
}
