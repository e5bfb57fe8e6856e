// npm run bench [-- --quick] [-- --only NAME]: ghost-session against a bare hibernating object and against
// partyserver. Each runs in a workerd of its own with the same date and flags; the services take turns within
// every round; figures are medians and ratios to the bare object of the same round. A wrong count (a message
// lost, doubled, reordered or altered) ends the run with status 1; speed never does. `turn` is about the assistant and
// `page` about the chat page; each has a method and tables of its own.
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { FULL, MEASURES, QUICK } from "./measures.ts";
import { measurePage } from "./page.ts";
import { CountError, CONTENT_BYTES } from "./peer.ts";
import { renderTable, type Row } from "./report.ts";
import { describeRuntime, stopServices } from "./service.ts";
import { measureTurn } from "./turn.ts";

const { values } = parseArgs({
  options: { quick: { type: "boolean", default: false }, only: { type: "string" } },
});
const amounts = values.quick ? QUICK : FULL;
const TURN = "turn";
const PAGE = "page";

try {
  await main();
} catch (error) {
  process.exitCode = 1;
  print(error instanceof CountError ? `\nWRONG COUNT: ${error.message}` : `\n${String(error)}`);
} finally {
  await stopServices();
}
// Sockets that a failed measure left open must not keep the process.
process.exit();

async function main(): Promise<void> {
  const known = [...Object.keys(MEASURES), TURN, PAGE];
  const names = values.only === undefined ? known : [values.only];
  if (!names.every((name) => known.includes(name)))
    throw new Error(`--only takes one of: ${known.join(", ")}`);
  const startedAt = performance.now();
  const rows: Row[] = [];
  for (const [name, measure] of Object.entries(MEASURES)) {
    if (!names.includes(name)) continue;
    if (rows.length === 0) print(describeMethod());
    process.stderr.write(`${name} ...\n`);
    rows.push(...(await measure(amounts)));
  }
  if (rows.length > 0) print(renderTable(rows));
  if (names.includes(TURN)) {
    process.stderr.write(`${TURN} ...\n`);
    print(`\n${await measureTurn(values.quick)}`);
  }
  if (names.includes(PAGE)) {
    process.stderr.write(`${PAGE} ...\n`);
    print(`\n${await measurePage(values.quick)}`);
  }
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
  print(`\nAll counts were exact. ${seconds} s.`);
}

function describeMethod(): string {
  const { rounds, roundTripRounds, roundTrips, saturatedDeliveries, sockets, idleMs } = amounts;
  return `# ghost-session benchmark${values.quick ? " (quick: for a sanity check, not for figures)" : ""}

- raw: a bare hibernating Durable Object that echoes and broadcasts. partyserver: the same job, hibernating.
- One workerd process per service, started anew for every round; ${describeRuntime()}.
- The services take turns, ${String(rounds)} rounds; the order rotates. Ratios are medians of the ratios of each round,
  with their range. Round trip: the best of ${String(roundTripRounds)} rounds with ${String(roundTrips)} messages, since noise only adds.
- Content is ${String(CONTENT_BYTES)} bytes a message. raw and partyserver send it as it is; ghost-session puts it in order,
  names the sender, confirms it, keeps it for replay and accounts for slow readers.
- Saturated: ${saturatedDeliveries.toLocaleString("en")} deliveries with at most 128 messages on their way. CPU is that of the workerd process.
  Deliveries are counted frame by frame inside bundles, each checked for its sender, index and length.
- Creation: one request makes a room with a durable deadline. ${String(sockets)} sockets open 16 at a time; memory is resident
  memory beyond that before they opened, ${String(idleMs / 1000)} s later.
- The client shares the machine: ${String(cpus().length)} cores, ${cpus()[0]?.model ?? "unknown"}, Node ${process.version}.
`;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
