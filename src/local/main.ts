// `npm start`: runs the service on this machine until it is told to stop. This and src/cli are the only places
// that print; what they print is about the run, never about a session.
import { parseAddress } from "./address.ts";
import { explainFailure } from "./local-failure.ts";
import { describeModels, readLocalModels, type LocalModels } from "./models.ts";
import { startService, type Service } from "./service.ts";
import { untilStopped } from "./signals.ts";

async function main(): Promise<void> {
  const stopped = untilStopped();
  const models = readLocalModels(process.env);
  const service = await startService({ ...parseAddress(process.env), bindings: models.bindings });
  greet(service, models);
  await stopped;
  await service.stop();
}

function greet({ url, directory }: Service, models: LocalModels): void {
  const { origin } = url;
  console.log(`ghost-session runs at ${origin}`);
  console.log(`Try it: curl -X POST ${origin}/v1/sessions`);
  console.log(describeModels(models));
  console.log(
    directory.inMemory
      ? `Storage is in memory (${directory.path}) and is gone when this ends.`
      : `No memory file system here: storage is in ${directory.path}, on disk, until this ends.`,
  );
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(explainFailure(error));
    process.exit(1);
  },
);
