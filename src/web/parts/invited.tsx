// Somebody opened an invite link. Nothing was joined: previews and scanners that open the page change nothing.
import { useState } from "react";
import { useChat, useChatState } from "./context.ts";
import { Hero } from "./hero.tsx";
import { NameField } from "./name-field.tsx";

export function Invited() {
  const chat = useChat();
  const problem = useChatState((state) => state.problem);
  const refused = useChatState((state) => state.refused);
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
        <NameField value={name} onChange={setName} problem={refused?.part === "name" ? problem : null} />
        <button type="submit" className="primary large">
          Join the chat
        </button>
        <p className="hint center">
          The link was taken out of the address bar; reloading loses it. Whoever else has the link could join
          in your place.
        </p>
      </form>
    </main>
  );
}
