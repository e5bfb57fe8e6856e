// What a turn through a session costs beyond asking the model directly: time, CPU, bytes, and the cryptography by
// itself. Measures, and makes tables of it that say how to read them.
import {
  ANSWER_NONCE_BYTES,
  CHANNEL_HEADER_BYTES,
  RECORD_TAG_BYTES,
} from "../../src/protocol/channel-frames.ts";
import { SEGMENT_HEADER_BYTES } from "../../src/crypto/channel/answer-content.ts";
import { ANSWER_RECORD_BYTES, ANSWER_TICK_MS } from "../../src/protocol/limits.ts";
import type { Answered, Way } from "./askers.ts";
import { WAYS } from "./askers.ts";
import { measureChannel, type ChannelCosts, type CostAmounts } from "./channel-costs.ts";
import { renderCells, showValue } from "./report.ts";
import { TOKEN_BYTES } from "./script.ts";
import { least, median, quantile } from "./statistics.ts";
import { runTurns, SCRIPTS, type ByWay, type TurnAmounts, type Turns } from "./turn-rounds.ts";

type Amounts = TurnAmounts & CostAmounts;

const FULL: Amounts = {
  blocks: 5,
  shortTurns: 16,
  longTurns: 2,
  bursts: 2,
  lanes: 16,
  rounds: 5,
  turns: 30,
  records: 400,
};
const QUICK: Amounts = {
  blocks: 1,
  shortTurns: 8,
  longTurns: 1,
  bursts: 1,
  lanes: 4,
  rounds: 1,
  turns: 6,
  records: 100,
};

/** ms; what a session may add to the first token. */
const ADDED_MS = 10;
/** ms; by how much the first token may come after that of a bare object. */
const BEYOND_RAW_MS = 3;
/** of a bare object's CPU per token */
const CPU_RATIO = 0.5;
/** ms by which the end of a long answer may be further behind than that of a short one; timers come in whole ms */
const GROWTH_MS = 5;

/** The text of the whole measure. */
export async function measureTurn(quick: boolean): Promise<string> {
  const amounts = quick ? QUICK : FULL;
  const turns = await runTurns(amounts);
  const costs = await measureChannel(amounts);
  return [
    describe(amounts),
    "## Time of a turn, in ms",
    timeTable(turns),
    "## What it costs",
    costTable(turns),
    "## Cryptography alone, both ends in this process",
    suiteTable(costs),
    recordTable(costs, turns),
  ].join("\n\n");
}

function describe({ blocks, shortTurns, longTurns, lanes, turns, rounds }: Amounts): string {
  const { short, long, burst } = SCRIPTS;
  const rate = String(1000 / short.everyMs);
  return `# Turns with the assistant

- The model is a process of its own on loopback: it says ${String(short.tokens)} or ${String(long.tokens)} tokens of ${String(TOKEN_BYTES)} bytes, ${rate} a second, the first at once.
- direct: fetch and eventsource-parser in this process. raw object: a bare hibernating object that asks the model and sends
  one WebSocket message per token, in clear. X25519, X-Wing: \`session.ask\` of the SDK in this process against the service
  as \`npm start\` runs it, in either suite; X-Wing is what applications get. Nothing is shared with others, and the context is
  one question. Times run from the call to the text in the caller's hands. \`session.warmUp\` is called before it, as the chat
  page does while somebody writes: the service's key for the question is there.
- All four ask in every round, in an order that rotates; ${String(blocks)} times ${String(shortTurns)} short rounds and ${String(longTurns)} long ones, services started anew each
  time. "Added" is the difference to direct in the same round; its p50 and p99 are of those differences.
  Other work on the machine only adds: "quickest" compares the quickest turn of each.
- Records leave at the first text, then every ${String(ANSWER_TICK_MS)} ms, and at once at the end: the tick delays tokens in the middle by half
  of it on average, and neither the first nor the end.
- CPU is that of the workerd process, ${String(lanes)} answers at a time. Per token: what a long answer costs more than a short one.
  Per turn: the rest.
- Bytes are those of frames and bodies, without the 2 to 4 of WebSocket's own header. "Without padding" is computed from the
  same answers: the same text in records that hold nothing else, at the same ticks or one per token, and no dummies.
- Cryptography: ${String(rounds)} rounds of ${String(turns)} turns after one that warms up, suites in turn, medians. The object's share runs in another
  runtime in truth. "Through the service": ${String((burst.tokens * TOKEN_BYTES) / 1000)} KB that the model says at once, from the first record to the end.
- Every answer is compared with the script; a difference ends the run.`;
}

