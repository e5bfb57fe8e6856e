// `npm run pii:bench`: scan speed of both builds at 1 KB, 10 KB and 1 MB of prose without and with personal data, start-up time, module
// size, and worst-case inputs, against seven plain regexes in the same run. Interleaved rounds, the best of
// each, since other work can only slow a round down; the copy into memory counts.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { createDetector } from "../../src/pii/detector.ts";
import { createEngine } from "../../src/pii/engine-instance.ts";
import { loadPiiModule } from "../../src/pii/load-node.ts";

const ROUNDS = 15;
const WORDS =
  "the of and to in is that it was for on are as with they at be this from have by one had not but what all were when we there can an your which their said if do will each about how up out them then she many some so these would other into has more her two like him see time could no make than first been its who now people my made over did down only way find use may water long little very after words called just where most know get through back much before go good new write our used me man too any day same right look think also around another came come work three word must because does part even place well such here take why things help put years different away again off went old number great tell men say small every found still between name should home big give air line set own under read last never us left end along while might next sound below saw something thought both few those always looked show large often together asked house world going want school important until form food keep children feet land side without".split(
    " ",
  );
let seed = 0x9e3779b9;
const random = (n) => {
  seed ^= seed << 13;
  seed ^= seed >>> 17;
  seed ^= seed << 5;
  return (seed >>> 0) % n;
};
const FACTS = [
  "My name is Anna Berg and I live in Lisbon.",
  "Write to anna.berg@example.org or call +49 30 1234567.",
  "The card 4111 1111 1111 1111 expires soon.",
  "Send it to 12 Main Street, Springfield, IL 62701.",
  "Her IBAN is DE89 3704 0044 0532 0130 00.",
  "The server answers at 192.168.10.24 since 2019-03-14.",
  "Mr. Petersson flew to Oslo on Monday.",
  "See https://www.example.com/a/b?c=1 for more.",
];
function prose(bytes, density) {
  let out = "";
  while (out.length < bytes) {
    if (density > 0 && random(density) === 0) {
      out += `${FACTS[random(FACTS.length)]} `;
      continue;
    }
    const count = 6 + random(16);
    for (let i = 0; i < count; i++) {
      const word = WORDS[random(WORDS.length)];
      out +=
        (i === 0 ? "" : random(11) === 0 ? ", " : " ") +
        (i === 0 ? word[0].toUpperCase() + word.slice(1) : word);
    }
    out += random(7) === 0 ? ".\n\n" : ". ";
  }
  return out.slice(0, bytes);
}

