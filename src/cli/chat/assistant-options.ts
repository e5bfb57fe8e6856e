// Reads the options of `chat` that choose an assistant and the least that is accepted of its provider. Which models
// there are, and whether one meets that, the service says.
import type { CreateOptions } from "../../client/index.ts";
import { PiiModeSchema, RegionSchema } from "../../protocol/assistant.ts";
import { CommandError } from "../command.ts";

type AssistantChoice = NonNullable<CreateOptions["assistant"]>;

export interface AssistantTexts {
  readonly model?: string | undefined;
  readonly pii?: string | undefined;
  readonly retention?: string | undefined;
  readonly regions?: string | undefined;
  readonly training?: boolean | undefined;
}

/** Null where no model is named. Throws a {@link CommandError} that repeats nothing of what was given. */
export function parseAssistant({
  model,
  pii,
  retention,
  regions,
  training,
}: AssistantTexts): AssistantChoice | null {
  if (model === undefined) {
    const stray = Object.entries({ pii, retention, regions, training }).find(
      ([, value]) => value !== undefined,
    );
    if (stray !== undefined)
      throw new CommandError(`--${stray[0]} is about the assistant that --model chooses`);
    return null;
  }
  if (pii !== undefined && !isOneOf(PiiModeSchema.options, pii)) {
    throw new CommandError(`--pii takes ${PiiModeSchema.options.join(", ")}`);
  }
  if (retention !== undefined && !/^\d{1,6}$/.test(retention)) {
    throw new CommandError("--retention takes a number of days");
  }
  return {
    model,
    ...(pii !== undefined && { pii }),
    policy: {
      ...(retention !== undefined && { maxRetentionDays: Number(retention) }),
      ...(regions !== undefined && { regions: parseRegions(regions) }),
      ...(training === true && { allowTraining: true }),
    },
  };
}

function parseRegions(text: string): (typeof RegionSchema.options)[number][] {
  return text.split(",").map((region) => {
    if (isOneOf(RegionSchema.options, region)) return region;
    throw new CommandError(`--regions takes a list of ${RegionSchema.options.join(", ")}`);
  });
}

function isOneOf<T extends string>(options: readonly T[], text: string): text is T {
  return (options as readonly string[]).includes(text);
}
