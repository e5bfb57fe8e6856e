// `npm run pii:bench`: scan speed of both builds on prose without and with personal data, beside seven plain expressions and other
// packages in the same run; every worst-case input; a prompt, start-up and size beside their goals. Rounds are interleaved and the
// best of each counts, since other work can only slow a round down; the copy into memory counts too.
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { createEngine } from "../../src/pii/engine-instance.ts";
import { others, ours, quick } from "./pii-bench-engines.mjs";
import { prose, WORST } from "./pii-bench-texts.mjs";

const ROUNDS = 25;
const OTHERS_ROUNDS = 5;
const MEGABYTE = 1_000_000;
/** Worst cases, times ordinary prose per byte. */
const WORST_GOAL = 4;
const PROMPT_GOAL_MS = 0.5;
const START_GOAL_MS = 10;
const SIZE_GOAL_BYTES = 160 * 1024;

const print = (line) => process.stdout.write(`${line}\n`);
const best = (xs) => Math.min(...xs);
/** A fresh flat string, so that no cached result can answer. */
const fresh = (text, i) => Buffer.from(text.slice(0, -1 - (i % 8)) + " ".repeat((i % 8) + 1)).toString();
const verdict = (ok) => (ok ? "met" : "NOT MET");

/** Seconds that one scan of one of the texts takes on average. */
async function time(run, texts) {
  const inputs = texts.map(fresh);
  const begin = process.hrtime.bigint();
  for (const input of inputs) {
    const result = run(input);
    if (typeof result !== "number") await result;
  }
  return Number(process.hrtime.bigint() - begin) / 1e9 / inputs.length;
}

/** Times each engine over the same texts in turn; prints MB/s and the ratio to the seven expressions. */
async function compare(label, engines, texts, rounds) {
  const bytes = Buffer.byteLength(texts.join("")) / texts.length,
    seconds = {};
  for (let round = 0; round < rounds; round++)
    for (const [name, run] of Object.entries(engines)) (seconds[name] ??= []).push(await time(run, texts));
  const base = best(seconds["seven regexes"]);
  const cells = Object.entries(seconds).map(([name, xs]) => {
    const speed = bytes / 1e6 / best(xs);
    return `${name} ${speed.toFixed(speed < 1 ? 3 : 1)} (${(base / best(xs)).toFixed(speed < 1 ? 4 : 2)}x)`;
  });
  print(`  ${label.padEnd(44)} ${cells.join("   ")}`);
}

const KINDS = [
  ["prose without personal data", 0],
  ["prose, one fact in three sentences", 3],
  ["personal data only", 1],
];

/** The evaluation's prose where it is at hand, as one text and text by text; see test/bench/pii-eval.mjs. */
function evaluationTexts() {
  const folder = resolve(import.meta.dirname, "../..", process.env["PII_EVAL_DIR"] ?? "../shared/pii"),
    file = resolve(folder, "dev.jsonl.gz");
  if (!existsSync(file)) return [];
  const suites = new Set(["presidio-research-synth", "presidio-recognizers", "before-after", "ambientmeta"]);
  return gunzipSync(readFileSync(file))
    .toString()
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line))
    .filter((entry) => suites.has(entry.suite))
    .map((entry) => entry.text);
}

async function speed() {
  print("scan speed, MB/s of UTF-8 (best round; in brackets the ratio to seven regexes in the same rounds)");
  const evaluation = evaluationTexts();
  for (const [label, density] of KINDS)
    for (const size of [1_000, 10_000, MEGABYTE]) {
      const texts = Array.from({ length: Math.max(1, Math.round(300_000 / size)) }, () =>
        prose(size, density),
      );
      await compare(`${label}, ${size} B`, quick, texts, ROUNDS);
    }
  if (evaluation.length > 0) {
    await compare("the evaluation's prose, joined", quick, [evaluation.join("\n\n")], ROUNDS);
    await compare("the evaluation's prose, text by text", quick, evaluation, ROUNDS);
  }
  print("\nbeside other packages, by their own public call");
  for (const [label, density] of KINDS)
    await compare(`${label}, 10000 B`, others, [prose(10_000, density)], OTHERS_ROUNDS);
  for (const [label, unit] of [
    ["digits", "7"],
    ["a@", "a@"],
    ["capital words", "Abcd "],
  ])
    await compare(
      `worst case ${label}, 10000 B`,
      others,
      [unit.repeat(Math.ceil(10_000 / unit.length))],
      OTHERS_ROUNDS,
    );
}

