// Turns with the model, way by way: everybody asks the same in every round, one after the other in an order that
// rotates, so that whatever else the machine does hits all of them alike.
import { startAskers, WAYS, type Answered, type Asker, type Askers, type Way } from "./askers.ts";
import { startModel, type Model } from "./model.ts";
import { cpuMs } from "./process.ts";
import type { Script } from "./script.ts";
import { within } from "./timing.ts";

/** How much is done; see {@link SCRIPTS}. Every block starts the services anew. */
export interface TurnAmounts {
  readonly blocks: number;
  /** turns of each way in a block */
  readonly shortTurns: number;
  readonly longTurns: number;
  readonly bursts: number;
  /** answers that stream at the same time where CPU is counted */
  readonly lanes: number;
}

/** A hundred tokens a second: faster than most models, so that what is added per token would show. */
const EVERY_MS = 10;
/** bytes wait for ticks until the model has ended; 64,000 are just below the most that may wait. */
export const SCRIPTS = {
  short: { tokens: 20, everyMs: EVERY_MS, tokensPerEvent: 1 },
  long: { tokens: 200, everyMs: EVERY_MS, tokensPerEvent: 1 },
  burst: { tokens: 12_800, everyMs: 0, tokensPerEvent: 400 },
} as const satisfies Record<string, Script>;

/** Turns of each way before anything is measured: code that never ran is slow. */
const WARM_UP = 6;
const LIMIT_MS = 60_000;

/** One entry per round. Entries of the same index are of the same round. */
export type ByWay<T> = Readonly<Record<Way, T[]>>;

export interface Cpu {
  /** µs of the service's CPU that each further token of an answer costs */
  readonly perToken: number;
  /** µs that a turn costs besides its tokens */
  readonly perTurn: number;
}

export interface Turns {
  readonly short: ByWay<Answered>;
  readonly long: ByWay<Answered>;
  readonly burst: ByWay<Answered>;
  readonly cpu: ByWay<Cpu>;
}

export function byWay<T>(): ByWay<T> {
  return { direct: [], "raw object": [], X25519: [], "X-Wing": [] };
}

export async function runTurns(amounts: TurnAmounts): Promise<Turns> {
  const turns: Turns = { short: byWay(), long: byWay(), burst: byWay(), cpu: byWay() };
  const model = await startModel();
  try {
    for (let block = 0; block < amounts.blocks; block++) await runBlock(model, amounts, turns, block);
  } finally {
    await model.stop();
  }
  return turns;
}

async function runBlock(model: Model, amounts: TurnAmounts, turns: Turns, block: number): Promise<void> {
  const { shortTurns, longTurns, bursts, lanes } = amounts;
  const askers = await startAskers(model, Object.values(SCRIPTS));
  try {
    await repeat(askers, SCRIPTS.short, WARM_UP, block, byWay());
    await repeat(askers, SCRIPTS.short, shortTurns, block, turns.short);
    await repeat(askers, SCRIPTS.long, longTurns, block, turns.long);
    await repeat(askers, SCRIPTS.burst, bursts, block, turns.burst);
    for (const way of rotated(block)) {
      const asker = askers.by[way];
      if (asker.pid !== null) turns.cpu[way].push(await countCpu(asker, asker.pid, lanes));
    }
  } finally {
    await askers.stop();
  }
}

async function repeat(
  { by }: Askers,
  script: Script,
  rounds: number,
  block: number,
  answers: ByWay<Answered>,
): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    for (const way of rotated(block + round)) answers[way].push(await askOnce(by[way], script));
  }
}

async function askOnce(asker: Asker, script: Script): Promise<Answered> {
  const ask = await asker.prepare(script);
  return within(LIMIT_MS, "a turn", ask());
}

// What a turn costs by itself is in both lengths, so that their difference is what the tokens cost.
async function countCpu(asker: Asker, pid: number, lanes: number): Promise<Cpu> {
  const costs: number[] = [];
  for (const script of [SCRIPTS.short, SCRIPTS.long]) {
    const asks = await Promise.all(Array.from({ length: lanes }, () => asker.prepare(script)));
    const before = cpuMs(pid);
    await within(LIMIT_MS, "turns at the same time", Promise.all(asks.map((ask) => ask())));
    costs.push(((cpuMs(pid) - before) / lanes) * 1000);
  }
  const [short = Number.NaN, long = Number.NaN] = costs;
  const perToken = (long - short) / (SCRIPTS.long.tokens - SCRIPTS.short.tokens);
  return { perToken, perTurn: short - perToken * SCRIPTS.short.tokens };
}

function rotated(by: number): Way[] {
  return WAYS.map((_, at) => WAYS[(by + at) % WAYS.length] ?? "direct");
}
