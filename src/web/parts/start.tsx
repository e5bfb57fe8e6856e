// The first screen: one click gives a session; everything else has a default. What was chosen outlives a refusal.
import { useEffect, useState } from "react";
import { listJurisdictions, listModels, type ListOptions } from "../../client/index.ts";
import { FIRST_CHOICES, type ChoicePart, type Choices } from "../state/choices.ts";
import { AssistantChoice } from "./assistant-choice.tsx";
import { BurnChoice } from "./burn-choice.tsx";
import { useChat, useChatState } from "./context.ts";
import { Hero } from "./hero.tsx";
import { NameField } from "./name-field.tsx";
import { PlaceChoice } from "./place-choice.tsx";

export function Start() {
  const chat = useChat();
  const problem = useChatState((state) => state.problem);
  const refused = useChatState((state) => state.refused);
  const [choices, setChoices] = useState(refused?.choices ?? FIRST_CHOICES);
  const models = useListed(listModels);
  const jurisdictions = useListed(listJurisdictions);
  const set = (change: Partial<Choices>): void => {
    setChoices({ ...choices, ...change });
  };
  const problemOf = (part: ChoicePart): string | null => (refused?.part === part ? problem : null);
  return (
    <main className="screen start">
      <Hero title="A chat that leaves nothing behind">
        What you say is sealed on your device. When the timer runs out, or when you say so, the whole session
        burns and you get a signed statement of it.
      </Hero>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void chat.start(choices, models);
        }}
      >
        <BurnChoice
          value={choices.burn}
          problem={problemOf("burn")}
          onChange={(burn) => {
            set({ burn });
          }}
        />
        <AssistantChoice
          models={models}
          value={choices.model}
          problem={problemOf("assistant")}
          onChange={(model) => {
            set({ model });
          }}
        />
        <div className="columns">
          <NameField
            value={choices.name}
            onChange={(name) => {
              set({ name });
            }}
          />
          <PlaceChoice
            offered={jurisdictions}
            value={choices.jurisdiction}
            problem={problemOf("jurisdiction")}
            onChange={(jurisdiction) => {
              set({ jurisdiction });
            }}
          />
        </div>
        <button type="submit" className="primary large">
          Start a chat
        </button>
        <p className="hint center">No account. Nothing is stored in this browser.</p>
      </form>
    </main>
  );
}

/** What the service lists; null while it was not heard. The page works without. */
function useListed<T>(
  list: (service: string, options: ListOptions) => Promise<readonly T[]>,
): readonly T[] | null {
  const [listed, setListed] = useState<readonly T[] | null>(null);
  useEffect(() => {
    const controller = new AbortController();
    list(location.origin, { signal: controller.signal }).then(setListed, () => undefined);
    return () => {
      controller.abort();
    };
  }, [list]);
  return listed;
}
