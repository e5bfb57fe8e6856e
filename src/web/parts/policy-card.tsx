// What a provider says that it does with what it receives. The operator answers for it; the page says so.
import type { PolicyCard } from "../../client/index.ts";
import { counted } from "../state/words.ts";

export function PolicyCardView({ card }: { readonly card: PolicyCard }) {
  const { operator, retentionDays, trains, region, source, asOf } = card;
  const kept =
    retentionDays === null
      ? "does not say"
      : retentionDays === 0
        ? "not at all"
        : counted(retentionDays, "day");
  return (
    <dl className="facts">
      <Fact name="Run by" value={operator} />
      <Fact name="Keeps prompts" value={kept} />
      <Fact name="Trains on them" value={trains === null ? "does not say" : trains ? "yes" : "no"} />
      <Fact name="Region" value={region} />
      <Fact name="As of" value={asOf} />
      {source !== null && <Fact name="Written at" value={source} />}
    </dl>
  );
}

export function Fact({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
