// A process that runs the service, for tests that have to kill it. GHOST_TEST_OPTIONS holds the options.
import { startService, type ServiceOptions } from "../../src/local/service.ts";

const { url, directory } = await startService(
  JSON.parse(process.env["GHOST_TEST_OPTIONS"] ?? "{}") as ServiceOptions,
);
process.stdout.write(`url=${url.href} directory=${directory.path}\n`);
