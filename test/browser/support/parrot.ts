// A provider that says what a test wants it to say, as a service is told about it.
import { afterAll } from "vitest";
import { ScriptedUpstream } from "../../support/upstream.ts";

export const MODEL = "test/parrot";

export interface Parrot {
  readonly provider: ScriptedUpstream;
  /** what the service is started with */
  environment(): Promise<Readonly<Record<string, string>>>;
}

/** Starts it for the file that calls this. */
export async function startParrot(): Promise<Parrot> {
  const provider = await ScriptedUpstream.start();
  afterAll(() => provider.stop());
  const card = {
    operator: "A parrot in this test",
    retentionDays: 0,
    trains: false,
    region: "local",
    source: "https://parrot.invalid/policy",
    asOf: "2026-11-21",
  };
  const [name, model] = MODEL.split("/");
  const entry = { preset: "compatible", name, baseUrl: provider.baseUrl, models: [model], card };
  return { provider, environment: async () => ({ PROVIDERS: JSON.stringify([entry]) }) };
}
