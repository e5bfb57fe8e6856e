// Lines for people. What the program says itself starts with "* ", and nothing else does.

/** `verbatim` lines are copied by people, so they are never wrapped. */
export interface Line {
  readonly tone: "message" | "notice" | "warning" | "verbatim";
  readonly text: string;
}

export const notice = (text: string): Line => ({ tone: "notice", text: `* ${text}` });
export const warning = (text: string): Line => ({ tone: "warning", text: `* ${text}` });
