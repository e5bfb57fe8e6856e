// The bounds must fit each other: a bound that another one makes unreachable, or that lets a documented thing
// fail, is a bug that shows under load only.
import { describe, expect, it } from "vitest";
import { createTokens } from "../../../src/crypto/tokens.ts";
import {
  BUNDLE_ENTRY_BYTES,
  CLIENT_RELAY_HEADER_BYTES,
  SERVER_RELAY_HEADER_BYTES,
} from "../../../src/protocol/frames.ts";
import { MARK_BYTES } from "../../../src/protocol/ids.ts";
import * as limits from "../../../src/protocol/limits.ts";

/** bytes; what a frame costs on the wire besides its sealed content, at most. */
const ENTRY_OVERHEAD = BUNDLE_ENTRY_BYTES + SERVER_RELAY_HEADER_BYTES;

describe("limits", () => {
  it("are whole numbers above zero, in units that JavaScript counts exactly", () => {
    for (const [name, value] of Object.entries(limits)) {
      // Only a share of something else, and what may come less than once a second, is no count.
      const slow = name.endsWith("_PER_SECOND") && value < 1;
      const fits = name.endsWith("_SHARE") ? value < 1 : slow || Number.isSafeInteger(value);
      expect(fits && value > 0, name).toBe(true);
    }
  });

  it("[FLOW2] a full replay fits the unacknowledged bound with its headers, beside one more message", () => {
    const replay = limits.WINDOW_BYTES + limits.WINDOW_FRAMES * ENTRY_OVERHEAD + limits.MAX_FRAME_BYTES;
    expect(replay).toBeLessThanOrEqual(limits.MAX_UNACKED_BYTES);
  });

  it("[FLOW1] several marks fit between empty and slow, so that a reader can prove itself in time", () => {
    expect(limits.MAX_UNACKED_BYTES / limits.MARK_EVERY_BYTES).toBeGreaterThanOrEqual(8);
  });

  it("[FLOW5] the largest frame fits the window, and the smallest choice holds a padded message", () => {
    expect(limits.MAX_FRAME_BYTES + SERVER_RELAY_HEADER_BYTES).toBeLessThan(limits.WINDOW_BYTES);
    expect(limits.MIN_FRAME_BYTES).toBeGreaterThan(CLIENT_RELAY_HEADER_BYTES + 256);
    expect(limits.MIN_FRAME_BYTES).toBeLessThanOrEqual(limits.MAX_FRAME_BYTES);
  });

  it("[FLOW8] joining stops at a size that many small frames fit and one frame's length can name", () => {
    expect(limits.MAX_BUNDLE_BYTES).toBeLessThan(limits.MAX_UNACKED_BYTES);
    expect(limits.MAX_FRAME_BYTES + ENTRY_OVERHEAD).toBeLessThan(2 ** 32);
    expect(limits.MAX_BUNDLE_BYTES / (ENTRY_OVERHEAD + 256)).toBeGreaterThan(100);
  });

  it("[SEQ7] the window is bounded both ways: neither bound makes the other meaningless", () => {
    const bytesPerFrame = limits.WINDOW_BYTES / limits.WINDOW_FRAMES;
    expect(bytesPerFrame).toBeGreaterThan(SERVER_RELAY_HEADER_BYTES);
    expect(bytesPerFrame).toBeLessThan(limits.MAX_FRAME_BYTES);
  });

  it("[FLOW7] the memory budget holds the window and several readers at their bound, in one isolate", () => {
    const readers = (limits.MEMORY_BUDGET_BYTES - limits.WINDOW_BYTES) / limits.MAX_UNACKED_BYTES;
    expect(readers).toBeGreaterThanOrEqual(8);
    expect(limits.MEMORY_BUDGET_BYTES).toBeLessThanOrEqual(128 * 2 ** 20);
  });

  it("[FLOW6] defaults lie within their ceilings, and each participant can be connected", () => {
    expect(limits.DEFAULT_PARTICIPANTS).toBeLessThanOrEqual(limits.MAX_PARTICIPANTS);
    expect(limits.MAX_CONNECTIONS).toBeGreaterThanOrEqual(limits.MAX_PARTICIPANTS);
    expect(limits.MAX_CONNECTIONS_PER_PARTICIPANT).toBeGreaterThanOrEqual(2);
    expect(limits.MAX_INVITE_USES).toBeLessThanOrEqual(limits.MAX_PARTICIPANTS);
  });

  it("[FLOW4] a burst stays within the window, so that a resend after a reconnect is not lost at once", () => {
    expect(limits.DEFAULT_FRAMES_PER_SECOND).toBeLessThanOrEqual(limits.MAX_FRAMES_PER_SECOND);
    expect(limits.MAX_FRAMES_PER_SECOND * limits.FRAME_BURST_SECONDS).toBeLessThan(limits.WINDOW_FRAMES);
    expect(limits.CONTROL_BURST).toBeGreaterThanOrEqual(limits.CONTROLS_PER_SECOND);
  });

  it("[LIFE5] three missed pings fit before a peer counts as vanished, and two looks are not needed", () => {
    expect(limits.VANISHED_AFTER_MS).toBeGreaterThan(3 * limits.PING_EVERY_SECONDS * 1_000);
    expect(limits.VANISHED_AFTER_MS).toBe(80_000);
    expect(limits.EMPTY_CHECK_MS).toBe(60_000);
  });

  it("[LIFE3] [LIFE6] steps are those of the rules", () => {
    expect(limits.MIN_IDLE_STEP_MS).toBe(10_000);
    expect(limits.IDLE_STEP_DIVISOR).toBe(8);
    expect(limits.MESSAGE_LEASE_DIVISOR).toBe(16);
  });

  it("[LIFE1] the default life is one hour and within the bounds", () => {
    expect(limits.DEFAULT_TTL_SECONDS).toBe(3_600);
    expect(limits.DEFAULT_TTL_SECONDS).toBeGreaterThanOrEqual(limits.MIN_BURN_SECONDS);
    expect(limits.DEFAULT_TTL_SECONDS).toBeLessThanOrEqual(limits.MAX_TTL_SECONDS);
  });

  it("[END1] the wait before the eviction is short and bounded", () => {
    expect(limits.BURN_DRAIN_MS).toBeLessThanOrEqual(limits.MAX_BURN_DRAIN_MS);
    expect(limits.MAX_BURN_DRAIN_MS).toBeLessThanOrEqual(5_000);
  });

  it("[FLOW5] the longest control message of a client is far below the bound", () => {
    const longest = JSON.stringify({ type: "ack", mark: "A".repeat((MARK_BYTES * 4) / 3) });
    expect(longest.length).toBeLessThan(100);
    expect(limits.MAX_CONTROL_CHARS).toBeGreaterThan(5 * longest.length);
  });

  it("[API2] the longest documented body fits, every field at its widest", () => {
    const body = JSON.stringify({
      burn: { ttl: 604800, idle: 604800, empty: 604800, messages: 1000000, burnBy: "anyone" },
      limits: { participants: 1000, frameBytes: 65536, framesPerSecond: 200 },
      jurisdiction: "fedramp",
    });
    expect(body.length).toBeLessThan(1_000);
    expect(limits.MAX_BODY_BYTES).toBeGreaterThan(5 * body.length);
  });

  it("[TOK1] the longest token of ours is far below the bound", async () => {
    const token = await createTokens("A".repeat(43)).sign({
      kind: "participant",
      session: "f".repeat(64),
      subject: "A".repeat(16),
      role: "member",
      hardCapAt: Number.MAX_SAFE_INTEGER,
      expiresAt: Number.MAX_SAFE_INTEGER,
      generation: Number.MAX_SAFE_INTEGER,
      jurisdiction: "fedramp",
    });
    expect(token.length).toBeLessThan(500);
    expect(limits.MAX_TOKEN_CHARS).toBeGreaterThan(token.length);
  });
});
