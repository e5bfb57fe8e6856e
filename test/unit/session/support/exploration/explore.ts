// Breadth-first over every order of a scenario's actions. A state that was seen before is not entered again;
// a session cannot be copied, so each step replays the shortest path to its state.
import type { Wrap } from "../world.ts";
import type { FaultPlan } from "../faults.ts";
import { create, type Action } from "./actions.ts";
import { checkCause, checkState, checkTraces, must, Violation } from "./invariants.ts";
import { Oracle } from "./oracle.ts";
import type { BurnPolicy } from "../../../../../src/protocol/burn-policy.ts";

export interface Scenario {
  readonly name: string;
  readonly burn: BurnPolicy;
  readonly actions: readonly Action[];
  /** Of these every step is also cut off by a crash, or made to reject. */
  readonly crashed: readonly Action[];
  /** What happened before the exploration begins, besides the creation. */
  readonly start?: readonly Action[];
  readonly depth: number;
  /** Storage and signatures answer one by one. */
  readonly slow?: boolean;
}

/** One move: an action and the faults that it meets. */
interface Move {
  readonly action: Action;
  readonly plan: FaultPlan;
}

interface Found {
  readonly path: string;
  readonly rule: string;
  readonly message: string;
}

export interface Explored {
  readonly states: number;
  readonly transitions: number;
  readonly found: readonly Found[];
}

/** How many replays run side by side; they share the waits for hashing. */
const BATCH = 64;

export async function explore(scenario: Scenario, wrap?: Wrap, stopAtFirst = false): Promise<Explored> {
  const seen = new Set<string>();
  const found = new Map<string, Found>();
  let transitions = 0;
  const start = scenario.start === undefined ? [] : [create(scenario.burn), ...scenario.start];
  const watch = async <T>(path: readonly Move[], work: () => Promise<T>): Promise<T | null> => {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Violation)) throw error;
      const { rule, message } = error;
      if (!found.has(rule)) found.set(rule, { path: describePath(path), rule, message });
      return null;
    }
  };
  let frontier: Move[][] = [start.map((action) => ({ action, plan: {} }))];
  for (let depth = 0; depth < scenario.depth && frontier.length > 0; depth++) {
    const next: Move[][] = [];
    const moves = await inBatches(frontier, (path) => movesFrom(scenario, path, wrap));
    for (const batch of batchesOf(moves.flat())) {
      if (stopAtFirst && found.size > 0) break;
      transitions += batch.length;
      const reached = await Promise.all(batch.map((path) => watch(path, () => replay(scenario, path, wrap))));
      // One after the other, so that the same paths stand for the same states in every run.
      const entered = batch.flatMap((path, i) => {
        const oracle = reached[i];
        const key = oracle == null ? null : keyOf(oracle);
        if (oracle == null || key === null || seen.has(key)) return [];
        seen.add(key);
        next.push(path);
        return [{ path, oracle }];
      });
      await Promise.all(entered.map(({ path, oracle }) => watch(path, () => checkLiveness(oracle))));
    }
    frontier = next;
  }
  return { states: seen.size, transitions, found: [...found.values()] };
}

/** Every move that the state at the end of a path allows, as longer paths. */
async function movesFrom(scenario: Scenario, path: readonly Move[], wrap?: Wrap): Promise<Move[][]> {
  const longer: Move[][] = [];
  const oracle = await replay(scenario, path, wrap);
  for (const action of [create(scenario.burn), ...scenario.actions]) {
    if (!action.when(oracle)) continue;
    const plain = { action, plan: {} };
    longer.push([...path, plain]);
    if (!scenario.crashed.includes(action)) continue;
    for (const plan of await faultsFor(scenario, [...path, plain], wrap)) {
      longer.push([...path, { action, plan }]);
    }
  }
  return longer;
}

/** The action runs once undisturbed, to see at how many calls it can be disturbed. */
async function faultsFor(scenario: Scenario, path: readonly Move[], wrap?: Wrap): Promise<FaultPlan[]> {
  let calls = 0;
  let fallible = 0;
  try {
    const oracle = await replay(scenario, path.slice(0, -1), wrap);
    const answer = await path.at(-1)?.action.run(oracle, {});
    calls = answer?.trace.length ?? 0;
    fallible = answer?.fallible ?? 0;
  } catch (error) {
    if (!(error instanceof Violation)) throw error;
  }
  const plans: FaultPlan[] = fallible > 0 ? [{ rejectAll: true }] : [];
  for (let k = 1; k <= fallible; k++) plans.push({ rejectAt: k });
  for (let k = 1; k <= calls + 1; k++) plans.push({ crashAt: k, fate: "lost" }, { crashAt: k, fate: "kept" });
  return plans;
}

