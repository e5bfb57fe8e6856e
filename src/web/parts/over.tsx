// After the end: what happened, and the statement, to be looked at, verified once more, and saved. Nothing of what was
// said is left in the page by now.
import { useEffect, useRef, useState } from "react";
import type { Statement } from "../../client/index.ts";
import type { Ending } from "../state/state.ts";
import { saveStatement } from "../state/save.ts";
import { verifyAgain } from "../state/verify.ts";
import { bytes, CAUSE, counted, LEFT_UNTOLD, NOT_FORGOTTEN, wordsOfUndelivered } from "../state/words.ts";
import { useChat, useChatState } from "./context.ts";
import { Mark } from "./mark.tsx";
import { Problem } from "./problem.tsx";
import { Fact } from "./policy-card.tsx";

export function Over() {
  const chat = useChat();
  const ending = useChatState((state) => state.ending);
  const stays = useChatState((state) => state.stays);
  const refused = useChatState((state) => state.problem);
  const heading = useRef<HTMLHeadingElement>(null);
  // What had the keyboard is gone with the chat.
  useEffect(() => {
    heading.current?.focus();
  }, []);
  if (ending === null) return null;
  const { state, problem, report, unburned, untold, undelivered } = ending;
  const cause = report?.cause ?? null;
  return (
    <main className={`screen over ${state}`}>
      <div className="embers" aria-hidden="true" />
      <Mark />
      <h1 ref={heading} tabIndex={-1}>
        {state === "burned" ? "Burned" : state === "left" ? "You left" : "This session is closed to you"}
      </h1>
      <p role="status">
        {state === "burned" &&
          (cause === null
            ? "The session is gone."
            : `The session is gone: ${CAUSE[cause]}. This page is empty.`)}
        {state === "left" && "Your key is gone from this page. The session may go on without you."}
        {state === "refused" && (problem ?? "The connection was ended.")}
      </p>
      {unburned && (
        <Problem text="The burn did not reach the service. The session goes on until its timer runs out, or until somebody who may burns it." />
      )}
      {undelivered > 0 && <Problem text={`${wordsOfUndelivered(undelivered)}.`} />}
      {untold && <Problem text={LEFT_UNTOLD} />}
      {stays && <Problem text={NOT_FORGOTTEN} />}
      <Problem text={refused} />
      {state === "burned" && <StatementView ending={ending} />}
      <button
        type="button"
        className="primary"
        onClick={() => {
          chat.reset();
        }}
      >
        Start another chat
      </button>
    </main>
  );
}

function StatementView({ ending }: { readonly ending: Ending }) {
  const { store } = useChat();
  const { report } = ending;
  const signed = report?.statement ?? null;
  const verified = report?.verified ?? null;
  if (signed === null)
    return <p className="hint">No statement reached this page: the end is certain, its proof is not here.</p>;
  return (
    <section className="statement" aria-labelledby="statement-title">
      <h2 id="statement-title">
        {verified === null ? "Statement, not verified" : "Destruction statement"}
        {verified !== null && <span className="verified">Signature verified</span>}
      </h2>
      {verified === null ? (
        <p className="problem">
          It does not verify under the key that this session was joined with. It proves nothing.
        </p>
      ) : (
        <Facts statement={verified} />
      )}
      <details>
        <summary>The signed text</summary>
        <pre className="jws" tabIndex={0}>
          {signed}
        </pre>
        <p className="hint">Signed by the key with the thumbprint {ending.identity}.</p>
      </details>
      <p className="hint">It exists nowhere else: it goes with this page, unless it is saved.</p>
      <div className="actions">
        <CheckAgain ending={ending} signed={signed} />
        <button
          type="button"
          className="quiet"
          onClick={() => {
            saveStatement(store);
          }}
        >
          Save it
        </button>
      </div>
    </section>
  );
}

function Facts({ statement }: { readonly statement: Statement }) {
  const {
    createdAt,
    burnedAt,
    messages,
    bytes: relayed,
    complete,
    storageKeys,
    build,
    notProven,
  } = statement;
  const least = complete ? "" : "at least ";
  return (
    <>
      <dl className="facts">
        <Fact name="Left in storage" value={counted(storageKeys, "key")} />
        <Fact name="Began" value={new Date(createdAt).toLocaleString()} />
        <Fact name="Burned" value={new Date(burnedAt).toLocaleString()} />
        <Fact name="Relayed" value={`${least}${counted(messages, "sealed frame")}, ${bytes(relayed)}`} />
        <Fact name="Build" value={build} />
      </dl>
      <details>
        <summary>What it does not prove</summary>
        <ul>
          {notProven.map((each) => (
            <li key={each}>{each}</li>
          ))}
        </ul>
      </details>
    </>
  );
}

function CheckAgain({ ending, signed }: { readonly ending: Ending; readonly signed: string }) {
  const [said, setSaid] = useState<string | null>(null);
  const check = async (): Promise<void> => {
    const verifies = await verifyAgain(signed, ending.identity, ending.session);
    if (verifies === null) setSaid("The service's key could not be fetched.");
    else
      setSaid(verifies ? "It verifies under the key that this session began with." : "It does not verify.");
  };
  return (
    <>
      <button
        type="button"
        className="quiet"
        onClick={() => {
          void check();
        }}
      >
        Verify it here
      </button>
      <span role="status">{said}</span>
    </>
  );
}
