// How long a session lives: timers, counts, who may burn it and who may change when it burns.
import { DEFAULT_TTL_SECONDS, MIN_IDLE_STEP_MS } from "../../../protocol/limits.ts";
import type { BurnCause } from "../../../protocol/burn-policy.ts";
import type { Created } from "../../../protocol/api.ts";
import { EARLY_MS, LATE_MS, SESSION_TTL_SECONDS } from "../bounds.ts";
import { codeOf, type Context, type Seat } from "../context.ts";
import { isContent } from "../peer.ts";
import { expectSame, expectThat, premise, Unmade, type Check } from "../verdict.ts";
import type { Answer } from "../wire.ts";

const FRAME = new Uint8Array([1, 2, 3]);

function change(
  context: Context,
  created: Created,
  body: unknown,
  token = created.hostToken,
): Promise<Answer> {
  return context.call("PATCH", created.links.burn, { token, body });
}

/** Waits for a burn that has to come `afterMs` after `start`, by this machine's clock. */
async function expectBurn(
  seat: Seat,
  cause: BurnCause,
  start: number,
  afterMs: number,
  lateMs = LATE_MS,
): Promise<void> {
  const leftMs = start + afterMs + lateMs - performance.now();
  const burned = await seat.peer.control("burned", leftMs);
  const tookMs = performance.now() - start;
  expectSame(burned.cause, cause, "cause of the burn");
  expectThat(tookMs >= afterMs - EARLY_MS, `it burned ${String(Math.round(afterMs - tookMs))} ms early`);
}

/** Asks until the session is gone. Answers the milliseconds that it took from `start` on. */
async function goneAfter(
  context: Context,
  created: Created,
  start: number,
  withinMs: number,
): Promise<number> {
  while (performance.now() - start < withinMs) {
    if ((await context.refusal(created)) === "burned") return performance.now() - start;
    await context.wait(250);
  }
  return Number.POSITIVE_INFINITY;
}

/** Leaves a check unmade that was itself too slow for the timer that it looks at. */
function inTime(since: number, timerMs: number): void {
  const tookMs = performance.now() - since;
  if (tookMs > timerMs - EARLY_MS) throw new Unmade(`it took ${String(Math.round(tookMs))} ms to get there`);
}

async function leave(seat: Seat): Promise<void> {
  seat.peer.close();
  await premise("closing", seat.peer.closed());
}

