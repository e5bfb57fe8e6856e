// The terms that somebody accepted against those that an offer signs: by what they say, not by how they are written.
import { describe, expect, it } from "vitest";
import type { ChannelPort } from "../../../../src/client/assistant/channel-port.ts";
import { sealToOffer } from "../../../../src/client/assistant/seal-to-offer.ts";
import { sameTerms, type AssistantTerms } from "../../../../src/protocol/assistant.ts";
import { connected, TERMS } from "./scripted-object.ts";

const SEEN: AssistantTerms = { ...TERMS, policy: { ...TERMS.policy, regions: ["eu", "us"] } };

/** The same, members and those of members in the opposite order. */
function turned<T>(value: T): T {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const members = Object.entries(value).map(([name, each]): [string, unknown] => [name, turned(each)]);
  return Object.fromEntries(members.reverse()) as T;
}

/** Every place of a value, each changed by itself, left out, and with one more beside it. */
function* differing(value: unknown, wrap: (changed: unknown) => unknown): Generator {
  if (typeof value !== "object" || value === null) {
    yield wrap(value === null ? 0 : null);
    return;
  }
  const list = Array.isArray(value) ? (value as unknown[]) : null;
  for (const [name, each] of Object.entries(value)) {
    yield* differing(each, (changed) =>
      wrap(list === null ? { ...value, [name]: changed } : list.with(Number(name), changed)),
    );
  }
  yield wrap(list === null ? { ...value, more: null } : [...list, null]);
  yield wrap(list === null ? Object.fromEntries(Object.entries(value).slice(1)) : list.slice(1));
}

describe("[ASK2] [TURN1] terms", () => {
  it("are the same in whatever order their members stand", () => {
    expect(JSON.stringify(turned(SEEN))).not.toBe(JSON.stringify(SEEN));
    expect(sameTerms(turned(SEEN), SEEN)).toBe(true);
  });

  it("are others wherever one value differs, one is more or one is missing", () => {
    const others = [...differing(SEEN, (changed) => changed)] as AssistantTerms[];
    expect(others.length).toBeGreaterThan(15);
    for (const other of others) {
      expect([sameTerms(other, SEEN), sameTerms(SEEN, other)], JSON.stringify(other)).toEqual([false, false]);
    }
  });
});

describe("[ASK2] an offer", () => {
  const attempt = {
    jws: "",
    secret: "",
    nonce: new Uint8Array(32),
    terms: SEEN,
    turn: "AAECAwQFBgcICQoL",
    attempt: 1,
    request: new Uint8Array(1),
    contents: [],
  };
  const sealed = { frames: [], answer: { next: 0, open: () => Promise.reject(new Error()), close: () => undefined }, suite: "x25519" }; // prettier-ignore
  const offering = (terms: AssistantTerms): ChannelPort => ({
    openOffer: () => Promise.resolve({ terms }),
    sealRequest: () => Promise.resolve(sealed),
  });

  it("of the same terms in another order is used", async () => {
    expect(await sealToOffer(() => Promise.resolve(offering(turned(SEEN))), attempt)).toMatchObject({
      ok: true,
    });
    const object = connected();
    object.terms = turned(TERMS);
    const answer = object.client.ask("Why?", {});
    await object.finish(await object.asked());
    expect(await answer.result).toMatchObject({ complete: true });
  });

  it("of other terms is not", async () => {
    const other = { ...SEEN, card: { ...SEEN.card, trains: true } };
    expect(await sealToOffer(() => Promise.resolve(offering(other)), attempt)).toEqual({
      ok: false,
      code: "terms_changed",
    });
  });
});
