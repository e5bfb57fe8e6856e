// Somebody opened an invite link. Nothing was joined: previews and scanners that open the page change nothing.
import { useState } from "react";
import { useChat, useChatState } from "./context.ts";
import { Hero } from "./hero.tsx";
import { NameField } from "./name-field.tsx";

export function Invited() {
  const chat = useChat();
  const refused = useChatState((state) => state.refused);
  const invite = useChatState((state) => state.invite);
  const [name, setName] = useState(refused?.choices.name ?? "");
  return (
    <main className="screen start">
      <Hero title="You are invited to a chat">
        It is sealed between the people in it and burns when its timer runs out. You have not joined yet, and
        nobody was told that you opened this page.
      </Hero>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void chat.join(name);
        }}
      >
        <NameField value={name} onChange={setName} />
        <button type="submit" className="primary large" disabled={!invite}>
          Join the chat
        </button>
        <button
          type="button"
          className="quiet"
          onClick={() => {
            chat.reset();
          }}
        >
          {invite ? "Not now" : "Start a chat of your own"}
        </button>
        <p className="hint center">
          {invite
            ? "The link was taken out of the address bar; reloading loses it, and so does “Not now”. Whoever else has the link could join in your place."
            : "This link is of no use any more. A new one that is opened in this tab takes its place."}
        </p>
      </form>
    </main>
  );
}
