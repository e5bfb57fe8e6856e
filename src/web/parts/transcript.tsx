// Everything that was said, newest at the end. It follows the newest as long as the reader is there.
import { memo, useEffect, useLayoutEffect, useRef, useState } from "react";
import type { NoteItem, TranscriptItem, TurnItem } from "../state/transcript.ts";
import { onceDrawn } from "../timers.ts";
import { useChatState } from "./context.ts";
import { Message } from "./message.tsx";
import { Turn } from "./turn.tsx";

/** pixels; whoever is so close to the end reads the newest. */
const AT_END_PX = 80;
/**
 * rows that a browser skips or draws together. It looks at every block with every frame, so a thousand rows each by
 * itself cost more than what skipping them saves.
 */
const BLOCK_ROWS = 16;

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
        {items.length === 0 && <Welcome />}
        {Array.from({ length: Math.ceil(items.length / BLOCK_ROWS) }, (_, nth) => (
          // Items are only ever added at the end, so that a row stays in its block.
          <Block
            key={nth}
            items={items.slice(nth * BLOCK_ROWS, (nth + 1) * BLOCK_ROWS)}
            onInspect={onInspect}
            onEdit={onEdit}
          />
        ))}
      </div>
    </div>
  );
}

interface BlockProps extends TranscriptProps {
  readonly items: readonly TranscriptItem[];
}

/** One in which nothing changed costs a few comparisons, however many there are. */
const Block = memo(
  function Block({ items, ...handlers }: BlockProps) {
    const full = items.length === BLOCK_ROWS;
    const [skipped, setSkipped] = useState(false);
    // Not before it was drawn: what a browser skips has the height that it had when it was drawn last.
    useEffect(() => {
      if (!full) return;
      return onceDrawn(() => {
        setSkipped(true);
      });
    }, [full]);
    return (
      <div className={skipped ? "block skipped" : "block"}>
        {items.map((item) => (
          <Row key={item.key} item={item} {...handlers} />
        ))}
      </div>
    );
  },
  (before, now) =>
    before.onInspect === now.onInspect &&
    before.onEdit === now.onEdit &&
    before.items.length === now.items.length &&
    before.items.every((item, at) => item === now.items[at]),
);

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
  return (
    <div className="welcome">
      <h2>{alone ? "You are alone here" : "Nobody said anything yet"}</h2>
      {alone && (
        <p>Invite somebody with the button above. The link carries the key; the service never sees it.</p>
      )}
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
