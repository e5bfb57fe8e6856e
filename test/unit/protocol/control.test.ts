// Control messages: what fits a schema comes back as it was, anything else is refused with its code.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  ClientControlSchema,
  parseClientControl,
  parseServerControl,
  PING,
  PONG,
  ServerControlSchema,
  type ServerControl,
} from "../../../src/protocol/control.ts";
import { MAX_CONTROL_CHARS } from "../../../src/protocol/limits.ts";
import vectors from "../../vectors/control.json" with { type: "json" };
import { arbitraryOf, freeTextOf, jsonWith, messagesOf, placesIn } from "./schema-arbitrary.ts";

const BAD_MESSAGE = { ok: false, code: "bad_message" };
const clientMessages = messagesOf(ClientControlSchema);
const serverMessages = messagesOf(ServerControlSchema);
/** Far below the bound of a text frame, which has a test of its own. */
const smallJson = fc.jsonValue({ maxDepth: 2 }).filter((value) => JSON.stringify(value).length < 200);
const SIDES = [
  { side: "client", parse: parseClientControl, messages: clientMessages },
  { side: "server", parse: parseServerControl, messages: serverMessages },
];

describe.each(SIDES)("messages of the $side", ({ parse, messages }) => {
  it.each(messages)("$type comes back as it was sent", ({ schema }) => {
    fc.assert(
      fc.property(arbitraryOf(schema), (message) => {
        expect(parse(JSON.stringify(message))).toEqual({ ok: true, value: message });
      }),
    );
  });

  it.each(messages)("[RULE9] $type is refused with a wrong value in any place", ({ schema }) => {
    const wrong = fc.constantFrom('{"x":1}', "[[]]", '[{"x":[]}]', '"\\u0000"', "{}");
    fc.assert(
      fc.property(arbitraryOf(schema), wrong, fc.nat(), (message, json, pick) => {
        const places = placesIn(message).filter((path) => !takesAnyText(path, json));
        const place = places[pick % places.length] ?? [];
        expect(parse(jsonWith(message, place, json))).toEqual(BAD_MESSAGE);
      }),
    );
  });

  it.each(messages)("[RULE9] $type is refused with a field that is not its own", ({ schema }) => {
    const names = fc.constantFrom("x", "text2", "toString", "__proto__", "constructor", "", "Type");
    fc.assert(
      fc.property(arbitraryOf(schema), names, smallJson, (message, name, value) => {
        const own = JSON.stringify(message).slice(0, -1);
        expect(parse(`${own},${JSON.stringify(name)}:${JSON.stringify(value)}}`)).toEqual(BAD_MESSAGE);
      }),
    );
  });

  it.each(messages)("[RULE9] $type is refused when cut short anywhere", ({ schema }) => {
    const [message] = fc.sample(arbitraryOf(schema), { numRuns: 1, seed: 7 });
    const json = JSON.stringify(message);
    for (let end = 0; end < json.length; end++) expect(parse(json.slice(0, end))).toEqual(BAD_MESSAGE);
  });

  it("[RULE9] numbers beyond what every language reads exactly are refused wherever they stand", () => {
    const huge = ["1e999", "-1e999", "9007199254740992", "1e21", "-1", "0.5"];
    for (const { schema } of messages) {
      const [message] = fc.sample(arbitraryOf(schema), { numRuns: 1, seed: 11 });
      for (const place of placesIn(message)) {
        for (const json of huge) {
          const answer = parse(jsonWith(message, place, json));
          expect(answer, `${place.join(".")} = ${json}`).toEqual(BAD_MESSAGE);
        }
      }
    }
  });

  it("[RULE9] anything that is no message of the union is refused and nothing throws", () => {
    const texts = fc.oneof(
      fc.string({ unit: "binary" }),
      smallJson.map((value) => JSON.stringify(value)),
      fc.string().map((type) => JSON.stringify({ type: `x${type}` })),
      fc.constantFrom("", PING, PONG, "null", "[]", "{}", "1", '{"type":null}', '{"type":["typing"]}'),
      fc.constantFrom('{"type":"toString"}', '{"type":"__proto__"}', '{"type":"TYPING"}', "\ufeff{}"),
    );
    fc.assert(
      fc.property(texts, (text) => {
        expect(parse(text)).toEqual(BAD_MESSAGE);
      }),
    );
  });

  it("[RULE9] deep JSON is refused without a stack overflow", () => {
    for (const open of ["[", '{"type":', '{"a":[']) {
      expect(parse(open.repeat(Math.floor(MAX_CONTROL_CHARS / open.length)))).toEqual(BAD_MESSAGE);
    }
    const deep = "[".repeat(500) + "]".repeat(500);
    expect(parse(`{"type":"typing","x":${deep}}`)).toEqual(BAD_MESSAGE);
  });
});