function timeTable({ short, long }: Turns): string {
  const lines = [
    quickestLine(short),
    ...timeLines("first token", short, ({ firstMs }) => firstMs, true),
    ...timeLines("end, 20 tokens", short, ({ endMs }) => endMs, false),
    ...timeLines("end, 200 tokens", long, ({ endMs }) => endMs, false),
    ...timeLines("a token in the middle of 200", long, ({ lateMs }) => median(lateMs), false).slice(0, 1),
  ];
  const growth = WAYS.map((way) => addedAt(0.5, long, way, endOf) - addedAt(0.5, short, way, endOf));
  const beyond = (way: Way): number =>
    median(
      short[way].map(({ firstMs }, round) => firstMs - (short["raw object"][round]?.firstMs ?? Number.NaN)),
    );
  const [growthOfDefault = Number.NaN] = growth.slice(-1);
  return renderCells([
    ["", ...WAYS, ...WAYS.slice(1).map((way) => `added: ${way}`), "target for X-Wing", ""],
    ...lines,
    [
      "end: added to 200 tokens beyond what is added to 20, p50",
      ...WAYS.map(() => ""),
      ...growth.slice(1).map(showSigned),
      `≤ ${String(GROWTH_MS)}`,
      verdict(growthOfDefault <= GROWTH_MS),
    ],
    [
      "first token: beyond the raw object, p50",
      ...WAYS.map(() => ""),
      "",
      showSigned(beyond("X25519")),
      showSigned(beyond("X-Wing")),
      `≤ ${String(BEYOND_RAW_MS)}`,
      verdict(beyond("X-Wing") <= BEYOND_RAW_MS),
    ],
  ]);
}

type Read = (answered: Answered) => number;
const endOf: Read = ({ endMs }) => endMs;

function timeLines(what: string, answers: ByWay<Answered>, read: Read, aimed: boolean): string[][] {
  return [0.5, 0.99].map((q) => {
    const target = aimed && q === 0.5;
    return [
      `${what}, p${String(q * 100)}`,
      ...WAYS.map((way) => showValue(quantile(answers[way].map(read), q))),
      ...WAYS.slice(1).map((way) => showSigned(addedAt(q, answers, way, read))),
      target ? `< ${String(ADDED_MS)}` : "",
      target ? verdict(addedAt(q, answers, "X-Wing", read) < ADDED_MS) : "",
    ];
  });
}

/** Whatever else a machine does only adds: the quickest turn of each way says most about the way itself. */
function quickestLine(answers: ByWay<Answered>): string[] {
  const quickest = WAYS.map((way) => least(answers[way].map(({ firstMs }) => firstMs)));
  const [direct = Number.NaN] = quickest;
  const added = quickest.slice(1).map((ms) => showSigned(ms - direct));
  return ["first token, quickest", ...quickest.map(showValue), ...added, "", ""];
}

function addedAt(q: number, answers: ByWay<Answered>, way: Way, read: Read): number {
  const direct = answers.direct.map(read);
  const differences = answers[way].map((answered, round) => read(answered) - (direct[round] ?? Number.NaN));
  return quantile(differences, q);
}

