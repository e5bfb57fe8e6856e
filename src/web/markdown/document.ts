// What a Markdown text is read into. Only plain data: whoever shows it decides what becomes an element.

/** levels; lists in quotes in lists, emphasis in emphasis. Beyond, the rest is shown as it was written. */
export const MAX_DEPTH = 24;

export type Block =
  | { readonly type: "paragraph"; readonly text: string }
  | { readonly type: "heading"; readonly level: number; readonly text: string }
  | { readonly type: "code"; readonly language: string; readonly code: string }
  | { readonly type: "quote"; readonly blocks: readonly Block[] }
  | List
  | {
      readonly type: "table";
      readonly header: readonly string[];
      readonly rows: readonly (readonly string[])[];
    }
  | { readonly type: "rule" }
  /** `[label]: href`: shows nothing, and gives a place to links by that label */
  | { readonly type: "definition"; readonly label: string; readonly href: string };

export interface List {
  readonly type: "list";
  /** number of the first item; null where it is not counted */
  readonly start: number | null;
  /** something stands between its items: each is a paragraph of its own */
  readonly loose: boolean;
  readonly items: readonly ListItem[];
}

export interface ListItem {
  /** whether the box is ticked; null where there is none */
  readonly ticked: boolean | null;
  readonly blocks: readonly Block[];
}

export type Span =
  | { readonly type: "text" | "code"; readonly text: string }
  | { readonly type: "em" | "strong" | "del"; readonly spans: readonly Span[]; readonly depth: number }
  | { readonly type: "link"; readonly href: string; readonly spans: readonly Span[] }
  /** `linked`: it stands in a link, which has no other in it */
  | { readonly type: "image"; readonly href: string; readonly text: string; readonly linked: boolean }
  | { readonly type: "break" };

/** Where links by a label lead, by the label in {@link labelKey}'s form. */
export type Definitions = ReadonlyMap<string, string>;

/** characters; longer labels belong to no link. */
export const MAX_LABEL_CHARS = 200;

export function labelKey(label: string): string {
  return label.trim().replace(/\s+/g, " ").toLowerCase();
}
