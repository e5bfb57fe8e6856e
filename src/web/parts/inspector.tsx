// What happened to one question, step by step, from the SDK's own account: what left the device, what the service caught
// in addition, what the model received, and what came back.
import { useChatState } from "./context.ts";
import type { AnswerView, TurnItem } from "../state/transcript.ts";
import { typeName } from "../state/pii-names.ts";
import { bytes, counted } from "../state/words.ts";
import { Dialog } from "./dialog.tsx";
import { isAmong, MarkedText } from "./marked-text.tsx";
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
            <MarkedText text={question} spans={spans} isKept={isAmong(keep)} />
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
        </li>
        <li>
          <h3>What the service caught in addition</h3>
          <Caught answer={answer} />
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
  return `${counted(replaced, "item")} replaced, ${String(keep.length)} revealed on purpose. The values stay in this page's memory.`;
}

interface MessagesProps {
  readonly answer: AnswerView;
  /** what became of the text on its way */
  readonly change?: (content: string) => string;
}

function Messages({ answer, change = (content) => content }: MessagesProps) {
  return (
    <div className="messages">
      {answer.sent?.messages.map(({ role, content }, at) => (
        <div key={at}>
          <p className="role">{role}</p>
          <p className="sample" dir="auto">
            <TokenText text={change(content)} />
          </p>
        </div>
      ))}
    </div>
  );
}

function Caught({ answer }: { readonly answer: AnswerView }) {
  const result = answer.ending?.result ?? null;
  if (result === null) return <p className="hint">Told when the answer is complete.</p>;
  if (result.redactions.length === 0)
    return <p className="hint">Nothing: its own scan of the same text agreed.</p>;
  return (
    <ul className="caught">
      {result.redactions.map(({ token, type, value }) => (
        <li key={token}>
          <bdi>{value}</bdi> became <span className="token">{token}</span>
          <span className="hint"> ({typeName(type)})</span>
        </li>
      ))}
    </ul>
  );
}

function Received({ item: { answer, terms } }: { readonly item: TurnItem }) {
  const result = answer.ending?.result ?? null;
  if (terms?.model === "mirror") {
    return (
      <p className="hint">
        The mirror's answer is exactly that: the whole request, with placeholders for the operator's address
        and key.
      </p>
    );
  }
  if (result === null) return <p className="hint">Told when the answer is complete.</p>;
  if (result.redactions.length === 0) return <p className="hint">What left this device, unchanged.</p>;
  const replaced = (content: string): string =>
    result.redactions.reduce((text, { value, token }) => text.replaceAll(value, token), content);
  return <Messages answer={answer} change={replaced} />;
}

function usageOf({ ending }: AnswerView): string | null {
  const usage = ending?.result?.usage ?? null;
  return usage === null ? null : `${String(usage.inputTokens)} in, ${String(usage.outputTokens)} out`;
}
