// Starts the scripted provider, and tells the service about it.
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { nameOf, type Script } from "./script.ts";
import { within } from "./timing.ts";

const SERVER = fileURLToPath(new URL("./model-server.ts", import.meta.url));
const PROVIDER = "bench";
const START_MS = 20_000;

export interface Model {
  /** where its chat completions are */
  readonly url: string;
  /** PROVIDERS of a service that offers these scripts. */
  providers(scripts: readonly Script[]): string;
  stop(): Promise<void>;
}

/** The id under which a service offers a script. */
export function modelId(script: Script): string {
  return `${PROVIDER}/${nameOf(script)}`;
}

export async function startModel(): Promise<Model> {
  const child = fork(SERVER);
  const ended = once(child, "exit");
  const stop = async (): Promise<void> => {
    if (child.connected) child.disconnect();
    await ended;
  };
  try {
    const [port] = (await within(START_MS, "the scripted model", once(child, "message"))) as [number];
    const baseUrl = `http://127.0.0.1:${String(port)}/v1`;
    return {
      url: `${baseUrl}/chat/completions`,
      providers: (scripts) => {
        const card = { operator: "the benchmark", retentionDays: 0, trains: false, region: "local" };
        const models = scripts.map(nameOf);
        const facts = { ...card, source: "test/bench/model-server.ts", asOf: "2026-11-21" };
        return JSON.stringify([{ preset: "compatible", name: PROVIDER, baseUrl, models, card: facts }]);
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
