// The channel in the runtime that it is deployed on: the same known answers, on the object's side, and one exchange
// in full with both suites.
import { describe, expect, it } from "vitest";
import type { AnswerEnd } from "../../src/crypto/channel/answer-content.ts";
import { accepted, infoOf } from "../support/channel-fixture.ts";
import { fromHex, toHex } from "../support/hex.ts";
import { exchange, receiveAnswer, receiveRequest } from "../support/channel-exchange.ts";
import vectors from "../vectors/channel.json" with { type: "json" };

const cases = vectors.turns.map((turn) => [turn.suite, turn] as const);

describe("[CHAN1] known answers in workerd", () => {
  it.each(cases)("%s: the request opens and the answer is sealed to the byte", async (_suite, turn) => {
    expect(infoOf(turn)).toBe(turn.info);
    const { reader, content } = await accepted(turn);
    expect(content).toMatchObject({
      ok: true,
      value: { messages: turn.request.messages.map(({ role }) => ({ role })) },
    });
    const sealer = await reader.answer(fromHex(turn.answer.nonce));
    reader.close();
    const frames: Uint8Array[] = [];
    for (const step of turn.answer.steps) {
      if ("text" in step) sealer.write(new TextEncoder().encode(step.text));
      else frames.push(await sealer.record());
    }
    frames.push(...(await sealer.finish(turn.answer.end as AnswerEnd)));
    expect(frames.map(toHex)).toEqual(turn.answer.frames.map(({ frame }) => frame));
  });
});

it.each(["647a", "0020"] as const)("[CHAN2] %s: an exchange in workerd, both ways", async (suite) => {
  const sent = await exchange({ suite, requestRecords: 3, answerRecords: 3 });
  expect(await receiveRequest(sent.freshKeys(), sent.attempt, sent.request)).toMatchObject({
    wholes: 1,
    refusals: [],
  });
  const shown = { text: sent.text, complete: true, refusals: [] };
  expect(await receiveAnswer(sent.freshOpener(), sent.answer)).toEqual(shown);
});
