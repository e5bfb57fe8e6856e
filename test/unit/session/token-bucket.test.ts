import fc from "fast-check";
import { expect, it } from "vitest";
import { TokenBucket } from "../../../src/session/token-bucket.ts";

const rates = fc.integer({ min: 1, max: 200 });
const gaps = fc.array(fc.integer({ min: 0, max: 3_000 }), { minLength: 1, maxLength: 200 });

it("[FLOW4] over any time no more passes than the burst and the rate allow", () => {
  fc.assert(
    fc.property(rates, rates, gaps, (rate, burst, times) => {
      const bucket = new TokenBucket(rate, burst, 0);
      let now = 0;
      let passed = 0;
      for (const gap of times) {
        now += gap;
        if (bucket.take(now) === 0) passed += 1;
        expect(passed).toBeLessThanOrEqual(burst + (now * rate) / 1000 + 1e-6);
      }
    }),
  );
});

it("[FLOW4] the time to wait is true: one passes then, and not a step of the clock before", () => {
  fc.assert(
    fc.property(rates, rates, (rate, burst) => {
      const bucket = new TokenBucket(rate, burst, 0);
      for (let i = 0; i < burst; i++) expect(bucket.take(0)).toBe(0);
      const waitMs = bucket.take(0);
      expect(waitMs).toBeGreaterThan(0);
      if (waitMs > 1) expect(bucket.take(waitMs - 1)).toBeGreaterThan(0);
      // The refusals above cost nothing; a clock in whole milliseconds may need one more for rounding.
      expect(bucket.take(waitMs + 1)).toBe(0);
    }),
  );
});

it("[FLOW4] a clock that is set back gives nothing", () => {
  const bucket = new TokenBucket(10, 1, 1_000_000);
  expect(bucket.take(1_000_000)).toBe(0);
  expect(bucket.take(0)).toBeGreaterThan(0);
  expect(bucket.take(0)).toBeGreaterThan(0);
});
