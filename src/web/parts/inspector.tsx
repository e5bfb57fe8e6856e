// What happened to one question, step by step, from the SDK's own account: what left the device, what the service caught
// in addition, what the model received, and what came back.
import { useChatState } from "./context.ts";
import { typeName } from "../state/pii-names.ts";
import { receivedOf, scanOf, wasAnswered } from "../state/service-account.ts";
import type { AnswerView, TurnItem } from "../state/transcript.ts";
import { bytes, counted } from "../state/words.ts";
import { Dialog } from "./dialog.tsx";
import { MarkedText } from "./marked-text.tsx";
import { Fact, PolicyCardView } from "./policy-card.tsx";
import { TokenText } from "./token-text.tsx";

interface InspectorProps {
  readonly turn: string;
  readonly onClose: () => void;
}

const SUITES: Readonly<Record<string, string>> = {
  "mlkem768-x25519": "MLKEM768-X25519: X25519 together with ML-KEM, against later quantum computers",
  x25519: "X25519",
};

export function Inspector({ turn, onClose }: InspectorProps) {
  const item = useChatState((state) => state.items.find((each) => each.key === turn));
  if (item?.kind !== "turn") return null;
  const { question, spans, keep, answer, terms } = item;
  const { sent } = item.answer;
  if (sent === null) return null;
  return (
    <Dialog title="What happened to this question" kind="panel" onClose={onClose}>
      <ol className="steps">
        <li>
          <h3>On this device</h3>
          <p className="sample" dir="auto">
            <MarkedText text={question} spans={spans} keep={keep} />
          </p>
          <p className="hint">{wordsOfFindings(item)}</p>
        </li>
        <li>
          <h3>What left this device</h3>
          <Messages answer={answer} />
          <dl className="facts">
            <Fact name="Size" value={`${bytes(sent.bytes)}, padded`} />
            <Fact name="Key agreement" value={SUITES[sent.suite] ?? sent.suite} />
            <Fact name="Encryption" value="HPKE (RFC 9180): HKDF-SHA256, AES-256-GCM" />
            <Fact name="Attempt" value={String(answer.attempt)} />
          </dl>
          <p className="hint">
            Encrypted to the session on the service, which decrypts it in memory. This is not end-to-end.
          </p>
          <SealedCopy />
        </li>
        <li>
          <h3>What the service caught in addition</h3>
          <Caught item={item} />
        </li>
        <li>
          <h3>What the model received</h3>
          <Received item={item} />
          {terms !== null && <PolicyCardView card={terms.card} />}
        </li>
        <li>
          <h3>What came back</h3>
          <dl className="facts">
            <Fact name="Size" value={bytes(new TextEncoder().encode(answer.received).length)} />
            <Fact
              name="Ended"
              value={
                answer.ending === null
                  ? "still coming"
                  : answer.ending.complete
                    ? "complete, verified by its sealed last record"
                    : "not complete"
              }
            />
            {usageOf(answer) !== null && (
              <Fact name="Tokens, as the provider counts" value={usageOf(answer) ?? ""} />
            )}
          </dl>
        </li>
      </ol>
    </Dialog>
  );
}

function wordsOfFindings({ spans, keep }: TurnItem): string {
  if (spans.length === 0) return "Nothing was found that identifies somebody.";
  const replaced = spans.length - keep.length;
  return `${counted(replaced, "item")} replaced, ${String(keep.length)} revealed on purpose. Service and model get tokens in place of the values.`;
}

/** The people in the chat read along: what was written goes to them too, and only they can open it. */
function SealedCopy() {
  const alone = useChatState((state) => state.people.length < 2);
  return (
    <>
      <h4>And a sealed copy</h4>
      <p className="hint">
        Your question and the answer, with the values in them, for the people in this chat. It is encrypted
        with the room’s key, which the service does not have, and padded like every message.
        {alone && " Nobody else is here now."}
      </p>
    </>
  );
}

interface MessagesProps {
  readonly answer: AnswerView;
  /** what became of each on its way, in their order */
  readonly contents?: readonly string[];
}

function Messages({ answer, contents = [] }: MessagesProps) {
  return (
    <div className="messages">
      {answer.sent?.messages.map(({ role, content }, at) => (
        <div key={at}>
          <p className="role">{role}</p>
          <p className="sample" dir="auto">
            <TokenText text={contents[at] ?? content} />
          </p>
        </div>
      ))}
    </div>
  );
}

const SCANNED = {
  coming: "Told when the answer is complete.",
  unknown:
    "Not known: the answer is not complete, and only the sealed record at the end of a complete one tells.",
  none: "Nothing: this session does without a scan on the service.",
  agreed: "Nothing: its own scan of the same text agreed.",
} as const;

function Caught({ item }: { readonly item: TurnItem }) {
  const scan = scanOf(item);
  if (scan.kind !== "caught") return <p className="hint">{SCANNED[scan.kind]}</p>;
  return (
    <ul className="caught">
      {scan.redactions.map(({ token, type, value }) => (
        <li key={token}>
          <bdi>{value}</bdi> became <bdi className="token">{token}</bdi>
          <span className="hint"> ({typeName(type)})</span>
        </li>
      ))}
    </ul>
  );
}

function Received({ item }: { readonly item: TurnItem }) {
  const { answer, terms } = item;
  const received = receivedOf(item);
  switch (received.kind) {
    case "coming":
      return <p className="hint">Told when the answer is complete.</p>;
    case "unknown":
      return (
        <p className="hint">
          {wasAnswered(answer)
            ? "Not known: a model answered, so it received the question, but the record that tells whether something was replaced on the way did not come."
            : "Not known, and perhaps nothing: no answer came, and no record that tells whether a model was asked."}
        </p>
      );
    case "unchanged":
      if (terms?.model !== "mirror") {
        return (
          <p className="hint">What left this device, unchanged: {sizeOf(contentsOf(answer))} of text.</p>
        );
      }
      return (
        <p className="hint">
          The mirror's answer is exactly that: the whole request, with placeholders for the operator's address
          and key.
        </p>
      );
    case "unplaced":
      return (
        <p className="hint">
          What left this device without the values above. The service did not tell where each of them stood.
        </p>
      );
    case "rebuilt":
      return (
        <>
          <Messages answer={answer} contents={received.messages} />
          <p className="hint">
            {sizeOf(received.messages)} of text. Put together in this page, from what left it and the places
            that the service says it replaced.
          </p>
        </>
      );
  }
}

function contentsOf({ sent }: AnswerView): readonly string[] {
  return sent?.messages.map(({ content }) => content) ?? [];
}

function sizeOf(texts: readonly string[]): string {
  return bytes(texts.reduce((sum, text) => sum + new TextEncoder().encode(text).length, 0));
}

function usageOf({ ending }: AnswerView): string | null {
  const usage = ending?.result?.usage ?? null;
  return usage === null ? null : `${String(usage.inputTokens)} in, ${String(usage.outputTokens)} out`;
}
