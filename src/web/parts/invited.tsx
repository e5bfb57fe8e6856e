// Somebody opened an invite link. Nothing was joined: previews and scanners that open the page change nothing.
import { useState } from "react";
import { useChat, useChatState } from "./context.ts";
import { Mark } from "./mark.tsx";
import { NameField } from "./name-field.tsx";

export function Invited() {
  const chat = useChat();
  const problem = useChatState((state) => state.problem);
  const [name, setName] = useState("");
  return (
    <main className="screen start">
      <header className="hero">
        <Mark />
        <h1>You are invited to a chat</h1>
        <p>
          It is sealed between the people in it and burns when its timer runs out. You have not joined yet,
          and nobody was told that you opened this page.
        </p>
      </header>
      {problem !== null && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void chat.join(name.trim());
        }}
      >
        <NameField value={name} onChange={setName} />
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
