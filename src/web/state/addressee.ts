// Whom a draft is for. It changes under nobody's hands: only a click turns it to the assistant, and while something is
// written nothing but a click changes it at all. What was written for one must not reach the other.

export type Addressee = "people" | "assistant";

/** Before anything is written: with nobody else here, the assistant is who there is. */
export function addresseeAtFirst(assistant: boolean, alone: boolean): Addressee {
  return assistant && alone ? "assistant" : "people";
}

/** The addressee as people come and go. `chosen`: the person clicked on it. */
export function addresseeNow(
  before: Addressee,
  { draft, chosen, alone }: { readonly draft: string; readonly chosen: boolean; readonly alone: boolean },
): Addressee {
  // Towards the people only: they get nothing that the assistant would not have got, and it is sealed.
  return draft === "" && !chosen && !alone ? "people" : before;
}
