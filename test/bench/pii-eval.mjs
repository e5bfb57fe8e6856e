// `npm run pii:eval`: scores the engine on the shared evaluation set and on our own corpus, and prints it beside other JS engines.
// The cases hold fake secrets: they are unpacked to a temporary file for the run and deleted, never copied into the project.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { gunzipSync } from "node:zlib";
import { KINDS, plainResult } from "../support/plain-texts.ts";

const root = resolve(import.meta.dirname ?? ".", "../..");
const shared = resolve(root, process.env["PII_EVAL_DIR"] ?? "../shared/pii");
const scorer = join(shared, "score.mjs"),
  cases = join(shared, "dev.jsonl.gz");
const build = spawnSync(process.execPath, [join(root, "scripts/pii-build.mjs"), "--if-needed"], {
  cwd: root,
  stdio: "inherit",
});
if (build.status !== 0) process.exit(build.status ?? 1);
await printPlain();

if (!existsSync(scorer) || !existsSync(cases)) {
  process.stderr.write(
    `The evaluation set is not part of this repository. Expected score.mjs and dev.jsonl.gz in ${shared}.\n` +
      "Put them there, or point PII_EVAL_DIR at the folder that holds them, and run `npm run pii:eval` again.\n" +
      "Without them, `npm test` still scores the project's own corpus (test/vectors/pii), as above.\n",
  );
  process.exit(2);
}
const dir = mkdtempSync(join(tmpdir(), "pii-eval-"));
try {
  const unpacked = join(dir, "dev.jsonl"),
    result = join(dir, "out.json");
  writeFileSync(unpacked, gunzipSync(readFileSync(cases)), { mode: 0o600 });
  const args = [
    scorer,
    "--cases",
    unpacked,
    "--engine",
    join(root, "test/bench/pii-adapter.mjs"),
    "--json",
    result,
    ...process.argv.slice(2),
  ];
  const run = spawnSync(process.execPath, args, { cwd: root, stdio: "inherit" });
  if (run.status !== 0) process.exit(run.status ?? 1);
  compare(JSON.parse(readFileSync(result, "utf8")));
} finally {
  rmSync(dir, { recursive: true, force: true });
}

/** Our figures beside the published ones of the other engines, as BASELINES.md gives them (dev set, per cent). */
function compare(out) {
  const file = join(shared, "BASELINES.md");
  if (!existsSync(file)) return;
  const text = readFileSync(file, "utf8");
  const best = text.match(/Best of these per group[^:]*:(.*)/)?.[1] ?? "";
  const names = {
    "e-mail": "EMAIL_ADDRESS",
    phone: "PHONE_NUMBER",
    card: "CREDIT_CARD",
    IBAN: "IBAN_CODE",
    IP: "IP_ADDRESS",
    MAC: "MAC_ADDRESS",
    URL: "URL",
    BTC: "CRYPTO_BTC",
    "national ids": "NATIONAL_ID",
    secret: "SECRET",
    person: "PERSON",
    address: "ADDRESS",
    location: "LOCATION",
    "date+age": "DATE_TIME",
  };
  process.stdout.write(
    "\nF1 by group (overlap), ours beside the best of redact-pii, openredaction, @arcjet/redact, secretlint and seven regexes:\n",
  );
  for (const [label, group] of Object.entries(names)) {
    const other = best.match(new RegExp(`${label.replace("+", "\\+")} (\\d+) / `))?.[1] ?? "-";
    const ours = out.headline.groups[group]?.f1;
    process.stdout.write(
      `  ${group.padEnd(16)} ours ${ours === undefined ? "-" : (100 * ours).toFixed(1).padStart(5)}   best other ${other.padStart(3)}\n`,
    );
  }
  const rows = text
    .split("\n")
    .filter((l) => /^\| (engine \(dev\)|plain-regex|redact-pii|openredaction|@arcjet|@secretlint)/.test(l))
    .slice(0, 6);
  process.stdout.write(`\nTheir headline figures, from BASELINES.md:\n${rows.join("\n")}\n`);
}

/** False alarms in our own long texts without personal data. */
async function printPlain() {
  const { createDetector } = await import("../../dist/pii/index.js");
  const { loadPiiModule } = await import("../../dist/pii/load-node.js");
  const detector = createDetector(await loadPiiModule());
  for (const kind of KINDS) {
    const { files, characters, alarms, rate } = plainResult(kind, detector);
    process.stdout.write(
      `Own ${kind} without personal data: ${alarms.length} false alarms in ${files} texts of ${characters} characters, ` +
        `${rate.toFixed(1)} per 100,000\n`,
    );
    for (const { file, what } of alarms) process.stdout.write(`  ${file}  ${what}\n`);
  }
}