// what a team writes in an afternoon; no checksums, no context
const REGEXES = [
  /[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}/g,
  /\b[A-Z]{2}\d{2}(?:[ ]?[A-Z0-9]{4}){2,7}(?:[ ]?[A-Z0-9]{1,4})?\b/g,
  /\b(?:\d[ -]?){12,18}\d\b/g,
  /\b\d{3}-\d{2}-\d{4}\b/g,
  /\b(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)\b/g,
  /\b(?:[0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4}\b/g,
  /(?:\+?\d{1,3}[ .-]?)?(?:\(\d{2,4}\)|\b\d{2,4})[ .-]?\d{3,4}[ .-]?\d{3,4}\b/g,
];
function regexes(text) {
  let n = 0;
  for (const re of REGEXES) {
    re.lastIndex = 0;
    while (re.exec(text) !== null) n++;
  }
  return n;
}

const modules = { simd: await loadPiiModule({ simd: true }), scalar: await loadPiiModule({ simd: false }) };
const simd = createDetector(modules.simd),
  scalar = createDetector(modules.scalar);
const contenders = {
  simd: (t) => simd.detect(t).length,
  scalar: (t) => scalar.detect(t).length,
  "7 regexes": regexes,
};
const best = (xs) => Math.min(...xs);
const median = (xs) => [...xs].sort((a, b) => a - b)[xs.length >> 1];
/** A fresh flat string, so that no cached result can answer. */
const fresh = (text, i) => Buffer.from(text.slice(0, -1 - (i % 8)) + " ".repeat((i % 8) + 1)).toString();

function time(run, text, repeat) {
  const inputs = Array.from({ length: repeat }, (_, i) => fresh(text, i));
  const t0 = process.hrtime.bigint();
  for (const input of inputs) run(input);
  return Number(process.hrtime.bigint() - t0) / 1e9 / repeat;
}

for (const run of Object.values(contenders)) for (let i = 0; i < 40; i++) run(fresh(prose(60_000, 3), i));

process.stdout.write("scan speed, MB/s of UTF-8 (best round; ratio to seven regexes in the same rounds)\n");
for (const [label, density] of [
  ["prose without personal data", 0],
  ["prose, one fact in three sentences", 3],
  ["personal data only", 1],
]) {
  for (const size of [1_000, 10_000, 1_000_000]) {
    const text = prose(size, density),
      repeat = Math.max(1, Math.round(300_000 / size)),
      seconds = {};
    for (let round = 0; round < ROUNDS; round++)
      for (const [name, run] of Object.entries(contenders))
        (seconds[name] ??= []).push(time(run, text, repeat));
    const base = best(seconds["7 regexes"]);
    const cells = Object.entries(seconds).map(
      ([name, xs]) =>
        `${name} ${(Buffer.byteLength(text) / 1e6 / best(xs)).toFixed(1)} (${(base / best(xs)).toFixed(2)}x)`,
    );
    process.stdout.write(
      `  ${label.padEnd(36)} ${String(size).padStart(8)} B  ${cells.join("   ")}   simd call ${(best(seconds["simd"]) * 1e3).toFixed(3)} ms\n`,
    );
  }
}

process.stdout.write("\nworst cases, time per byte against ordinary prose (goal: at most 4)\n");
const ordinary = prose(1_000_000, 3),
  plain = prose(1_000_000, 0);
for (const [label, unit] of [
  ["digits", "7"],
  ["digits and blanks", "7 "],
  ["pairs of digits", "12 "],
  ["@", "@"],
  ["a@", "a@"],
  ["[", "["],
  ["capitals", "A"],
  ["Capital words", "Abcd "],
  ["names", "Anna "],
  ["key=", "key="],
  ["a://", "a://"],
  ["dots", "a."],
  ["colons", "a:"],
  ["BEGIN", "-----BEGIN PRIVATE KEY-----\n"],
  ["streets", "12 Main Street "],
  ["cards", "4111 "],
  ["codes", "AB12 "],
  ["fake tokens", "[EMAIL_1] "],
  [
    "seed words",
    `${"abandon ability able about above absent absorb abstract absurd abuse access accident ".repeat(2)}. `,
  ],
  ["seed words, rows of 14", `${"zoo zone zero ".repeat(5).trim()}. `],
  ["mixed-case 0x", "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed "],
  ["kanji", "家"],
  ["combining", "e\u0301"],
]) {
  const text = unit.repeat(Math.ceil(1_000_000 / Buffer.byteLength(unit)));
  const seconds = { text: [], ordinary: [], plain: [] };
  for (let round = 0; round < 15; round++) {
    seconds.text.push(time(contenders.simd, text, 1) / Buffer.byteLength(text));
    seconds.ordinary.push(time(contenders.simd, ordinary, 1) / 1e6);
    seconds.plain.push(time(contenders.simd, plain, 1) / 1e6);
  }
  const times = (base) => (best(seconds.text) / best(base)).toFixed(2);
  process.stdout.write(
    `  ${label.padEnd(24)} ${times(seconds.ordinary)} of prose with facts, ${times(seconds.plain)} of plain prose\n`,
  );
}

process.stdout.write("\nstart-up and size\n");
for (const name of ["simd", "scalar"]) {
  const bytes = readFileSync(new URL(`../../dist/pii/engine.${name}.wasm`, import.meta.url));
  const compile = median(
    await Promise.all(
      Array.from({ length: 5 }, async () => {
        const t0 = performance.now();
        await WebAssembly.compile(bytes);
        return performance.now() - t0;
      }),
    ),
  );
  const instantiate = median(
    Array.from({ length: 20 }, () => {
      const t0 = performance.now();
      createEngine(modules[name]);
      return performance.now() - t0;
    }),
  );
  process.stdout.write(
    `  ${name.padEnd(7)} ${bytes.length} bytes, ${gzipSync(bytes, { level: 9 }).length} gzip; compile ${compile.toFixed(1)} ms, instantiate ${instantiate.toFixed(2)} ms\n`,
  );
}
