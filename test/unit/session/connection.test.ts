import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CONTROL_BURST, MARK_EVERY_BYTES, MAX_REFUSALS } from "../../../src/protocol/limits.ts";
import { Connection } from "../../../src/session/connection.ts";
import type { Socket } from "../../../src/session/ports.ts";

function connect(rate = 10, lastPingAt: number | null = null): Connection {
  const socket: Socket = {
    attachment: { participant: "AAAAAAAAAAAAAAAA", role: "member", resumeHash: "", connectedAt: 1_000 },
    send: () => true,
    close: () => undefined,
    lastPingAt: () => lastPingAt,
  };
  return new Connection(socket, rate, 1_000);
}

describe("connection", () => {
  it("[FLOW1] a mark is due after every 64 KiB of output", () => {
    const connection = connect();
    connection.send(new Uint8Array(MARK_EVERY_BYTES - 1));
    expect(connection.markDue(MARK_EVERY_BYTES)).toBe(false);
    connection.send("x");
    expect(connection.markDue(MARK_EVERY_BYTES)).toBe(true);
    connection.addMark("one");
    expect(connection.markDue(MARK_EVERY_BYTES)).toBe(false);
    connection.send(new Uint8Array(MARK_EVERY_BYTES));
    expect(connection.markDue(MARK_EVERY_BYTES)).toBe(true);
  });

  it("[FLOW1] [FLOW3] unacknowledged is what no echoed mark covers, whatever is echoed in whatever order", () => {
    const moves = fc.array(
      fc.oneof(
        fc.record({ send: fc.nat(100_000) }),
        fc.record({ ack: fc.nat(12) }),
        fc.constant({ mark: true as const }),
      ),
      { maxLength: 80 },
    );
    fc.assert(
      fc.property(moves, (list) => {
        const connection = connect();
        let sent = 0;
        let acked = 0;
        const marks: number[] = [];
        let oldest = 0;
        for (const move of list) {
          if ("send" in move) {
            connection.send(new Uint8Array(move.send));
            sent += move.send;
          } else if ("mark" in move) {
            connection.addMark(`mark ${String(marks.length)}`);
            marks.push(sent);
          } else {
            const covers = marks[move.ack];
            const outstanding = covers !== undefined && move.ack >= oldest;
            expect(connection.ack(`mark ${String(move.ack)}`)).toBe(outstanding);
            if (outstanding) {
              acked = covers;
              oldest = move.ack + 1;
            }
          }
          expect(connection.unackedBytes).toBe(sent - acked);
        }
      }),
    );
  });

  it("[FLOW3] a repeated or invented mark acknowledges nothing", () => {
    const connection = connect();
    connection.send(new Uint8Array(10));
    connection.addMark("one");
    expect([connection.ack("two"), connection.ack("one"), connection.ack("one")]).toEqual([
      false,
      true,
      false,
    ]);
  });

  it("[FLOW4] refusals in a row make a flood; one that passes ends the row", () => {
    const connection = connect(1);
    let now = 1_000;
    const refuse = (times: number) => {
      for (let i = 0; i < times; i++) expect(connection.takeFrame(now)).toBeGreaterThan(0);
    };
    for (let i = 0; i < 3; i++) expect(connection.takeFrame(now)).toBe(0);
    refuse(MAX_REFUSALS);
    expect(connection.flooding).toBe(false);
    now += 1_000;
    expect(connection.takeFrame(now)).toBe(0);
    refuse(MAX_REFUSALS);
    expect(connection.flooding).toBe(false);
    refuse(1);
    expect(connection.flooding).toBe(true);
  });

  it("[FLOW4] control messages have a bucket of their own", () => {
    const connection = connect(1);
    for (let i = 0; i < CONTROL_BURST; i++) expect(connection.takeControl(1_000)).toBe(0);
    expect(connection.takeControl(1_000)).toBeGreaterThan(0);
    expect(connection.takeFrame(1_000)).toBe(0);
  });

  it("[LIFE5] a sign of life is a frame, a ping, or the connection itself", () => {
    expect(connect().lastHeardAt).toBe(1_000);
    expect(connect(1, 5_000).lastHeardAt).toBe(5_000);
    const connection = connect(1, 5_000);
    connection.heard(6_000);
    expect(connection.lastHeardAt).toBe(6_000);
  });
});
