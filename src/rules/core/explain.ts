import type { FactValue } from "../../facts/core/fact";
import { evaluate, type Situation } from "./evaluate";
import { nearMissOfLeaf, type NearMiss, type TypeOfFact } from "./near-miss";
import type { Leaf, Rule } from "./rule";
import { childrenOf, factOf, isLeaf, operatorOf, type RuleOperator } from "./rule-nodes";

/** One node of a rule with what became of it. */
export interface ExplainedNode {
  /** As of `RuleNode`: `["all", "2", "not"]`. */
  readonly path: readonly string[];
  readonly operator: RuleOperator;
  /** Null where that would tell of what is withheld. */
  readonly holds: boolean | null;
  /** Whether the rule needs it to hold: false below an odd number of `not`s. */
  readonly isWished: boolean;
  /**
   * Whether the verdict rests on it: of an `all` that fails what fails, of an `any` that holds what holds, else all of
   * them, as far as the verdict rests on the `all` or `any` itself. Of what is withheld, whether it may have decided.
   */
  readonly decides: boolean;
  /** What a leaf says of the member, and null of what is no leaf or is withheld. */
  readonly leaf: ExplainedLeaf | null;
  /** True where the caller may not see what the leaf asks, or what the member has: it shows that it decided, no more. */
  readonly isWithheld: boolean;
  /** What would have to be otherwise; null where it is as the rule needs it. */
  readonly nearMiss: NearMiss | null;
  readonly children: readonly ExplainedNode[];
}

export interface ExplainedLeaf {
  /** What is wanted, in full. */
  readonly condition: Leaf;
  /** What the member or the moment has; null where that is nothing, and where it is withheld. */
  readonly value: FactValue | null;
}

/** What the asker may see: of each leaf the condition, and of the member the value, from which the distance follows. */
export interface Sight {
  readonly ofCondition: (leaf: Leaf) => boolean;
  readonly ofValue: (leaf: Leaf) => boolean;
}

export const fullSight: Sight = { ofCondition: () => true, ofValue: () => true };

/**
 * Why the rule holds for the situation, or why not: every node, also those that evaluation would have left out. The root's
 * `holds` is what `evaluate` answers, since leaves are asked of it and the others are made of their children.
 *
 * Of what is withheld nothing is told but that it may have decided. What the answer says follows from the leaves that are
 * shown and the verdict of the whole; it would be the same with any other values behind what is withheld that lead to that
 * verdict. So a withheld part that decided is always said to, and one that did not is as well where it could have: that it
 * did not would tell its verdict.
 */
export function explain(rule: Rule, situation: Situation, typeOf: TypeOfFact, sight: Sight = fullSight): ExplainedNode {
  const verdict = verdictOf(rule, situation, sight);
  return explainNode(verdict, { situation, typeOf, sight }, { path: [], isWished: true, decides: true, isTold: true });
}

/** A node's verdict beside its children's: found once, on the way up. */
interface Verdict {
  readonly rule: Rule;
  readonly holds: boolean;
  /** Whether the leaves that are shown say so, whatever the others are. */
  readonly isPlain: boolean;
  readonly children: readonly (Verdict & { readonly step: readonly string[] })[];
}

function verdictOf(rule: Rule, situation: Situation, sight: Sight): Verdict {
  if (isLeaf(rule)) return { rule, holds: evaluate(rule, situation), isPlain: isShown(rule, sight), children: [] };
  const children = childrenOf(rule).map((child) => ({ ...verdictOf(child.rule, situation, sight), step: child.path }));
  const [only] = children;
  if ("not" in rule) return { rule, holds: !only?.holds, isPlain: only?.isPlain ?? true, children };
  // One part of this verdict settles it.
  const decisive = "any" in rule;
  const isSettled = (child: Verdict) => child.holds === decisive;
  const holds = children.some(isSettled) === decisive;
  const isPlain =
    children.every((child) => child.isPlain) || children.some((child) => isSettled(child) && child.isPlain);
  return { rule, holds, isPlain, children };
}

const isShown = (leaf: Leaf, sight: Sight) => sight.ofCondition(leaf) && sight.ofValue(leaf);

interface Asked {
  readonly situation: Situation;
  readonly typeOf: TypeOfFact;
  readonly sight: Sight;
}

interface Place {
  readonly path: readonly string[];
  readonly isWished: boolean;
  readonly decides: boolean;
  /** Whether the verdict may be told: it follows from what is shown. */
  readonly isTold: boolean;
}

function explainNode(verdict: Verdict, asked: Asked, { isTold, ...place }: Place): ExplainedNode {
  const { rule, holds, children } = verdict;
  const plain = { ...place, operator: operatorOf(rule), holds: isTold ? holds : null };
  if (isLeaf(rule)) return { ...plain, ...explainLeaf(rule, asked, place.isWished), children: [] };
  const isWished = "not" in rule ? !place.isWished : place.isWished;
  const roles = rolesOf(verdict, place.decides, isTold);
  return {
    ...plain,
    leaf: null,
    isWithheld: false,
    nearMiss: "not" in rule ? null : missOfConditions(rule, children, place.isWished),
    children: children.map((child) =>
      explainNode(child, asked, { path: [...place.path, ...child.step], isWished, ...roles(child) }),
    ),
  };
}

type Role = Pick<Place, "decides" | "isTold">;

/** Which of the parts decide or may, by what is shown of them and by the verdict that they make, where that is told. */
function rolesOf({ rule, holds, children }: Verdict, decides: boolean, isTold: boolean): (child: Verdict) => Role {
  if (!decides) return ({ isPlain }) => ({ decides: false, isTold: isPlain });
  if (!isTold) return ({ isPlain }) => ({ decides: !isPlain, isTold: isPlain });
  // What needs all of its parts together says each of them.
  if ("not" in rule || "all" in rule === holds) return () => ({ decides: true, isTold: true });
  const isSettled = children.some((child) => child.isPlain && child.holds === holds);
  const isOnlyOne = children.filter((child) => !child.isPlain).length === 1;
  return (child) => ({
    decides: !child.isPlain || child.holds === holds,
    isTold: child.isPlain || (isOnlyOne && !isSettled),
  });
}

function explainLeaf(
  condition: Leaf,
  { situation, typeOf, sight }: Asked,
  isWished: boolean,
): Pick<ExplainedNode, "leaf" | "isWithheld" | "nearMiss"> {
  if (!sight.ofCondition(condition)) return { leaf: null, isWithheld: true, nearMiss: null };
  if (!sight.ofValue(condition)) return { leaf: { condition, value: null }, isWithheld: true, nearMiss: null };
  const nearMiss = nearMissOfLeaf(condition, situation, isWished, typeOf) ?? null;
  return { leaf: { condition, value: valueOf(condition, situation) }, isWithheld: false, nearMiss };
}

/** Of an audience whether the member is in it. */
function valueOf(leaf: Leaf, situation: Situation): FactValue | null {
  if ("audience" in leaf) return situation.isInAudience(leaf.audience.code);
  return situation.valueOf(factOf(leaf) ?? "") ?? null;
}

function missOfConditions(
  rule: Rule,
  children: readonly { readonly holds: boolean }[],
  isWished: boolean,
): NearMiss | null {
  const met = children.filter((child) => child.holds === isWished).length;
  const needed = "all" in rule === isWished ? children.length : 1;
  if (met >= needed) return null;
  return { kind: "CONDITIONS", met, of: children.length, amount: needed - met };
}

/** Every node before its children, as the rule is read. */
export function nodesInOrder(node: ExplainedNode): ExplainedNode[] {
  return [node, ...node.children.flatMap(nodesInOrder)];
}
