// What a person reveals on purpose, and the numbers that are the client's, have to survive the way to the object.
import { expect, it } from "vitest";
import { encodeTurn, parseTurn, type TurnContent } from "../../../../src/crypto/channel/request-content.ts";

it("[CHAN8] kept places and the first free token number arrive as they were sent", () => {
  const content: TurnContent = {
    messages: [{ role: "user", content: new TextEncoder().encode("mail a@b.example, card [CARD_1]") }],
    maxTokens: 7,
    temperature: 0.5,
    firstToken: 2,
    keep: [{ message: 0, start: 5, length: 11 }],
  };
  const encoded = encodeTurn(content);
  expect(encoded.ok && parseTurn(encoded.value)).toEqual(content);
});
