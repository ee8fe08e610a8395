import type { RequestContext } from "../context";
import { memberFacts } from "../facts/core/member-facts";
import type { FactLabel } from "../rules/core/condition-text";
import type { MissedFact } from "../rules/core/near-miss-text";
import { titleOfFact } from "../rules/fact-titles";

type Snapshot = Pick<RequestContext, "catalogue">;

export function labelOf({ catalogue }: Snapshot, name: string): FactLabel {
  const unit = catalogue.tagDefinitions.get(name)?.unit ?? memberFacts.find((fact) => fact.name === name)?.unit ?? null;
  return { title: titleOfFact(catalogue, name), unit };
}

/** What the text of a distance needs to know. `currency`: of the moment, in which its amount is. */
export function missedFactOf(context: Snapshot, name: string, currency: string | undefined): MissedFact {
  const { unit } = labelOf(context, name);
  return { name, unit, ...(name === "context.amount_minor" && currency ? { currency } : {}) };
}
