import { contextFacts } from "../facts/core/context-facts";
import type { FactType } from "../facts/core/fact";
import { memberFacts } from "../facts/core/member-facts";
import { bornOnFact, consentsRefusedFact, joinedOnFact, statusFact, type FactKey } from "../facts/core/stored-facts";
import type { FactNumbers } from "../facts/fact-numbers";
import type { Rule } from "../rules/core/rule";
import { factsOf, nodesOf } from "../rules/core/rule-nodes";
import type { CatalogueSnapshot } from "../snapshot/catalogue-snapshot";
import { listsFact } from "./core/audience";
import type { AudienceFact, AudienceFacts } from "./core/audience-facts";

/** A history counter as an audience sees it. */
export interface CountedFact {
  /** The number that its days are asked by, in one evaluation. */
  readonly key: number;
  /** Days since 1970-01-01, both included. */
  readonly firstDay: number;
  readonly lastDay: number;
}

/**
 * What the facts of some rules are in chunks, with the numbers of all that the rules name. `counted` answers for history
 * counters by the name of the fact.
 */
export async function audienceFactsOf(
  { facts, catalogue }: { readonly facts: { readonly numbers: FactNumbers }; readonly catalogue: CatalogueSnapshot },
  rules: readonly Rule[],
  counted: (fact: string) => CountedFact | undefined,
): Promise<AudienceFacts> {
  const names = [...new Set(rules.flatMap(factsOf))];
  const known = [...names, bornOnFact, joinedOnFact].map((fact): FactKey => ({ fact, choice: null }));
  await facts.numbers.fetch([...known, ...rules.flatMap(choicesNamed)]);
  const numberOf = (fact: string, choice: string | null) => facts.numbers.find({ fact, choice });
  return {
    listOf: () => undefined,
    factOf(name) {
      const history = counted(name);
      if (history) return { kind: "HISTORY", ...history };
      if (context.has(name)) return { kind: "CONTEXT" };
      if (name === "member.age") return columnOf("AGE", numberOf(bornOnFact, null));
      if (name === "member.tenure_days") return columnOf("TENURE", numberOf(joinedOnFact, null));
      const type = stored.get(name) ?? catalogue.tagDefinitions.get(name)?.type;
      const knownKey = numberOf(name, null);
      if (type === undefined || knownKey === undefined) return undefined;
      if (type === "NUMBER" || type === "DATE") return { kind: "COLUMN", type, key: knownKey };
      if (type === "INSTANT") return undefined;
      return { kind: "KEYS", type, knownKey, choiceKey: (choice) => numberOf(name, choice) };
    },
  };
}

/** What the clock tells of the moment was resolved before (core/at-moment.ts). */
const context = new Set(contextFacts.map((fact) => fact.name));

const stored = new Map<string, FactType>([
  ...memberFacts.map((fact): [string, FactType] => [fact.name, fact.type]),
  [statusFact, "ENUM"],
  [consentsRefusedFact, "SET"],
  [listsFact, "SET"],
]);

function columnOf(kind: "AGE" | "TENURE", key: number | undefined): AudienceFact | undefined {
  return key === undefined ? undefined : { kind, key };
}

/** Every choice that a leaf of the rule names. */
function choicesNamed(rule: Rule): FactKey[] {
  return nodesOf(rule).flatMap(({ rule: node }): FactKey[] => {
    if ("equals" in node) return [{ fact: node.equals.fact, choice: String(node.equals.value) }];
    if ("oneOf" in node) return node.oneOf.choices.map((choice) => ({ fact: node.oneOf.fact, choice }));
    if ("contains" in node) return node.contains.choices.map((choice) => ({ fact: node.contains.fact, choice }));
    return [];
  });
}
