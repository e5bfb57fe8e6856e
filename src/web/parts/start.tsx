// The first screen: one click gives a session; everything else has a default.
import { useEffect, useState } from "react";
import { listModels, type Model } from "../../client/index.ts";
import { AssistantChoice } from "./assistant-choice.tsx";
import { BurnChoice, burnOf, DEFAULT_BURN } from "./burn-choice.tsx";
import { useChat } from "./context.ts";
import { Hero } from "./hero.tsx";
import { NameField } from "./name-field.tsx";
import { PlaceChoice, type Place } from "./place-choice.tsx";

export function Start() {
  const chat = useChat();
  const [name, setName] = useState("");
  const [burn, setBurn] = useState(DEFAULT_BURN);
  const [model, setModel] = useState<string | null>("mirror");
  const [place, setPlace] = useState<Place>("anywhere");
  const models = useModels();
  const start = (): void => {
    const assistant =
      model === null ? null : ({ model, pii: "offered", policy: policyOf(models, model) } as const);
    const jurisdiction = place === "anywhere" ? null : place;
    void chat.start({ burn: burnOf(burn), assistant, jurisdiction }, name.trim());
  };
  return (
    <main className="screen start">
      <Hero title="A chat that leaves nothing behind">
        What you say is sealed on your device. When the timer runs out, or when you say so, the whole session
        burns and you get a signed statement of it.
      </Hero>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          start();
        }}
      >
        <BurnChoice value={burn} onChange={setBurn} />
        <AssistantChoice models={models} value={model} onChange={setModel} />
        <div className="columns">
          <NameField value={name} onChange={setName} />
          <PlaceChoice value={place} onChange={setPlace} />
        </div>
        <button type="submit" className="primary large">
          Start a chat
        </button>
        <p className="hint center">No account. Nothing is stored in this browser.</p>
      </form>
    </main>
  );
}

/** Null while they are not known; the page works without. */
function useModels(): readonly Model[] | null {
  const [models, setModels] = useState<readonly Model[] | null>(null);
  useEffect(() => {
    const controller = new AbortController();
    listModels(location.origin, { signal: controller.signal }).then(setModels, () => undefined);
    return () => {
      controller.abort();
    };
  }, []);
  return models;
}

// Whoever chose a model has read its card: the session then accepts that much and no more.
function policyOf(models: readonly Model[] | null, id: string) {
  const card = models?.find((model) => model.id === id)?.card;
  if (card === undefined) return {};
  return {
    ...(card.retentionDays !== null && { maxRetentionDays: card.retentionDays }),
    allowTraining: card.trains !== false,
  };
}
