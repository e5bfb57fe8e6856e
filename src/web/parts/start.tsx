// The first screen: one click gives a session; everything else has a default. What was chosen outlives a refusal.
import { useCallback, useEffect, useState } from "react";
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
  const models = useListed(listModels, refused?.models ?? null);
  const jurisdictions = useListed(listJurisdictions, null);
  const failed = [models, jurisdictions].filter((each) => each.again !== null);
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
          void chat.start(choices, models.listed);
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
          models={models.listed}
          onAskAgain={
            failed.length === 0
              ? null
              : () => {
                  for (const { again } of failed) again?.();
                }
          }
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
            offered={jurisdictions.listed}
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

interface Listed<T> {
  /** null while the service was not heard: the page works without */
  readonly listed: readonly T[] | null;
  /** asks once more; null but from a failure on until it is heard, so that a button for it stays where it is */
  readonly again: (() => void) | null;
}

/** What the service lists; it is asked again when a network comes. `before`: what was listed when it was asked last. */
function useListed<T>(
  list: (service: string, options: ListOptions) => Promise<readonly T[]>,
  before: readonly T[] | null,
): Listed<T> {
  const [listed, setListed] = useState(before);
  const [state, setState] = useState<"asked" | "heard" | "failed">("asked");
  const [hasFailed, setFailed] = useState(false);
  const again = useCallback(() => {
    setState("asked");
  }, []);
  useEffect(() => {
    if (state === "heard") return;
    if (state === "failed") {
      addEventListener("online", again);
      return () => {
        removeEventListener("online", again);
      };
    }
    const controller = new AbortController();
    list(location.origin, { signal: controller.signal }).then(
      (heard) => {
        setListed(heard);
        setState("heard");
      },
      () => {
        if (controller.signal.aborted) return;
        setFailed(true);
        setState("failed");
      },
    );
    return () => {
      controller.abort();
    };
  }, [list, state, again]);
  return { listed, again: hasFailed && state !== "heard" ? again : null };
}
