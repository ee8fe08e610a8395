import type { RequestContext } from "../context";
import type { FactDefinition } from "../facts/core/fact";
import { isCurrency } from "../kernel/money";
import type { CatalogueSnapshot } from "../snapshot/catalogue-snapshot";
import { expandAudiences, type AudienceRules } from "./core/expand-audiences";
import { RuleIndex } from "./core/index/rule-index";
import { RuleVocabulary } from "./core/index/vocabulary";
import type { Rule } from "./core/rule";
import { factsOf } from "./core/rule-nodes";
import { warningsOf, type CodesOf, type RuleWarning } from "./core/rule-warnings";
import { ruleNames } from "./rule-names";
import { typeOfFact } from "./type-of-fact";
import { readWrittenRule, type RuleRefusal, type WrittenRule } from "./written-rule";

/** What is to be said of a rule before it stands anywhere. */
export interface CheckedRule {
  /** Null where it is refused. */
  readonly rule: Rule | null;
  readonly refusals: readonly RuleRefusal[];
  /** The facts that it asks for. */
  readonly facts: readonly FactDefinition[];
  /** Whether matching is helped by any of its conditions. */
  readonly isNarrowed: boolean;
  /** What is allowed of its conditions, but seldom meant. */
  readonly warnings: readonly RuleWarning[];
}

/** Checks a rule as its author's drafts would, by this server's snapshot. Nothing is kept of it. */
export function checkWrittenRule(context: RequestContext, written: WrittenRule): CheckedRule {
  const { catalogue } = context;
  const checked = readWrittenRule(context, catalogue, written, { tree: [], text: [] });
  if (!checked.ok) return { rule: null, refusals: checked.refusals, facts: [], isNarrowed: true, warnings: [] };
  const rule = checked.value;
  const names = ruleNames(context, catalogue);
  const facts = factsOf(rule).flatMap((name) => names.fact(name) ?? []);
  const warnings = warningsOf(rule, (name) => names.fact(name), codesIn(catalogue));
  return { rule, refusals: [], facts, isNarrowed: isNarrowed(context, catalogue, rule), warnings };
}

/** Outlets are not in the snapshot; of theirs the merchant's part is looked at. */
function codesIn({ merchantsByCode, categories }: CatalogueSnapshot): CodesOf {
  const merchants = { has: (code: string) => merchantsByCode.has(code), all: merchantsByCode.keys() };
  return (fact) => {
    switch (fact) {
      case "context.merchant":
        return merchants;
      case "context.outlet":
        return { has: (code) => /^[^/]+\/[^/]+$/.test(code) && merchants.has(code.split("/")[0] ?? ""), all: [] };
      case "context.category":
        return { has: (code) => categories.has(code), all: categories.keys() };
      case "context.currency":
        return { has: isCurrency, all: [] };
    }
    return undefined;
  };
}

/** Asked of an index of its own: in the published one the names of a draft would stay for good. */
function isNarrowed({ services }: RequestContext, catalogue: CatalogueSnapshot, rule: Rule): boolean {
  const { rooms, statistics } = services.rules;
  const audiences: AudienceRules = (code) => rooms.audiences.meaning(catalogue, code);
  const index = new RuleIndex(new RuleVocabulary((fact) => typeOfFact(catalogue, fact)), { statistics });
  index.put({ id: 0, rule: expandAudiences(rule, audiences), from: null, to: null });
  return !index.isForEverybody(0);
}
