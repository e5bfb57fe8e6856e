// Where the page begins. The fragment of an invite link leaves the address bar and this tab's history before anything
// else happens; nothing is joined, and nothing but this page was fetched, until the person says so.
import { createRoot } from "react-dom/client";
import { App } from "./parts/app.tsx";
import { loadEngine } from "./privacy-engine.ts";
import { Chat } from "./state/chat.ts";
import { isLostWithPage } from "./state/loss.ts";
import { createStore } from "./state/state.ts";

/** The address that opened the page, if it is an invite; the fragment is taken out of sight either way. */
function takeInvite(): string | null {
  const { href, hash, pathname } = location;
  if (hash === "") return null;
  history.replaceState(null, "", pathname);
  return href;
}

const invite = takeInvite();
const store = createStore();
const chat = new Chat(store, location.origin, { pii: { engine: loadEngine } });

addEventListener("hashchange", () => {
  const later = takeInvite();
  if (later !== null) chat.invited(later);
});

// Browsers show words of their own; what is lost stands beside the switch that prevents it, and on this page.
addEventListener("beforeunload", (event) => {
  if (isLostWithPage(store.get())) event.preventDefault();
});

// A file or a link that is let go of over a page opens in its place, and the chat would be gone. Into a field goes text.
for (const type of ["dragover", "drop"] as const) {
  addEventListener(type, (event) => {
    const { target, dataTransfer } = event;
    const isField = target instanceof Element && target.matches("textarea, input");
    if (dataTransfer === null || (isField && !dataTransfer.types.includes("Files"))) return;
    dataTransfer.dropEffect = "none";
    event.preventDefault();
  });
}

const root = document.getElementById("root");
// React writes into the console what a part threw, which may quote what was said.
if (root !== null) createRoot(root, { onCaughtError: () => undefined }).render(<App chat={chat} />);
if (invite !== null) chat.invited(invite);
else void chat.comeBack();