export const LIFE_CHECKS: readonly Check[] = [
  {
    rules: ["LIFE1"],
    tries:
      "a session created without a word has a ttl of one hour, or the operator's bound, and nothing else",
    run: async (context) => {
      const answer = await context.call("POST", "/v1/sessions");
      expectSame(answer.status, 201, "creation without a body");
      const { burn, deadlines } = (answer.body ?? {}) as Partial<Created>;
      const ttl = burn?.ttl ?? 0;
      const defaults = { ttl, idle: null, empty: null, messages: null, burnBy: "host" };
      expectSame(burn, defaults, "the policy besides ttl");
      expectThat(ttl > 0 && deadlines !== undefined, "it has no ttl");
      expectSame(deadlines.hardCapAt - deadlines.now, ttl * 1_000, "milliseconds until the hard cap");
      if (ttl === DEFAULT_TTL_SECONDS) return;
      const hour = await context.call("POST", "/v1/sessions", {
        body: { burn: { ttl: DEFAULT_TTL_SECONDS } },
      });
      expectSame(codeOf(hour), "out_of_bounds", `the default is ${String(ttl)} s, and an hour`);
    },
  },
  {
    rules: ["LIFE2"],
    tries: "a session with a ttl of three seconds burns then, neither earlier nor much later",
    run: async (context) => {
      const start = performance.now();
      const created = await context.create({ ttl: 3 });
      const host = await context.host(created);
      await expectBurn(host, "ttl", start, 3_000);
    },
  },
  {
    rules: ["LIFE3"],
    tries: "an idle of two seconds is put off by a frame, and burns after it",
    run: async (context) => {
      const before = performance.now();
      const created = await context.create({ idle: 2 });
      const host = await context.host(created);
      await context.wait(1_000);
      const start = performance.now();
      inTime(before, 2_000);
      host.peer.relay(1, FRAME);
      await expectBurn(host, "idle", start, 2_000, LATE_MS + MIN_IDLE_STEP_MS);
    },
  },
  {
    rules: ["LIFE4"],
    tries: "empty: 0 burns when the last one leaves, not before anybody came; a longer one stops on return",
    run: async (context) => {
      const atOnce = await context.create({ empty: 0 });
      await context.wait(500);
      expectSame(await context.refusal(atOnce), null, "a session that nobody joined yet");
      const [first, second] = [await context.host(atOnce), await context.host(atOnce)];
      await leave(first);
      expectSame(await context.refusal(atOnce), null, "a session that one of two has left");
      await leave(second);
      const tookMs = await goneAfter(context, atOnce, performance.now(), LATE_MS);
      expectThat(tookMs < LATE_MS, "empty: 0 did not burn when the last one had left");

      const later = await context.create({ empty: 3 });
      const away = await context.host(later);
      const before = performance.now();
      await leave(away);
      const back = await context.host(later);
      inTime(before, 3_000);
      await context.wait(3_500);
      expectSame(await context.refusal(later), null, "a session that somebody came back to");
      const left = performance.now();
      await leave(back);
      const goneMs = await goneAfter(context, later, left, 3_000 + LATE_MS);
      expectThat(goneMs >= 3_000 - EARLY_MS, "empty: 3 burned early");
      expectThat(goneMs < 3_000 + LATE_MS, "empty: 3 did not burn");
    },
  },
  {
    rules: ["LIFE6"],
    tries: "messages: 3 relays three of four frames and burns",
    run: async (context) => {
      const created = await context.create({ messages: 3 });
      expectSame(created.deadlines.messagesLeft, 3, "messages left at the start");
      const host = await context.host(created);
      const guest = await context.guest(created);
      for (const ref of [1, 2, 3, 4]) host.peer.relay(ref, new Uint8Array([ref]));
      const { cause } = await guest.peer.control("burned");
      expectSame(cause, "messages", "cause of the burn");
      const relayed = [1, 2, 3, 4].filter((ref) =>
        guest.peer.log.some((each) => isContent(each, new Uint8Array([ref]))),
      );
      expectSame(relayed, [1, 2, 3], "frames that were relayed");
    },
  },
  {
    rules: ["LIFE7"],
    tries: "with burnBy host a member can neither burn nor change the policy; with anyone it can burn",
    run: async (context) => {
      const created = await context.create({ burnBy: "host" });
      const host = await context.host(created);
      const member = await context.guest(created);
      member.peer.say({ type: "burn" });
      const { code } = await member.peer.control("error");
      expectSame(code, "forbidden", "a burn by a member, on the socket");
      expectSame(
        codeOf(await context.burn(created, member.welcome.token)),
        "forbidden",
        "a burn by a member, on HTTP",
      );
      const changed = await change(context, created, { idle: 60 }, member.welcome.token);
      expectSame(codeOf(changed), "forbidden", "a change by a member");
      expectSame(await context.refusal(created), null, "the session after that");
      expectSame((await change(context, created, { burnBy: "anyone" })).status, 200, "a change by the host");
      member.peer.say({ type: "burn" });
      expectSame((await host.peer.control("burned")).cause, "asked", "cause of a burn by a member who may");
    },
  },
  {
    rules: ["LIFE8"],
    tries: "a change is answered, told to everyone alike, and refused where it would burn at once",
    run: async (context) => {
      const created = await context.create({ idle: 100 });
      const host = await context.host(created);
      const guest = await context.guest(created);
      const answer = await change(context, created, { messages: 50 });
      expectSame(answer.status, 200, "a change by the host");
      const { burn } = answer.body as Partial<Created>;
      expectSame(burn, { ...created.burn, messages: 50 }, "the policy after it");
      for (const { peer } of [host, guest]) {
        expectSame((await peer.control("deadlines")).burn, burn, "what everyone is told");
      }
      await context.wait(1_200);
      const { body } = await change(context, created, { idle: null, messages: null, ttl: 1 });
      expectSame((body as { code?: unknown } | undefined)?.code, "deadline_in_past", "a ttl that has passed");
      expectSame(await context.refusal(created), null, "the session after that");
    },
  },
  {
    rules: ["RULE6"],
    tries: "ttl may come closer and go back, never past the hard cap, which never moves",
    run: async (context) => {
      const created = await context.create();
      const { hardCapAt } = created.deadlines;
      const { ttl } = created.burn;
      expectSame(
        codeOf(await change(context, created, { ttl: ttl + 1 })),
        "beyond_hard_cap",
        "one second more",
      );
      for (const seconds of [Math.min(60, SESSION_TTL_SECONDS - 1), ttl]) {
        const answer = await change(context, created, { ttl: seconds });
        if (codeOf(answer) === "out_of_bounds") continue;
        expectSame(answer.status, 200, "a change within the hard cap");
        const { deadlines } = answer.body as Created;
        expectSame(deadlines.hardCapAt, hardCapAt, "the hard cap after a change");
        expectThat(deadlines.burnsAt <= hardCapAt, "the burn lies past the hard cap");
      }
    },
  },
];
