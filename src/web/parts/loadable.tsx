// Parts of the page that the first screen does not need, so that it need not wait for them. Where one cannot be fetched,
// as without a network, what stands in for it stays: nothing breaks, and it is asked for again.
import { useEffect, useState, type ComponentType, type ReactNode } from "react";

/** How it stands with a part that is not here. */
export interface Fetching {
  readonly failed: boolean;
  /** asks for it once more */
  readonly again: () => void;
}

export interface Loadable<P extends object> {
  readonly Part: ComponentType<P>;
  readonly fetch: () => Promise<void>;
}

/** The part once it is here; until then, and where it never comes, what `standIn` makes of the same properties. */
export function loadable<M, P extends object>(
  load: () => Promise<M>,
  partOf: (module: M) => ComponentType<P>,
  standIn: (properties: P, fetching: Fetching) => ReactNode,
): Loadable<P> {
  let loaded: ComponentType<P> | null = null;
  const fetch = async (): Promise<void> => {
    if (loaded !== null) return;
    const module = await load()
      .catch(importAgain<M>)
      .catch(() => null);
    if (module !== null) loaded = partOf(module);
  };
  function Part(properties: P): ReactNode {
    const [state, setState] = useState<"coming" | "here" | "failed">(loaded === null ? "coming" : "here");
    useEffect(() => {
      if (state !== "coming") return;
      void fetch().then(() => {
        setState(loaded === null ? "failed" : "here");
      });
    }, [state]);
    const Loaded = loaded;
    if (Loaded !== null) return <Loaded {...properties} />;
    return standIn(properties, {
      failed: state === "failed",
      again: () => {
        setState("coming");
      },
    });
  }
  return { Part, fetch };
}

let attempts = 0;

/**
 * Chromium (153) remembers of an address that it could not be imported from, and never asks there again
 * (https://github.com/whatwg/html/issues/6768). It names the address; the same file stands at any query of it. Browsers
 * that do not name it do not remember either.
 */
async function importAgain<M>(error: unknown): Promise<M> {
  const address = /https?:\S+/.exec(String(error))?.[0] ?? "";
  if (!address.startsWith(`${location.origin}/`)) throw error;
  attempts += 1;
  return (await import(/* @vite-ignore */ `${address}?again=${String(attempts)}`)) as M;
}
