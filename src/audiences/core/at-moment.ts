import { contextFacts, type MomentFacts } from "../../facts/core/context-facts";
import { evaluate, type Situation } from "../../rules/core/evaluate";
import { factOf, withLeaves } from "../../rules/core/rule-nodes";
import type { Rule } from "../../rules/core/rule";

/** What the clock says of every moment; the rest of the context is known of a request alone. */
const clockFacts = new Set(contextFacts.filter((fact) => fact.alwaysKnown).map((fact) => fact.name));

/**
 * The rule with everything that the clock answers answered: date, weekday, hour and instant are the same for a whole
 * audience. What holds becomes "every one of nothing", what does not "one of nothing".
 */
export function atMoment(rule: Rule, moment: MomentFacts): Rule {
  const situation: Situation = {
    valueOf: (fact) => (moment as unknown as Readonly<Record<string, string | number>>)[fact],
    today: moment["context.date"],
    isInAudience: () => false,
  };
  return withLeaves(rule, (leaf) => {
    const fact = factOf(leaf);
    if (fact === undefined || !clockFacts.has(fact)) return leaf;
    return evaluate(leaf, situation) ? { all: [] } : { any: [] };
  });
}
