// Walks the schemas of the control messages: makes messages that fit them and lists their text fields, so that
// a message that is added later is tested without a change here.
import fc from "fast-check";
import type * as v from "valibot";
import { IdSchema, MarkSchema, NonceSchema, ResumeSecretSchema } from "../../../src/protocol/ids.ts";

/** The parts of valibot's schemas that the protocol uses. */
interface Node {
  readonly type: string;
  readonly pipe?: readonly unknown[];
  readonly entries?: Readonly<Record<string, Node>>;
  readonly options?: readonly Node[] | readonly string[];
  readonly wrapped?: Node;
  readonly item?: Node;
  readonly literal?: string;
}

const CHARS = Array.from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");
const randomText = (chars: number) =>
  fc.string({ unit: fc.constantFrom(...CHARS), minLength: chars, maxLength: chars });
const FORMS = new Map<unknown, fc.Arbitrary<string>>([
  [IdSchema, randomText(16)],
  [ResumeSecretSchema, randomText(22)],
  [MarkSchema, randomText(8)],
  [NonceSchema, randomText(43)],
]);

/** The messages of a control union, one schema each. */
export function messagesOf(union: v.GenericSchema): { type: string; schema: v.GenericSchema }[] {
  const options = (union as unknown as { options: readonly Node[] }).options;
  return options.map((schema) => ({
    type: schema.entries?.["type"]?.literal ?? "",
    schema: schema as unknown as v.GenericSchema,
  }));
}

/** Values that fit the schema. Throws on a kind of schema that it does not know. */
export function arbitraryOf(schema: v.GenericSchema): fc.Arbitrary<unknown> {
  return fromNode(schema);
}

function fromNode(node: Node): fc.Arbitrary<unknown> {
  const form = FORMS.get(node);
  if (form !== undefined) return form;
  switch (node.type) {
    case "strict_object": {
      const entries = Object.entries(node.entries ?? {});
      const required = entries.filter(([, entry]) => entry.type !== "optional").map(([key]) => key);
      const model = Object.fromEntries(entries.map(([key, entry]) => [key, fromNode(entry)]));
      return fc.record(model, { requiredKeys: required, noNullPrototype: true });
    }
    case "string":
      return fc.string({
        minLength: boundOf(node, "min_length", 0),
        maxLength: boundOf(node, "max_length", 64),
      });
    case "number": {
      const [min, max] = [
        boundOf(node, "min_value", 1) || 1,
        boundOf(node, "max_value", Number.MAX_SAFE_INTEGER),
      ];
      return fc.oneof(fc.constantFrom(min, max), fc.integer({ min, max }));
    }
    case "boolean":
      return fc.boolean();
    case "literal":
      return fc.constant(node.literal);
    case "picklist":
      return fc.constantFrom(...(node.options as readonly string[]));
    case "nullable":
      return fc.oneof(fc.constant(null), fromNode(inner(node.wrapped)));
    case "optional":
      return fromNode(inner(node.wrapped));
    case "array":
      return fc.array(fromNode(inner(node.item)), { maxLength: 4 });
    case "union":
      return fc.oneof(...(node.options as readonly Node[]).map(fromNode));
    default:
      throw new Error(`a schema of a kind that no control message may have: ${node.type}`);
  }
}

/** What a rule in the schema's pipe asks for; `otherwise` where there is no such rule. */
function boundOf(node: Node, rule: string, otherwise: number): number {
  const found = node.pipe?.find((each) => (each as { readonly type: string }).type === rule);
  return (found as { readonly requirement: number } | undefined)?.requirement ?? otherwise;
}

/** Paths of the fields that take any text at all. Throws like {@link arbitraryOf}. */
export function freeTextOf(schema: v.GenericSchema): string[] {
  return freeText(schema, "");
}

function freeText(node: Node, path: string): string[] {
  if (FORMS.has(node)) return [];
  switch (node.type) {
    case "strict_object":
      return Object.entries(node.entries ?? {}).flatMap(([key, entry]) => freeText(entry, `${path}.${key}`));
    case "string":
      return [path.slice(1)];
    case "number":
    case "boolean":
    case "literal":
    case "picklist":
      return [];
    case "nullable":
    case "optional":
      return freeText(inner(node.wrapped), path);
    case "array":
      return freeText(inner(node.item), `${path}[]`);
    case "union":
      return (node.options as readonly Node[]).flatMap((option) => freeText(option, path));
    default:
      throw new Error(`a schema of a kind that no control message may have: ${node.type}`);
  }
}

function inner(node: Node | undefined): Node {
  if (node === undefined) throw new Error("a wrapper around nothing");
  return node;
}

/** Every place in a JSON value, from the outermost in. */
export function placesIn(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  const inside =
    typeof value === "object" && value !== null
      ? Object.entries(value).flatMap(([key, each]) => placesIn(each, [...path, key]))
      : [];
  return [path, ...inside];
}

/** The JSON of `value` with the text `json` in one place. */
export function jsonWith(value: unknown, [key, ...rest]: readonly string[], json: string): string {
  if (key === undefined) return json;
  const parts = Object.entries(value as object).map(([name, each]) => {
    const text = name === key ? jsonWith(each, rest, json) : JSON.stringify(each);
    return Array.isArray(value) ? text : `${JSON.stringify(name)}:${text}`;
  });
  return Array.isArray(value) ? `[${parts.join()}]` : `{${parts.join()}}`;
}
