// What a provider promises, as tests declare it where nothing hangs on it. Everything that is imported here is a type:
// the maker of the known answers reads it too, and that one must not know our code.
import type { PolicyCard } from "../../src/protocol/assistant.ts";

/** The card of a model that the service itself runs. */
export const OWN_CARD: PolicyCard = {
  operator: "this service",
  retentionDays: 0,
  trains: false,
  region: "local",
  source: null,
  asOf: "2026-11-01",
};

/** A card that an operator states in PROVIDERS: there it has to say where its facts stand. */
export const CARD: PolicyCard = { ...OWN_CARD, operator: "a test", source: "a test" };