describe("parseServerControl", () => {
  it("[RULE9] takes a hundred thousand levels of JSON without a stack overflow", () => {
    expect(parseServerControl("[".repeat(100_000) + "]".repeat(100_000))).toEqual(BAD_MESSAGE);
  });
});

describe("parseClientControl", () => {
  it("[FLOW5] refuses a text frame beyond the bound unread, and reads one at the bound", () => {
    const padded = (size: number) => '{"type":"typing"}'.padEnd(size);
    expect(parseClientControl(padded(MAX_CONTROL_CHARS)).ok).toBe(true);
    expect(parseClientControl(padded(MAX_CONTROL_CHARS + 1))).toEqual({ ok: false, code: "frame_too_large" });
    expect(parseClientControl("[".repeat(10_000_000))).toEqual({ ok: false, code: "frame_too_large" });
  });

  it("takes every message that the service offers to nobody but itself for a bad one", () => {
    const foreign = serverMessages.filter(({ type }) => !clientMessages.some((own) => own.type === type));
    expect(foreign.length).toBeGreaterThan(0);
    for (const { schema } of foreign) {
      const [message] = fc.sample(arbitraryOf(schema), { numRuns: 1, seed: 3 });
      expect(parseClientControl(JSON.stringify(message)).ok).toBe(false);
    }
  });
});

describe("schemas", () => {
  it("[RULE7] no message of a client has a field for content or names", () => {
    expect(clientMessages.flatMap(({ schema }) => freeTextOf(schema))).toEqual([]);
  });

  it("[RULE7] the only free texts of the service are its own token, offer, error text and statement", () => {
    const free = serverMessages.flatMap(({ type, schema }) =>
      freeTextOf(schema).map((path) => `${type}.${path}`),
    );
    expect(free).toEqual(["welcome.token", "offer.offer", "error.text", "burned.statement"]);
  });

  it("[SOCK8] typing carries the sender's id and nothing else", () => {
    const typing = { type: "typing", participant: "AAAAAAAAAAAAAAAA" } satisfies ServerControl;
    expect(parseServerControl(JSON.stringify(typing)).ok).toBe(true);
    expect(parseServerControl(JSON.stringify({ ...typing, text: "hello" }))).toEqual(BAD_MESSAGE);
    expect(parseClientControl('{"type":"typing","text":"hello"}')).toEqual(BAD_MESSAGE);
  });
});

describe("vectors", () => {
  it.each(vectors.client)("client: $json", ({ json, refused }) => {
    expect(parseClientControl(json)).toEqual(
      refused === null ? { ok: true, value: JSON.parse(json) as unknown } : { ok: false, code: refused },
    );
  });

  it.each(vectors.server)("server: $json", ({ json, refused }) => {
    expect(parseServerControl(json)).toEqual(
      refused === null ? { ok: true, value: JSON.parse(json) as unknown } : { ok: false, code: refused },
    );
  });
});

/** A string put where any text fits is no wrong value. */
function takesAnyText(path: readonly string[], json: string): boolean {
  const free = new Set(["token", "offer", "text", "statement"]);
  return json.startsWith('"') && path.length === 1 && free.has(path[0] ?? "");
}
