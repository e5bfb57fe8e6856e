// What the entry Worker hands to a session's object with an upgrade, and how the object says no. The token
// itself stays behind: the object gets what was verified.
import type { Capability } from "../crypto/tokens.ts";
import type { ResumeRequest } from "../protocol/control.ts";

/** Request header that carries an {@link Admission} as JSON. The object is reachable through the Worker only. */
export const ADMISSION_HEADER = "ghost-admission";
/** Response header that carries the code where the object did not accept. */
export const REFUSAL_HEADER = "ghost-refusal";

export interface Admission {
  readonly capability: Capability;
  readonly resume: ResumeRequest | null;
  /** secret by which a join that is asked for twice admits once */
  readonly join: string | null;
}
