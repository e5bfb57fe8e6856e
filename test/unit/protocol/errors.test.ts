// The one table of errors: HTTP and WebSocket read it, and so does every client.
import { STATUS_CODES } from "node:http";
import { describe, expect, it } from "vitest";
import {
  CLOSE_NORMAL,
  closeCodeOf,
  ERRORS,
  isClosing,
  isRetryableClose,
  ok,
  refuse,
  ServiceError,
  type ClosingCode,
  type ErrorCode,
} from "../../../src/protocol/errors.ts";

const CODES = Object.keys(ERRORS) as ErrorCode[];
const CLOSING: readonly ClosingCode[] = CODES.filter(isClosing);
const reasonBytes = (reason: string) => new TextEncoder().encode(reason).length;

describe("ERRORS", () => {
  it("[SOCK5] a close code is 44xx where the error is terminal and 45xx where it is retryable", () => {
    for (const code of CLOSING) {
      const [least, most] = ERRORS[code].retryable ? [4500, 4599] : [4400, 4499];
      expect(closeCodeOf(code), code).toBeGreaterThanOrEqual(least);
      expect(closeCodeOf(code), code).toBeLessThanOrEqual(most);
    }
    expect(CLOSING.length).toBeGreaterThan(10);
  });

  it("[SOCK5] a client that goes by the close code does what the row says", () => {
    for (const code of CLOSING)
      expect(isRetryableClose(closeCodeOf(code)), code).toBe(ERRORS[code].retryable);
    expect(isRetryableClose(CLOSE_NORMAL)).toBe(false);
  });

  it("[SOCK5] 1005, 1006 and 1015 are in no row, and no code that the platform keeps for itself", () => {
    for (const code of CLOSING) {
      expect([1004, 1005, 1006, 1015]).not.toContain(closeCodeOf(code));
      expect(closeCodeOf(code), code).toBeGreaterThanOrEqual(4000);
    }
  });

  it("[SOCK5] a reason is a code or a fixed word, in ASCII and under 123 bytes", () => {
    for (const code of [...CODES, "left"]) {
      expect(code).toMatch(/^[a-z_]+$/);
      expect(reasonBytes(code)).toBeLessThan(123);
    }
  });

  it("[SOCK2] whatever can refuse an upgrade has a close code, so that browsers do not retry for ever", () => {
    const refusals: ErrorCode[] = [
      "origin_forbidden",
      "unauthorised",
      "token_expired",
      "burned",
      "removed",
      "invite_revoked",
      "invite_spent",
      "session_full",
      "jurisdiction_unavailable",
      "not_configured",
      "unavailable",
      "internal",
    ];
    expect(refusals.filter((code) => !isClosing(code))).toEqual([]);
  });

  it("[SOCK7] whatever a malformed frame gets has a close code, and it is terminal", () => {
    for (const code of ["bad_message", "bad_frame", "frame_too_large"] as const) {
      expect(isClosing(code)).toBe(true);
      expect(isRetryableClose(closeCodeOf(code))).toBe(false);
    }
  });

  it("[END6] a burned session closes with 4410 and answers 410", () => {
    expect(closeCodeOf("burned")).toBe(4410);
    expect(ERRORS.burned.status).toBe(410);
  });

  it("[API1] every row has a registered HTTP error status", () => {
    for (const code of CODES) {
      expect(ERRORS[code].status, code).toBeGreaterThanOrEqual(400);
      expect(STATUS_CODES[ERRORS[code].status], code).toBeDefined();
    }
  });

  it("[RULE2] every row says something to people, in one plain line", () => {
    for (const code of CODES) {
      expect(ERRORS[code].text.length, code).toBeGreaterThan(10);
      expect(ERRORS[code].text, code).toMatch(/^[ -~]+\.$/);
    }
    expect(new Set(CODES.map((code) => ERRORS[code].text)).size).toBe(CODES.length);
  });
});

describe("isRetryableClose", () => {
  it("[SOCK5] stops on 1000 and 4400 to 4499, and comes back after anything else", () => {
    for (const code of [1000, 4400, 4410, 4499]) expect(isRetryableClose(code), String(code)).toBe(false);
    for (const code of [1001, 1005, 1006, 1011, 1012, 1013, 1015, 4399, 4500, 4599]) {
      expect(isRetryableClose(code), String(code)).toBe(true);
    }
  });
});

describe("refuse", () => {
  it("[RULE2] carries a code, names of fields where there are any, and nothing else", () => {
    expect(refuse("burned")).toEqual({ ok: false, code: "burned" });
    expect(refuse("bad_request", ["burn.ttl"])).toEqual({ ok: false, code: "bad_request", at: ["burn.ttl"] });
    expect(Object.keys(refuse("burned"))).not.toContain("at");
    expect(ok(1)).toEqual({ ok: true, value: 1 });
  });
});

describe("ServiceError", () => {
  it("[RULE2] has its code for a message and no cause", () => {
    const error = new ServiceError("unavailable");
    expect([error.name, error.code, error.message, error.cause]).toEqual([
      "ServiceError",
      "unavailable",
      "unavailable",
      undefined,
    ]);
  });
});
