// Everything that was said, newest at the end. It follows the newest as long as the reader is there.
import { memo, useEffect, useLayoutEffect, useRef, useState } from "react";
import type { NoteItem, TranscriptItem, TurnItem } from "../state/transcript.ts";
import { counted } from "../state/words.ts";
import { Boundary } from "./boundary.tsx";
import { useChatState } from "./context.ts";
import { Message } from "./message.tsx";
import { Turn } from "./turn.tsx";
import { UndrawnRow } from "./undrawn.tsx";

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
  /** something came below what is in view */
  const [unseen, setUnseen] = useState(false);
  const toEnd = (): void => {
    const element = scroller.current;
    if (element !== null) element.scrollTop = element.scrollHeight;
    setUnseen(false);
  };
  useLayoutEffect(() => {
    const last = items.at(-1);
    const isMore = items.length > count.current && last !== undefined;
    count.current = items.length;
    if (atEnd.current || (isMore && last.kind !== "note" && last.own)) toEnd();
    else if (isMore && last.kind !== "note") setUnseen(true);
  }, [items]);
  return (
    <div className="transcript-frame">
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
          if (atEnd.current) setUnseen(false);
        }}
      >
        <div className="column">
          {Array.from({ length: Math.ceil(items.length / BLOCK_ROWS) }, (_, nth) => (
            // Items are only ever added at the end, so that a row stays in its block.
            <Block
              key={nth}
              items={items.slice(nth * BLOCK_ROWS, (nth + 1) * BLOCK_ROWS)}
              onInspect={onInspect}
              onEdit={onEdit}
            />
          ))}
          {/* Below the notes, so that none of them moves when the first message takes its place. */}
          {items.every(({ kind }) => kind === "note") && <Welcome />}
        </div>
      </div>
      {unseen && (
        <button type="button" className="quiet small to-end" onClick={toEnd}>
          New messages below
        </button>
      )}
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
    const element = useRef<HTMLDivElement>(null);
    const [skipped, setSkipped] = useState(false);
    // Not before it was drawn: what a browser skips has the height that it had when it was drawn last. And not in view:
    // Chromium takes a row that changes in the frame in which skipping begins for one that came from elsewhere.
    useEffect(() => {
      if (!full || element.current === null) return;
      const observer = new IntersectionObserver((entries) => {
        if (entries.at(-1)?.isIntersecting !== false) return;
        observer.disconnect();
        setSkipped(true);
      });
      observer.observe(element.current);
      return () => {
        observer.disconnect();
      };
    }, [full]);
    return (
      <div ref={element} className={skipped ? "block skipped" : "block"}>
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
      <Boundary fallback={<UndrawnRow />}>
        {item.kind === "message" && <Message item={item} />}
        {item.kind === "turn" && <Turn item={item} {...handlers} />}
        {item.kind === "note" && <Note item={item} />}
      </Boundary>
    </div>
  );
});

function Note({ item: { tone, parts, times } }: { readonly item: NoteItem }) {
  // The page's own words: no name turns them around, or passes for some of them.
  return (
    <p className={`note ${tone}`}>
      {parts.map((part, at) => (at % 2 === 1 ? <bdi key={at}>{part}</bdi> : part))}
      {times > 1 && ` ${counted(times, "time")}.`}
    </p>
  );
}

function Welcome() {
  const assistant = useChatState((state) => state.assistant);
  const alone = useChatState((state) => state.people.length < 2);
  const host = useChatState((state) => state.host);
  const began = useChatState((state) => state.began);
  return (
    <div className="welcome">
      <h2>{alone ? "You are alone here" : `Nobody said anything ${began ? "yet" : "since you came"}`}</h2>
      {!alone && !began && <p>What was said before you came is not shown: it was never kept.</p>}
      {alone && host && (
        <p>Invite somebody with the button above. The link carries the key; the service never sees it.</p>
      )}
      {alone && !host && <p>Who comes later reads what is said from then on, and nothing from before.</p>}
      {assistant !== null && (
        <p>
          {assistant.model === "mirror"
            ? "Ask the mirror something with your e-mail address in it, and see what a model would have received."
            : `Ask ${assistant.model}. What identifies you is replaced before it leaves.`}
        </p>
      )}
    </div>
  );
}