async function worstCases() {
  print(`\nworst cases of one megabyte, time per byte (goal: at most ${WORST_GOAL} times ordinary prose)`);
  const facts = prose(MEGABYTE, 3),
    plain = prose(MEGABYTE, 0),
    rows = [];
  for (const [label, unit] of WORST) {
    const text = unit.repeat(Math.ceil(MEGABYTE / Buffer.byteLength(unit))),
      bytes = Buffer.byteLength(text),
      seconds = { text: [], facts: [], plain: [] };
    for (let round = 0; round < ROUNDS; round++) {
      seconds.text.push((await time(ours, [text])) / bytes);
      seconds.facts.push((await time(ours, [facts])) / MEGABYTE);
      seconds.plain.push((await time(ours, [plain])) / MEGABYTE);
    }
    const times = (base) => best(seconds.text) / best(base);
    rows.push({ label, facts: times(seconds.facts), plain: times(seconds.plain) });
  }
  for (const row of rows.sort((a, b) => b.facts - a.facts))
    print(
      `  ${row.label.padEnd(24)} ${row.facts.toFixed(2)} of prose with facts, ${row.plain.toFixed(2)} of plain prose`,
    );
  const above = (key) => rows.filter((row) => row[key] > WORST_GOAL).length;
  print(
    `  above ${WORST_GOAL}: ${above("facts")} of ${rows.length} beside prose with facts, ${above("plain")} beside plain prose: ${verdict(above("facts") === 0)}`,
  );
}

async function promptStartAndSize() {
  const texts = Array.from({ length: 30 }, () => prose(10_000, 3)),
    rounds = [];
  for (let round = 0; round < ROUNDS; round++) rounds.push(await time(ours, texts));
  const prompt = best(rounds) * 1e3;
  print(
    `\na prompt of 10,000 bytes: ${prompt.toFixed(3)} ms (goal ${PROMPT_GOAL_MS}): ${verdict(prompt < PROMPT_GOAL_MS)}`,
  );
  print("start-up and size");
  for (const name of ["simd", "scalar"]) {
    const bytes = readFileSync(new URL(`../../dist/pii/engine.${name}.wasm`, import.meta.url)),
      compile = [],
      instantiate = [];
    for (let round = 0; round < ROUNDS; round++) {
      // a custom section of its own, so that no module compiled before can answer
      const unlike = Buffer.concat([bytes, Buffer.from([0, 2, 1, 48 + round])]),
        begin = performance.now(),
        module = await WebAssembly.compile(unlike),
        compiled = performance.now();
      createEngine(module);
      compile.push(compiled - begin);
      instantiate.push(performance.now() - compiled);
    }
    const start = best(compile) + best(instantiate),
      packed = gzipSync(bytes, { level: 9 }).length;
    print(
      `  ${name.padEnd(7)} compile ${best(compile).toFixed(1)} ms + instantiate ${best(instantiate).toFixed(2)} ms (goal ${START_GOAL_MS}): ${verdict(start < START_GOAL_MS)}; ` +
        `${bytes.length} bytes, ${packed} with gzip (goal ${SIZE_GOAL_BYTES}): ${verdict(packed <= SIZE_GOAL_BYTES)}`,
    );
  }
}

// warm up until every engine runs at full speed
for (const run of Object.values(quick))
  for (let i = 0; i < 40; i++) run(fresh(prose(60_000, 1 + (i % 3)), i));
if (!process.argv.includes("--worst")) await speed();
await worstCases();
await promptStartAndSize();