/** Replays a path from nothing. Only its last move is checked: the others were when they were last. */
async function replay(scenario: Scenario, path: readonly Move[], wrap?: Wrap): Promise<Oracle> {
  const oracle = new Oracle(wrap);
  oracle.chat.world.slow = scenario.slow === true;
  for (const [index, move] of path.entries()) {
    const last = index === path.length - 1;
    try {
      await makeMove(oracle, move, last);
    } catch (error) {
      if (last || !(error instanceof Violation)) throw error;
    }
  }
  return oracle;
}

async function makeMove(oracle: Oracle, { action, plan }: Move, check: boolean): Promise<void> {
  const { world } = oracle.chat;
  const { record } = oracle.chat;
  const statements = world.statements.length;
  const before = {
    writesBefore: world.writes,
    goneBefore: oracle.gone,
    closedBefore: (world.platform?.wipe ?? "none") !== "none",
  };
  const answer = await action.run(oracle, plan);
  oracle.observe(answer);
  if (!check) return;
  const faulty = Object.keys(plan).length > 0;
  const asked = action.asks && plan.crashAt === undefined && answer !== null && answer.failed === null;
  for (const { cause } of world.statements.slice(statements)) checkCause(oracle, cause, record);
  checkState(oracle, { asked, answer, faulty, ...before });
}

/** From any state: if only alarms fire from now on, the session is gone soon after its hard cap. */
async function checkLiveness(oracle: Oracle): Promise<void> {
  const { world } = oracle.chat;
  world.slow = false;
  const latest = Math.max(world.now, oracle.hardCapAt) + 5_000;
  for (let i = 0; i < 200; i++) {
    if ((world.platform?.parked.length ?? 0) > 0) await world.answerOne();
    else if ((world.platform?.waits.length ?? 0) > 0) await world.advance(100);
    else if (world.disk.alarmAt !== null) {
      await world.advance(Math.max(0, world.disk.alarmAt - world.now));
      await world.fireAlarm();
    } else break;
  }
  must(oracle.createdAt === 0 || world.now <= latest, "LIFE2 lives past the hard cap", String(world.now));
  const empty = world.disk.keys === 0 && world.disk.isDurablyEmpty;
  must(empty, "LIFE2 something lives for ever", world.disk.text);
  oracle.observe(null);
  checkTraces(oracle);
  if (oracle.chat.host === null) return;
  const writesBefore = world.writes;
  const answer = await oracle.chat.describe();
  must(answer.value?.ok === false && answer.value.code === "burned", "END6 a touch is not refused", "");
  must(world.writes === writesBefore, "END6 a touch wrote", "");
}

/** States that differ in nothing that matters have the same key. Ids go by the order in which they were made. */
function keyOf(oracle: Oracle): string {
  const { world } = oracle.chat;
  const { platform } = world;
  const clients = world.clients
    .filter(({ state, closed }) => state !== "closed" || closed?.code === 4410)
    .map(({ participant, state, closed, silentSince }) => [participant, state, closed?.code, silentSince]);
  const text = JSON.stringify([
    world.now - oracle.createdAt,
    world.disk.text,
    world.disk.alarmAt,
    world.disk.dirty,
    clients,
    platform === null
      ? null
      : [
          platform.wipe,
          platform.pinned,
          platform.waits.map(({ untilMs }) => untilMs - world.now),
          platform.parked.map(({ name }) => name),
        ],
    [oracle.contentAt, oracle.idleSlackMs, oracle.contentInMemory, oracle.complete, oracle.used],
    [oracle.accepted, oracle.acceptedEver, oracle.seq, oracle.emptySince, oracle.gone, oracle.revoked],
    [oracle.patches, oracle.mints, oracle.joins, oracle.removed.size, oracle.acknowledged, oracle.welcomed],
    [oracle.wipeFailed, oracle.everConnected, oracle.chat.host !== null, oracle.invite !== null],
  ]);
  let key = text;
  for (const [id, name] of oracle.names) key = key.replaceAll(id, name);
  return key;
}

function describePath(path: readonly Move[]): string {
  const named = path.map(({ action, plan }) => {
    const faults = Object.entries(plan).map(([name, value]) => `${name} ${String(value)}`);
    return faults.length === 0 ? action.name : `${action.name} (${faults.join(", ")})`;
  });
  return named.join(" > ");
}

async function inBatches<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const batch of batchesOf(items)) results.push(...(await Promise.all(batch.map(work))));
  return results;
}

function* batchesOf<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let at = 0; at < items.length; at += BATCH) yield items.slice(at, at + BATCH);
}
