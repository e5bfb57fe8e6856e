// A question of one person, as plaintext and in its one encoding.
import { encodeTurn, type TurnContent } from "../../../../src/crypto/channel/request-content.ts";
import { utf8 } from "../../../support/channel-answers.ts";

export const asking = (text: string): TurnContent => ({
  messages: [{ role: "user", content: utf8(text) }],
  maxTokens: null,
  temperature: null,
  firstToken: null,
  keep: [],
});

export const encoded = (content: TurnContent): Uint8Array<ArrayBuffer> => {
  const result = encodeTurn(content);
  if (!result.ok) throw new Error(result.code);
  return result.value;
};
