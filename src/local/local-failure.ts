// What the person who starts the service can put right: shown as one line, without a stack.

export class LocalFailure extends Error {
  constructor(line: string) {
    super(line);
    this.name = "LocalFailure";
  }
}

/** The line to show for anything that was thrown while starting. */
export function explainFailure(error: unknown): string {
  if (error instanceof LocalFailure) return error.message;
  const text = error instanceof Error ? error.message : String(error);
  return `The service could not start: ${reasonOfRuntime(text) ?? text}`;
}

// workerd says why it stopped in a line of JSON, which Miniflare repeats below its own words.
function reasonOfRuntime(text: string): string | null {
  const line = text.split("\n").find((each) => each.startsWith("{"));
  try {
    const { message } = JSON.parse(line ?? "null") as { message: unknown };
    return typeof message === "string" ? message : null;
  } catch {
    return null;
  }
}
