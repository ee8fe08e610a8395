import type { RequestContext } from "../context";
import type { FactValue } from "../facts/core/fact";
import type { Locale } from "../kernel/localised";
import { conditionText } from "../rules/core/condition-text";
import { nodesInOrder, type ExplainedNode } from "../rules/core/explain";
import type { NearMiss } from "../rules/core/near-miss";
import { nearMissText, type MissedFact } from "../rules/core/near-miss-text";
import type { Leaf } from "../rules/core/rule";
import { factOf } from "../rules/core/rule-nodes";
import { toRule } from "../rules/rules.view";
import type { Explanation, Gate, GateKind } from "./explain-rule";
import type {
  ExplainedConditionType,
  ExplainedGateType,
  ExplanationType,
  FactValueType,
  NearMissType,
} from "./explanations.types";
import { labelOf, missedFactOf } from "./labels";
import { shownValue } from "./sight";

type Shown = Omit<ExplanationType, "member" | "offer">;

/** The explanation as it is answered, in the caller's language. */
export function toExplanation(context: RequestContext, explanation: Explanation): Shown {
  const { matches, gates, root, rule, moment } = explanation;
  const currency = moment.facts.get("context.currency");
  const money = typeof currency === "string" ? currency : undefined;
  const conditions = root ? nodesInOrder(root).map((node) => toCondition(context, node, money)) : [];
  const shownGates = gates.map((gate) => toGate(gate, context.locale));
  return {
    ...{ matches, conditions, gates: shownGates },
    holds: root?.holds ?? true,
    rule: rule && toRule(rule),
    at: moment.instant,
    summary: summaryOf({ matches, ruleHolds: root?.holds ?? true }, shownGates, conditions, context.locale),
  };
}

export function textOfCondition(context: RequestContext, leaf: Leaf): string {
  const fact = factOf(leaf);
  return conditionText(leaf, fact === undefined ? undefined : labelOf(context, fact), context.locale);
}

function toCondition(
  context: RequestContext,
  node: ExplainedNode,
  currency: string | undefined,
): ExplainedConditionType {
  const { path, operator, holds, isWished, decides, isWithheld, leaf } = node;
  // A group with something withheld below it would tell of that by how many of its parts hold.
  const rests = nodesInOrder(node).some((each) => each.isWithheld);
  const nearMiss = rests ? null : node.nearMiss;
  const fact = (leaf && factOf(leaf.condition)) ?? null;
  const value = leaf && shownValue(context, leaf.condition, leaf.value);
  const missed = fact === null ? undefined : missedFactOf(context, fact, currency);
  return {
    ...{ path, operator, holds, isWished, decides, isWithheld, fact },
    text: leaf && textOfCondition(context, leaf.condition),
    wanted: leaf && toRule(leaf.condition).root,
    value: value === null ? null : toFactValue(value),
    nearMiss: nearMiss && toNearMiss(nearMiss, missed, context.locale),
  };
}

/** A window opens and closes as a rule over the instant would. */
const windowFact: MissedFact = { name: "context.instant", unit: null };

function toGate({ kind, holds, nearMiss }: Gate, locale: Locale): ExplainedGateType {
  return { kind, holds, nearMiss: nearMiss && toNearMiss(nearMiss, windowFact, locale) };
}

function toNearMiss(miss: NearMiss, fact: MissedFact | undefined, locale: Locale): NearMissType {
  return {
    kind: miss.kind,
    distance: "amount" in miss ? miss.amount : null,
    measure: "measure" in miss ? miss.measure : null,
    isExclusive: "isExclusive" in miss && miss.isExclusive,
    unit: "measure" in miss && miss.measure === "NUMBER" ? (fact?.currency ?? fact?.unit ?? null) : null,
    choices: "choices" in miss ? miss.choices : null,
    audience: "audience" in miss ? miss.audience : null,
    met: "met" in miss ? miss.met : null,
    of: "of" in miss ? miss.of : null,
    text: nearMissText(miss, fact, locale),
  };
}

function toFactValue(value: FactValue): FactValueType {
  const none = { boolean: null, number: null, text: null, set: null };
  if (typeof value === "boolean") return { ...none, boolean: value };
  if (typeof value === "number") return { ...none, number: value };
  return typeof value === "string" ? { ...none, text: value } : { ...none, set: value };
}

const gateTexts: Readonly<Record<Locale, Readonly<Record<GateKind, string>>>> = {
  en: {
    MEMBER_ACTIVE: "the member is not active",
    PUBLISHED: "the offer is not published",
    WINDOW: "its window is closed",
    MERCHANT_ACTIVE: "the merchant is not active",
    CONSENT: "the member does not consent to marketing by the partner",
  },
  "zh-CN": {
    MEMBER_ACTIVE: "会员状态非正常",
    PUBLISHED: "优惠未发布",
    WINDOW: "不在有效期内",
    MERCHANT_ACTIVE: "商户状态非正常",
    CONSENT: "会员未同意该合作方的营销",
  },
};

interface SummaryWords {
  readonly matches: string;
  readonly not: string;
  readonly withheld: string;
  /** Beside what is known to be missing. */
  readonly perhapsWithheld: string;
  readonly between: string;
  /** Of a condition below a `not`, which must not hold. */
  readonly unwished: (condition: string) => string;
}

const summaryWords: Readonly<Record<Locale, SummaryWords>> = {
  en: {
    ...{ matches: "Matches.", not: "Does not match: ", between: "; " },
    ...{ withheld: "a condition that you may not see", perhapsWithheld: "perhaps a condition that you may not see" },
    unwished: (condition) => `must not be so: ${condition}`,
  },
  "zh-CN": {
    ...{ matches: "匹配。", not: "不匹配:", between: ";" },
    ...{ withheld: "您无权查看的条件", perhapsWithheld: "可能还有您无权查看的条件" },
    unwished: (condition) => `不得满足:${condition}`,
  },
};

/** What keeps it from matching: closed gates, and the leaves that decide and are not as the rule needs them. */
function summaryOf(
  { matches, ruleHolds }: { readonly matches: boolean; readonly ruleHolds: boolean },
  gates: readonly ExplainedGateType[],
  conditions: readonly ExplainedConditionType[],
  locale: Locale,
): string {
  const words = summaryWords[locale];
  if (matches) return words.matches;
  const closed = gates
    .filter((gate) => !gate.holds)
    .map(({ kind, nearMiss }) => withMiss(gateTexts[locale][kind], nearMiss));
  // Of a rule that holds nothing is missing, also where it is not told what it rests on.
  const failing = conditions.filter(
    ({ decides, holds, isWished, operator }) =>
      !ruleHolds && decides && holds !== isWished && !["all", "any", "not"].includes(operator),
  );
  const isKnown = failing.some(({ holds }) => holds !== null);
  const missing = failing.map(({ text, holds, isWished, nearMiss }) => {
    if (holds === null) return isKnown ? words.perhapsWithheld : words.withheld;
    if (text === null) return words.withheld;
    return withMiss(isWished ? text : words.unwished(text), nearMiss);
  });
  return words.not + [...new Set([...closed, ...missing])].join(words.between);
}

function withMiss(text: string, nearMiss: NearMissType | null): string {
  return nearMiss ? `${text} (${nearMiss.text})` : text;
}
