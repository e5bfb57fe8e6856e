// A request is verified step by step while other things happen. Here something else happens after each of the steps.
import { describe, expect, it } from "vitest";
import type { SealedAttempt } from "../../support/turn-client.ts";
import { AskingChat, type Person } from "./support/asking.ts";

/** Turns of the event loop. The last moment is, however long that takes, when the model has been asked. */
const MOMENTS = 24;
/** Turns of the event loop; a loaded machine needs more of them, a hanging request would need all. */
const MANY = 100_000;

/** Sends a whole request and, so many turns of the event loop later, lets something else happen. */
async function interrupt(
  moment: number,
  what: (chat: AskingChat, host: Person, turn: SealedAttempt) => void,
): Promise<[AskingChat, Person, SealedAttempt]> {
  const chat = await AskingChat.begin();
  const host = await chat.enter();
  const turn = await host.seal({ recordBytes: 512 });
  await chat.world.run(async ({ session, platform }) => {
    for (const frame of turn.frames) session.sockets.binary(platform.socketOf(host.client), frame);
    const turns = moment < MOMENTS - 1 ? moment : MANY;
    for (let passed = 0; passed < turns && chat.model.calls.length === 0; passed++) {
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
    }
    what(chat, host, turn);
  });
  return [chat, host, turn];
}

const textOf = (type: string, { turn, attempt }: SealedAttempt): string =>
  JSON.stringify({ type, turn, attempt });

describe("at every moment of a request's verification", () => {
  it("[TURN9] a cancel: either nothing was asked, or the model was aborted and the final record says so", async () => {
    const outcomes = new Set<boolean>();
    for (let moment = 0; moment < MOMENTS; moment++) {
      const [chat, host, turn] = await interrupt(moment, ({ world }, { client }, sealed) => {
        const { session, platform } = world.wake();
        session.sockets.text(platform.socketOf(client), textOf("turn_cancel", sealed));
      });
      const [call] = chat.model.calls;
      outcomes.add(call !== undefined);
      const answer = await host.read(turn);
      expect([host.accepted, call?.signal.aborted]).toEqual(call === undefined ? [0, undefined] : [1, true]);
      expect(host.refusals).toEqual(call === undefined ? ["turn_unknown"] : []);
      expect(answer.summary?.finish).toBe(call === undefined ? undefined : "cancelled");
      await chat.world.pass(10_000);
      expect([chat.world.atRest, chat.world.escaped]).toEqual([true, []]);
    }
    // Both kinds of moments were met.
    expect(outcomes.size).toBe(2);
  });

  it("[TURN10] a burn: no model is asked after it, and one that was is aborted", async () => {
    for (let moment = 0; moment < MOMENTS; moment++) {
      const [chat, host] = await interrupt(moment, (asking) => {
        void asking.world.wake().session.burnNow(asking.hostCapability);
      });
      const calls = chat.model.calls.length;
      await chat.drain();
      expect(chat.model.calls.length).toBe(calls);
      expect(chat.model.calls.every(({ signal }) => signal.aborted)).toBe(true);
      expect([host.client.told("burned").length, chat.world.evictions, chat.world.escaped]).toEqual([
        1,
        1,
        [],
      ]);
    }
  });

  it("[TURN8] the loss of the connection: the turn goes on for whoever resumes it", async () => {
    for (let moment = 0; moment < MOMENTS; moment++) {
      const [chat, host, turn] = await interrupt(moment, ({ world }, { client }) => {
        const { session, platform } = world.wake();
        client.lose();
        session.sockets.closed(platform.socketOf(client));
      });
      const again = await host.again();
      await again.resume(turn, 0);
      expect([again.accepted, chat.model.calls.length]).toEqual([1, 1]);
      chat.model.call.say("still here");
      chat.model.call.end();
      await chat.world.settle();
      expect((await again.read(turn)).complete).toBe(true);
    }
  });

  it("[TURN9] a removal: nothing is asked any more, and nothing is held", async () => {
    for (let moment = 0; moment < MOMENTS; moment++) {
      const [chat] = await interrupt(moment, ({ world, hostCapability }, { client }) => {
        world.wake().session.removeParticipant(hostCapability, client.participant);
      });
      expect(chat.model.calls.every(({ signal }) => signal.aborted)).toBe(true);
      expect([chat.world.atRest, chat.world.escaped]).toEqual([true, []]);
    }
  });
});
