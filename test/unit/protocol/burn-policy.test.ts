// The burn policy's form: what creation and PATCH take. Operator bounds are tested with the routes.
import fc from "fast-check";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { BURN_CAUSES, BurnChangeSchema, BurnPolicySchema } from "../../../src/protocol/burn-policy.ts";

const seconds = (least: number) =>
  fc.oneof(fc.constantFrom(least, Number.MAX_SAFE_INTEGER), fc.integer({ min: least }));
const orNull = (arbitrary: fc.Arbitrary<number>) => fc.option(arbitrary, { nil: null });
const fields = {
  ttl: seconds(1),
  idle: orNull(seconds(1)),
  empty: orNull(seconds(0)),
  messages: orNull(seconds(1)),
  burnBy: fc.constantFrom("host", "anyone"),
};
const policies = fc.record(fields, { noNullPrototype: true });
const changes = fc.record(fields, { requiredKeys: [], noNullPrototype: true });
const names = Object.keys(fields);

const WRONG: Readonly<Record<string, readonly unknown[]>> = {
  ttl: [null, 0, -1],
  idle: [0, -1],
  empty: [-1],
  messages: [0, -1],
  burnBy: [null, "", "Host", "nobody", ["host"]],
};
const NEVER = ["10", 0.5, 1e300, 2 ** 53, Infinity, -Infinity, NaN, true, {}, [], [1]];

describe("BurnPolicySchema", () => {
  it("[LIFE1] takes a whole policy and gives it back", () => {
    fc.assert(
      fc.property(policies, (policy) => {
        expect(v.parse(BurnPolicySchema, policy)).toEqual(policy);
      }),
    );
  });

  it("[LIFE1] refuses a policy that lacks any field, ttl among them", () => {
    fc.assert(
      fc.property(policies, fc.constantFrom(...names), (policy, name) => {
        const rest = Object.fromEntries(Object.entries(policy).filter(([key]) => key !== name));
        expect(v.is(BurnPolicySchema, rest)).toBe(false);
      }),
    );
  });
});

describe("BurnChangeSchema", () => {
  it("[LIFE8] takes any subset and adds nothing to it", () => {
    fc.assert(
      fc.property(changes, (change) => {
        expect(v.parse(BurnChangeSchema, change)).toEqual(change);
      }),
    );
  });
});

describe.each([
  { name: "policy", schema: BurnPolicySchema },
  { name: "change", schema: BurnChangeSchema },
])("both: $name", ({ schema }) => {
  it.each(names)("[API2] %s refuses wrong types, fractions, negative and huge numbers", (field) => {
    const [policy] = fc.sample(policies, { numRuns: 1, seed: 1 });
    for (const value of [...(WRONG[field] ?? []), ...NEVER]) {
      expect(v.is(schema, { ...policy, [field]: value }), String(value)).toBe(false);
    }
  });

  it("[API2] an unknown field is refused", () => {
    const [policy] = fc.sample(policies, { numRuns: 1, seed: 1 });
    for (const field of ["TTL", "text", "toString", "constructor", ""]) {
      expect(v.is(schema, { ...policy, [field]: 1 }), field).toBe(false);
    }
    const json = JSON.stringify(policy).replace("{", '{"__proto__":{},');
    expect(v.is(schema, JSON.parse(json))).toBe(false);
  });
});

describe("BURN_CAUSES", () => {
  it("[STMT1] names every way to burn once", () => {
    expect([...BURN_CAUSES]).toEqual(["ttl", "idle", "empty", "messages", "asked", "recovered"]);
  });
});
