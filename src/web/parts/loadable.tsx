// Parts of the page that the first screen does not need, so that it need not wait for them. Where one cannot be fetched,
// as without a network, what stands in for it stays: nothing breaks.
import { useEffect, useState, type ComponentType, type ReactNode } from "react";

/** The part once it is here; until then, and where it never comes, what `standIn` makes of the same properties. */
export function loadable<P extends object>(
  load: () => Promise<ComponentType<P>>,
  standIn: (properties: P) => ReactNode,
): { readonly Part: ComponentType<P>; readonly fetch: () => Promise<void> } {
  let loaded: ComponentType<P> | null = null;
  const fetch = async (): Promise<void> => {
    loaded ??= await load().catch(() => null);
  };
  function Part(properties: P): ReactNode {
    const [, setHere] = useState(loaded !== null);
    useEffect(() => {
      if (loaded === null) {
        void fetch().then(() => {
          setHere(loaded !== null);
        });
      }
    }, []);
    const Loaded = loaded;
    return Loaded === null ? standIn(properties) : <Loaded {...properties} />;
  }
  return { Part, fetch };
}
