import { leafOperators, type AllRule, type AnyRule, type Leaf, type NotRule, type Rule } from "./rule";

export const ruleOperators = ["all", "any", "not", ...leafOperators] as const;
export type RuleOperator = (typeof ruleOperators)[number];

/** One node of a rule and where it stands: `[]` is the root, `["all", "2", "not"]` what is negated in its third part. */
export interface RuleNode {
  readonly path: readonly string[];
  readonly rule: Rule;
}

export function operatorOf(rule: Rule): RuleOperator {
  return Object.keys(rule)[0] as RuleOperator;
}

/** The node's own children with the steps that lead to them. */
export function childrenOf(rule: Rule): RuleNode[] {
  if ("all" in rule) return rule.all.map((child, place) => ({ path: ["all", String(place)], rule: child }));
  if ("any" in rule) return rule.any.map((child, place) => ({ path: ["any", String(place)], rule: child }));
  if ("not" in rule) return [{ path: ["not"], rule: rule.not }];
  return [];
}

/** Every node, each before its children: the order in which a rule is read. */
export function nodesOf(rule: Rule, path: readonly string[] = []): RuleNode[] {
  const below = childrenOf(rule).flatMap((child) => nodesOf(child.rule, [...path, ...child.path]));
  return [{ path, rule }, ...below];
}

/** The names of the facts that a rule asks for, sorted, each once. */
export function factsOf(rule: Rule): string[] {
  const names = nodesOf(rule).flatMap((node) => factOf(node.rule) ?? []);
  return [...new Set(names)].sort();
}

/** The codes of the audiences that a rule names itself, sorted, each once. */
export function audiencesOf(rule: Rule): string[] {
  const codes = nodesOf(rule).flatMap((node) => ("audience" in node.rule ? [node.rule.audience.code] : []));
  return [...new Set(codes)].sort();
}

/** The fact that a leaf asks for; undefined for what is no leaf, and for `audience`. */
export function factOf(rule: Rule): string | undefined {
  if (!isLeaf(rule) || "audience" in rule) return undefined;
  const [asked] = Object.values(rule) as { readonly fact: string }[];
  return asked?.fact;
}

export function isLeaf(rule: Rule): rule is Leaf {
  return !("all" in rule || "any" in rule || "not" in rule);
}

/** The same tree with other leaves. */
export function withLeaves(rule: Rule, replace: (leaf: Leaf) => Rule): Rule {
  if ("all" in rule) return { all: rule.all.map((child) => withLeaves(child, replace)) } satisfies AllRule;
  if ("any" in rule) return { any: rule.any.map((child) => withLeaves(child, replace)) } satisfies AnyRule;
  if ("not" in rule) return { not: withLeaves(rule.not, replace) } satisfies NotRule;
  return replace(rule);
}
