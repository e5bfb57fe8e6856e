// Runs the checks against one deployment, a few at a time, within bounds of time and load, and says of every
// rule what was seen. Whatever happens, the sessions that it made are burned before it answers.
import { HealthSchema } from "../../protocol/api.ts";
import { BEYOND_SIGHT } from "./beyond-sight.ts";
import {
  ANSWER_WITHIN_MS,
  CHECKS_AT_ONCE,
  CHECK_WITHIN_MS,
  RUN_WITHIN_MS,
  SESSION_TTL_SECONDS,
} from "./bounds.ts";
import { codeOf, Context, hasForm, readKeys, type Leftover, type Shared } from "./context.ts";
import { loseMemory, type MemoryLoss } from "./memory-loss.ts";
import { CHECKS, RULES } from "./rules.ts";
import { lineOf, NotVisible, printable, Unmade, Violation, type Check } from "./verdict.ts";
import { Wire, type Load } from "./wire.ts";

export type Verdict = "pass" | "fail" | "cannot_observe";

export interface RuleReport {
  readonly rule: string;
  readonly verdict: Verdict;
  /** why it fails or cannot be observed, one line; null where it passes */
  readonly because: string | null;
  /** the rule can be observed, and this run did not get to it */
  readonly unmade: boolean;
}

export interface Report {
  readonly deployment: string;
  /** build id, by the deployment's own word */
  readonly build: string;
  readonly rules: readonly RuleReport[];
  readonly load: Load;
  readonly tookMs: number;
  /** the run was stopped from outside */
  readonly stopped: boolean;
  /** sessions that could not be burned at the end; their ttl ends them */
  readonly leftBehind: number;
  /** creations without an answer that says whether there is a session now; its ttl ends it */
  readonly unknownCreations: number;
}

export interface JudgeOptions {
  /** rules to try and to report; all where absent */
  readonly only?: readonly string[];
  readonly signal?: AbortSignal;
  /** milliseconds; the longest wait for anything that has to come; {@link ANSWER_WITHIN_MS} by default */
  readonly answerWithinMs?: number;
}

/** There is nothing to judge at this address. */
export class NoDeployment extends Error {
  constructor(line: string) {
    super(line);
    this.name = "NoDeployment";
  }
}

type Outcome = Pick<RuleReport, "verdict" | "because" | "unmade">;

/** Judges a deployment. Rejects with {@link NoDeployment} where there is none that can be judged. */
export async function judge(
  origin: URL,
  { only, signal, answerWithinMs = ANSWER_WITHIN_MS }: JudgeOptions = {},
): Promise<Report> {
  const start = performance.now();
  const stop = new AbortController();
  const bound = AbortSignal.any([
    stop.signal,
    AbortSignal.timeout(RUN_WITHIN_MS),
    ...(signal ? [signal] : []),
  ]);
  const wire = new Wire(origin, answerWithinMs);
  const scenes: Context[] = [];
  let leftBehind = 0;
  let unknownCreations = 0;
  const onLeft = ({ unburned, unknown }: Leftover): void => {
    leftBehind += unburned;
    unknownCreations += unknown;
  };
  try {
    const { build, shared } = await meet(wire, bound, scenes);
    const selected = CHECKS.filter(
      ({ rules }) => only === undefined || rules.some((id) => only.includes(id)),
    );
    const seen = await runAll(selected, { wire, shared, signal: bound }, onLeft);
    onLeft(await sweepAll(scenes));
    return {
      deployment: origin.origin,
      build,
      rules: RULES.filter((rule) => only?.includes(rule) ?? true).map((rule) => ({
        rule,
        ...outcomeOf(rule, seen),
      })),
      load: wire.load,
      tookMs: Math.round(performance.now() - start),
      stopped: signal?.aborted ?? false,
      leftBehind,
      unknownCreations,
    };
  } finally {
    await sweepAll(scenes);
    stop.abort();
    wire.close();
  }
}

async function sweepAll(scenes: readonly Context[]): Promise<Leftover> {
  const left = await Promise.all(scenes.map((scene) => scene.sweep()));
  return {
    unburned: left.reduce((sum, { unburned }) => sum + unburned, 0),
    unknown: left.reduce((sum, { unknown }) => sum + unknown, 0),
  };
}

