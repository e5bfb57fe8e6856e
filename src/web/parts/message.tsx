// What a person said. Shown as plain text: it is somebody's words, not a document.
import { memo } from "react";
import type { MessageItem } from "../state/transcript.ts";
import { At } from "./at.tsx";
import { useChat } from "./context.ts";

export const Message = memo(function Message({ item }: { readonly item: MessageItem }) {
  const chat = useChat();
  const { own, name, text, delivery, problem, key, atMs } = item;
  return (
    <article className={`message ${own ? "own" : "other"}`}>
      <p className="who" dir="auto">
        {own ? "You" : (name ?? "Somebody")} <At ms={atMs} />
      </p>
      <p className="bubble" dir="auto">
        {text}
      </p>
      {own && (
        <p className={`delivery ${delivery}`}>
          {delivery === "sending" && "Sending…"}
          {delivery === "relayed" && "Sealed and relayed"}
          {delivery === "unheard" && "Relayed while nobody else was here"}
          {delivery === "unsent" && (
            <>
              <span role="alert">{problem}</span>{" "}
              <button
                type="button"
                className="link"
                onClick={() => {
                  chat.sayAgain(key, text);
                }}
              >
                Send again
              </button>
            </>
          )}
        </p>
      )}
    </article>
  );
});
