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