/** Makes sure that a deployment answers, and learns what every check needs. */
async function meet(
  wire: Wire,
  signal: AbortSignal,
  scenes: Context[],
): Promise<{ build: string; shared: Shared }> {
  const where = wire.origin.origin;
  const health = await wire.request("GET", "/v1/health", {}, signal).catch((error: unknown) => {
    throw new NoDeployment(`${where} cannot be reached: ${lineOf(error)}`);
  });
  if (health.status !== 200 || !hasForm(HealthSchema, health.body)) {
    throw new NoDeployment(`${where} is not a ghost-session deployment: /v1/health does not answer as one`);
  }
  const { build } = health.body as { build: string };
  let loss: Promise<MemoryLoss> | null = null;
  const keys = await wire
    .request("GET", "/.well-known/jwks.json", {}, signal)
    .then(readKeys)
    .catch((error: unknown) => {
      throw new NoDeployment(`${where} is not a ghost-session deployment: ${lineOf(error)}`);
    });
  const shared: Shared = {
    shortLived: true,
    keys,
    memoryLoss: () => {
      if (loss !== null) return loss;
      const scene = new Context(wire, shared, signal);
      scenes.push(scene);
      return (loss = loseMemory(scene).finally(() => {
        scene.expectWhole();
      }));
    },
  };
  const probe = new Context(wire, shared, signal);
  scenes.push(probe);
  const body = { burn: { ttl: SESSION_TTL_SECONDS } };
  const first = await probe.call("POST", "/v1/sessions", { body }).catch((error: unknown) => {
    throw new NoDeployment(
      `${where} cannot be judged: ${lineOf(error)}; whether it created a session is unknown`,
    );
  });
  if (codeOf(first) === "out_of_bounds") shared.shortLived = false;
  else if (first.status !== 201) {
    throw new NoDeployment(`${where} does not let this kit create sessions: ${printable(codeOf(first))}`);
  }
  return { build, shared };
}

interface Scope {
  readonly wire: Wire;
  readonly shared: Shared;
  readonly signal: AbortSignal;
}

/** Runs the checks, {@link CHECKS_AT_ONCE} at a time. */
async function runAll(
  checks: readonly Check[],
  scope: Scope,
  onLeft: (left: Leftover) => void,
): Promise<Map<Check, Outcome>> {
  const seen = new Map<Check, Outcome>();
  const late = checks.filter(({ judgesMemoryLoss }) => judgesMemoryLoss === true);
  // Nobody waits for it yet; whoever does hears of its failure.
  if (late.length > 0) scope.shared.memoryLoss().catch(() => undefined);
  const queue = [...checks.filter((check) => !late.includes(check)), ...late];
  const work = async (): Promise<void> => {
    for (let check = queue.shift(); check !== undefined; check = queue.shift()) {
      seen.set(check, await runOne(check, scope, onLeft));
    }
  };
  await Promise.all(Array.from({ length: CHECKS_AT_ONCE }, work));
  return seen;
}

async function runOne(
  check: Check,
  { wire, shared, signal }: Scope,
  onLeft: (left: Leftover) => void,
): Promise<Outcome> {
  if (isOver(signal)) return unmade("the run was stopped before it");
  const bound = AbortSignal.timeout(CHECK_WITHIN_MS);
  const within = AbortSignal.any([signal, bound]);
  const context = new Context(wire, shared, within);
  try {
    // What a connection that was given up did not hear proves nothing, neither a pass nor a failure.
    const whole = check.run(context).finally(() => {
      context.expectWhole();
    });
    await Promise.race([whole, rejectOn(within)]);
    return { verdict: "pass", because: null, unmade: false };
  } catch (error) {
    if (isOver(bound)) return unmade(`it took longer than ${String(CHECK_WITHIN_MS / 1_000)} s`);
    if (isOver(signal)) return unmade("the run was stopped in the middle of it");
    return outcomeOfError(error);
  } finally {
    onLeft(await context.sweep());
  }
}

// A call, since what it answers changes while a check runs.
function isOver({ aborted }: AbortSignal): boolean {
  return aborted;
}

function rejectOn(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener(
      "abort",
      () => {
        reject(new Unmade("it was stopped"));
      },
      { once: true },
    );
  });
}

function outcomeOfError(error: unknown): Outcome {
  if (error instanceof Violation) return { verdict: "fail", because: lineOf(error), unmade: false };
  if (error instanceof NotVisible)
    return { verdict: "cannot_observe", because: lineOf(error), unmade: false };
  if (error instanceof Unmade) return unmade(lineOf(error));
  // An answer of a form that nobody thought of. The run goes on, and burns what it created.
  return unmade(`it stumbled over what it was answered: ${lineOf(error)}`);
}

function unmade(because: string): Outcome {
  return { verdict: "cannot_observe", because, unmade: true };
}

/** What the checks of a rule say together: a failure goes before everything, a pass comes last. */
function outcomeOf(rule: string, seen: ReadonlyMap<Check, Outcome>): Outcome {
  const unseen = BEYOND_SIGHT.get(rule);
  if (unseen !== undefined) return { verdict: "cannot_observe", because: unseen, unmade: false };
  const outcomes = [...seen].filter(([{ rules }]) => rules.includes(rule)).map(([, outcome]) => outcome);
  return (
    outcomes.find(({ verdict }) => verdict === "fail") ??
    outcomes.find(({ verdict }) => verdict === "cannot_observe") ??
    outcomes[0] ??
    unmade("no check of it ran")
  );
}
