// Parts of the page that the first screen does not need, so that it need not wait for them. They come as one file: of a
// file that it could not import, Chromium asks for no second time, whoever imports it. Where it cannot be fetched, as
// without a network, what stands in for each part stays, says so, and it is asked for again.
import { useEffect, useSyncExternalStore, type ComponentType, type ReactNode } from "react";

/** How it stands with parts that are not here. */
export interface Fetching {
  readonly failed: boolean;
  /** it was asked for more than once */
  readonly again: boolean;
  readonly askAgain: () => void;
}

export class Loadable<M> {
  readonly #load: () => Promise<M>;
  readonly #listeners = new Set<() => void>();
  #state: "idle" | "coming" | "here" | "failed" = "idle";
  #asked = 0;
  #module: M | null = null;

  constructor(load: () => Promise<M>) {
    this.#load = load;
  }

  readonly fetch = async (): Promise<void> => {
    if (this.#state === "coming" || this.#state === "here") return;
    this.#asked += 1;
    this.#set("coming");
    this.#module = await this.#load()
      .catch(importAgain<M>)
      .catch(() => null);
    this.#set(this.#module === null ? "failed" : "here");
  };

  /** A part once it is here; until then, and where it never comes, what `standIn` makes of the same properties. */
  part<P extends object>(
    partOf: (module: M) => ComponentType<P>,
    standIn: (properties: P, fetching: Fetching) => ReactNode,
  ): ComponentType<P> {
    return (properties) => {
      const state = useSyncExternalStore(this.#subscribe, this.#look, this.#look);
      useEffect(() => {
        if (state === "idle") void this.fetch();
        if (state !== "failed") return;
        const ask = (): void => {
          void this.fetch();
        };
        addEventListener("online", ask);
        return () => {
          removeEventListener("online", ask);
        };
      }, [state]);
      if (this.#module === null) {
        const askAgain = (): void => {
          void this.fetch();
        };
        return standIn(properties, { failed: state === "failed", again: this.#asked > 1, askAgain });
      }
      const Part = partOf(this.#module);
      return <Part {...properties} />;
    };
  }

  readonly #look = () => this.#state;

  readonly #subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  };

  #set(state: "coming" | "here" | "failed"): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
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