function costTable({ short, long, cpu }: Turns): string {
  const perToken = (answers: ByWay<Answered>, read: Read): string[] =>
    WAYS.map((way) => showValue(median(answers[way].map((answered) => read(answered) / tokensOf(answered)))));
  const channelOnly = (answers: ByWay<Answered>, read: Read): string[] => [
    "",
    "",
    ...perToken(answers, read).slice(2),
  ];
  const token = WAYS.map((way) => median(cpu[way].map((each) => each.perToken)));
  const turn = WAYS.map((way) => median(cpu[way].map((each) => each.perTurn)));
  const ratios = cpu["X-Wing"].map(
    (each, block) => each.perToken / (cpu["raw object"][block]?.perToken ?? Number.NaN),
  );
  const rows = ([20, 200] as const).flatMap((tokens) => {
    const answers = tokens === 20 ? short : long;
    return [
      [`bytes down per token, ${String(tokens)} tokens`, ...perToken(answers, ({ down }) => down)],
      ["— without padding, same ticks", ...channelOnly(answers, unpaddedTicks)],
      ["— without padding, a record per token", ...channelOnly(answers, unpaddedTokens)],
    ].map((row) => [...row, "", ""]);
  });
  return renderCells([
    ["", ...WAYS, "target for X-Wing / raw object", ""],
    [
      "CPU of the service per token, µs",
      ...token.map(showValue),
      `≤ ${String(CPU_RATIO)}`,
      `${median(ratios).toFixed(2)} ${verdict(median(ratios) <= CPU_RATIO)}`,
    ],
    ["CPU of the service per turn, µs", ...turn.map(showValue), "", ""],
    ["bytes up per turn", ...WAYS.map((way) => showValue(median(short[way].map(({ up }) => up)))), "", ""],
    ...rows,
  ]);
}

const RECORD_BYTES = CHANNEL_HEADER_BYTES + SEGMENT_HEADER_BYTES + RECORD_TAG_BYTES;

function tokensOf({ lateMs }: Answered): number {
  return lateMs.length;
}

/** The summary rides in the record of the last text. */
function unpadded({ summary }: Answered, records: number, textBytes: number): number {
  return records * RECORD_BYTES + textBytes + SEGMENT_HEADER_BYTES + summary + ANSWER_NONCE_BYTES;
}

function unpaddedTicks(answered: Answered): number {
  return unpadded(answered, answered.pieces.length, tokensOf(answered) * TOKEN_BYTES);
}

function unpaddedTokens(answered: Answered): number {
  return unpadded(answered, tokensOf(answered), tokensOf(answered) * TOKEN_BYTES);
}

function suiteTable({ suites, offer }: ChannelCosts): string {
  const [classic, hybrid] = [suites["0020"], suites["647a"]];
  const line = (what: string, x25519: number, xWing: number): string[] => [
    what,
    showValue(x25519),
    showValue(xWing),
    (xWing / x25519).toFixed(1),
  ];
  const steps = ["keyPair", "seal", "open"] as const;
  const names = {
    keyPair: "key pair of an offer (object)",
    seal: "encapsulate, seal 1 KiB (client)",
    open: "decapsulate, open, answer keys (object)",
  };
  const sum = (costs: typeof classic): number => steps.reduce((ms, step) => ms + median(costs[step]), 0);
  const both = [median(offer.create), median(offer.verify)].map(showValue);
  return renderCells([
    ["p50, ms", "X25519", "X-Wing", "X-Wing / X25519"],
    ...steps.map((step) => line(names[step], median(classic[step]), median(hybrid[step]))),
    line("a turn", sum(classic), sum(hybrid)),
    ["whole offer with both key pairs, signed (object)", both[0] ?? "", both[0] ?? "", ""],
    ["offer verified (client)", both[1] ?? "", both[1] ?? "", ""],
  ]);
}

function recordTable({ records }: ChannelCosts, { burst }: Turns): string {
  const throughService = (way: Way): string => {
    const rates = burst[way].map(
      ({ firstMs, endMs, pieces }) => (pieces.length - 1) / ((endMs - firstMs) / 1000),
    );
    return showValue(median(rates));
  };
  const size = `${String(ANSWER_RECORD_BYTES)} bytes`;
  return renderCells([
    ["records per second", ""],
    [`answer, ${size}: sealed (object)`, showValue(median(records.answerSeal))],
    [`answer, ${size}: opened (client)`, showValue(median(records.answerOpen))],
    ["request, 16 KiB: sealed (client)", showValue(median(records.requestSeal))],
    ["request, 16 KiB: opened (object)", showValue(median(records.requestOpen))],
    [`answer, ${size}: through the service, X25519`, throughService("X25519")],
    [`answer, ${size}: through the service, X-Wing`, throughService("X-Wing")],
  ]);
}

function verdict(reached: boolean): string {
  return reached ? "reached" : "missed";
}

function showSigned(value: number): string {
  return Number.isFinite(value) ? `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(1)}` : "";
}
