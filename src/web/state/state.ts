// The page's whole state, and the one function that changes it. Drafts and open dialogs stay in their components;
// everything that a burn must empty is here.
import type {
  AssistantTerms,
  BurnPolicy,
  BurnReport,
  Invite,
  Model,
  Person,
  SessionState,
} from "../../client/index.ts";
import type { ChoicePart, Choices } from "./choices.ts";
import { withNote, type AnswerView, type TranscriptItem, type TurnItem } from "./transcript.ts";

/** Where the person is. */
export type Place = "start" | "invited" | "connecting" | "chat" | "burning" | "leaving" | "over";

/** What is left to say when a session is over. */
export interface Ending {
  readonly state: "burned" | "left" | "refused";
  readonly problem: string | null;
  readonly report: BurnReport | null;
  /** session id, to hold the statement against */
  readonly session: string;
  /** thumbprint of the identity key that the statement must be signed with */
  readonly identity: string;
  /** the panic key was to burn it, and that did not reach the service */
  readonly unburned: boolean;
  /** the service could not be told that this participant left */
  readonly untold: boolean;
  /** own messages that nobody has, when it ended by itself */
  readonly undelivered: number;
  /** the statement was handed to the browser as a file */
  readonly saved: boolean;
}

/** A start or a join that came to nothing. */
export interface Refused {
  /** what of the choices it is about; null where about none */
  readonly part: ChoicePart | null;
  readonly choices: Choices;
  /** what the page showed of the models then; null where it could not */
  readonly models: readonly Model[] | null;
}

export interface State {
  readonly place: Place;
  /** what went wrong with the last attempt to start or join */
  readonly problem: string | null;
  /** what was chosen then, so that nobody has to choose it anew */
  readonly refused: Refused | null;
  /** there is an invite that nobody is in by yet, and that is good as far as is known */
  readonly invite: boolean;
  /** the person came to this screen by a button, not by an address: the keyboard goes on at its head */
  readonly isBack: boolean;
  readonly connection: SessionState;
  readonly host: boolean;
  /** the session began in this page: nothing was said before */
  readonly began: boolean;
  readonly people: readonly Person[];
  readonly burn: BurnPolicy | null;
  readonly assistant: AssistantTerms | null;
  readonly items: readonly TranscriptItem[];
  readonly typing: Readonly<Record<string, { readonly name: string | null; readonly untilMs: number }>>;
  readonly invites: readonly Invite[];
  /** this tab keeps participant token and room key: of this session until its end, outside a chat of an earlier one */
  readonly stays: boolean;
  readonly ending: Ending | null;
}

export const EMPTY: State = {
  place: "start",
  problem: null,
  refused: null,
  invite: false,
  isBack: false,
  connection: "connecting",
  host: false,
  began: false,
  people: [],
  burn: null,
  assistant: null,
  items: [],
  typing: {},
  invites: [],
  stays: false,
  ending: null,
};

export type Change =
  | {
      readonly type: "go";
      readonly place: Place;
      readonly problem: string | null;
      readonly refused: Refused | null;
    }
  | { readonly type: "live"; readonly facts: Partial<State> }
  | { readonly type: "facts"; readonly facts: Partial<State> }
  | { readonly type: "add"; readonly item: TranscriptItem }
  | { readonly type: "message"; readonly key: string; readonly facts: Partial<TranscriptItem> }
  | { readonly type: "unsay"; readonly key: string }
  | { readonly type: "answer"; readonly turn: string; readonly answer: AnswerView }
  | { readonly type: "turn"; readonly item: TurnItem }
  | { readonly type: "replace"; readonly turns: readonly string[] }
  | {
      readonly type: "typing";
      readonly participant: string;
      readonly name: string | null;
      readonly untilMs: number;
    }
  | { readonly type: "typed"; readonly nowMs: number }
  | { readonly type: "said"; readonly participant: string }
  | { readonly type: "invites"; readonly invites: readonly Invite[] }
  | { readonly type: "over"; readonly ending: Ending };

/** The state after a change. */
export function reduce(state: State, change: Change): State {
  switch (change.type) {
    case "go":
      return { ...EMPTY, place: change.place, problem: change.problem, refused: change.refused };
    case "live":
      return { ...EMPTY, ...change.facts, place: "chat", connection: "live" };
    case "facts":
      return { ...state, ...change.facts };
    case "add":
      return {
        ...state,
        items:
          change.item.kind === "note" ? withNote(state.items, change.item) : [...state.items, change.item],
      };
    case "message":
      return {
        ...state,
        items: state.items.map((item) =>
          item.key === change.key ? ({ ...item, ...change.facts } as TranscriptItem) : item,
        ),
      };
    case "unsay":
      return { ...state, items: state.items.filter(({ key }) => key !== change.key) };
    case "answer":
      return withTurn(state, change.turn, (item) => ({ ...item, answer: change.answer }));
    case "turn":
      return state.items.some((item) => item.key === change.item.key)
        ? withTurn(state, change.item.turn, () => change.item)
        : { ...state, items: [...state.items, change.item] };
    case "replace":
      return {
        ...state,
        items: state.items.map((item) =>
          item.kind === "turn" && change.turns.includes(item.turn) ? { ...item, replaced: true } : item,
        ),
      };
    case "typing":
      return {
        ...state,
        typing: { ...state.typing, [change.participant]: { name: change.name, untilMs: change.untilMs } },
      };
    case "typed":
      return {
        ...state,
        typing: Object.fromEntries(
          Object.entries(state.typing).filter(([, { untilMs }]) => untilMs > change.nowMs),
        ),
      };
    case "said": {
      const { [change.participant]: ended, ...typing } = state.typing;
      return ended === undefined ? state : { ...state, typing };
    }
    case "invites":
      return { ...state, invites: change.invites };
    case "over":
      // Everything that was said goes; what is left is that it ended, and how.
      return { ...EMPTY, place: "over", ending: change.ending };
  }
}

function withTurn(state: State, turn: string, change: (item: TurnItem) => TurnItem): State {
  return {
    ...state,
    items: state.items.map((item) => (item.kind === "turn" && item.turn === turn ? change(item) : item)),
  };
}

/** The state, for whoever changes it. */
export interface Changing {
  readonly get: () => State;
  readonly dispatch: (change: Change) => void;
}

/** The same with those who look at it. */
export interface Store extends Changing {
  readonly subscribe: (listener: () => void) => () => void;
}

export function createStore(): Store {
  let state = EMPTY;
  const listeners = new Set<() => void>();
  return {
    get: () => state,
    dispatch(change) {
      const before = state;
      state = reduce(state, change);
      if (state === before) return;
      for (const listener of [...listeners]) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** Whether this person may burn the session now. */
export function mayBurnIn({ host, burn }: State): boolean {
  return host || burn?.burnBy === "anyone";
}
