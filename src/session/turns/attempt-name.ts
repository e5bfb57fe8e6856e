// What an attempt is called. Turn ids are made by clients, so that they mean something only together with who asks.
export interface AttemptName {
  readonly participant: string;
  readonly turn: string;
  readonly attempt: number;
}

/** One text per attempt. */
export function keyOf({ participant, turn, attempt }: AttemptName): string {
  return `${participant}.${turn}.${String(attempt)}`;
}
