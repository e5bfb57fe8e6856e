// Everything that was said, newest at the end. It follows the newest as long as the reader is there.
import { memo, useLayoutEffect, useRef } from "react";
import type { NoteItem, TranscriptItem, TurnItem } from "../state/transcript.ts";
import { useChatState } from "./context.ts";
import { Message } from "./message.tsx";
import { Turn } from "./turn.tsx";

/** pixels; whoever is so close to the end reads the newest. */
const AT_END_PX = 80;

interface TranscriptProps {
  readonly onInspect: (turn: string) => void;
  readonly onEdit: (item: TurnItem) => void;
}

export function Transcript({ onInspect, onEdit }: TranscriptProps) {
  const items = useChatState((state) => state.items);
  const scroller = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const count = useRef(0);
  useLayoutEffect(() => {
    const element = scroller.current;
    const last = items.at(-1);
    const saidNow = items.length > count.current && last !== undefined && last.kind !== "note" && last.own;
    count.current = items.length;
    if (element !== null && (atEnd.current || saidNow)) element.scrollTop = element.scrollHeight;
  }, [items]);
  return (
    <div
      className="transcript"
      ref={scroller}
      tabIndex={0}
      role="log"
      aria-label="Messages"
      aria-live="polite"
      aria-relevant="additions"
      onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
        atEnd.current = scrollHeight - scrollTop - clientHeight < AT_END_PX;
      }}
    >
      <div className="column">
        {items.every(({ kind }) => kind === "note") && <Welcome />}
        {items.map((item) => (
          <Row key={item.key} item={item} onInspect={onInspect} onEdit={onEdit} />
        ))}
      </div>
    </div>
  );
}

/** One that did not change costs a comparison, however many there are. */
const Row = memo(function Row({ item, ...handlers }: TranscriptProps & { readonly item: TranscriptItem }) {
  return (
    <div className="row">
      {item.kind === "message" && <Message item={item} />}
      {item.kind === "turn" && <Turn item={item} {...handlers} />}
      {item.kind === "note" && <Note item={item} />}
    </div>
  );
});

function Note({ item: { tone, text } }: { readonly item: NoteItem }) {
  // The page's own words: a name at their beginning does not turn them around.
  return <p className={`note ${tone}`}>{text}</p>;
}

function Welcome() {
  const assistant = useChatState((state) => state.assistant);
  const alone = useChatState((state) => state.people.length < 2);
  const host = useChatState((state) => state.host);
  return (
    <div className="welcome">
      <h2>{alone ? "You are alone here" : "Nobody said anything since you came"}</h2>
      {!alone && <p>What was said before you came is not shown: it was never kept.</p>}
      {alone && host && (
        <p>Invite somebody with the button above. The link carries the key; the service never sees it.</p>
      )}
      {alone && !host && <p>Who comes later reads what is said from then on, and nothing from before.</p>}
      {assistant !== null && (
        <p>
          {assistant.model === "mirror"
            ? "Or ask the mirror something with your e-mail address in it, and see what a model would have received."
            : `Or ask ${assistant.model}. What identifies you is replaced before it leaves.`}
        </p>
      )}
    </div>
  );
}
