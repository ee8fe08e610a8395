import type { Rule } from "./rule";
import { audiencesOf, nodesOf, withLeaves } from "./rule-nodes";

/**
 * What stands for an audience in a rule: the rule that it is saved as; `"members"` where it is a list of members;
 * undefined where nothing of this code is published.
 */
export type AudienceRules = (code: string) => Rule | "members" | undefined;

/**
 * The rule with its saved audiences written out, so that whatever evaluates it has to know lists of members alone. What
 * cannot be written out stays a leaf, and has no members: an audience that is not published, and one that rests on
 * itself, which is refused where it is written (`cycleOf`) but could come about by two publications at once.
 */
export function expandAudiences(rule: Rule, rules: AudienceRules): Rule {
  return expandedSize(rule, rules) > mostExpandedNodes ? rule : expanded(rule, rules, []);
}

/** Audiences that name others twice each would double with every step: so many nodes are refused where they are written. */
export const mostExpandedNodes = 10_000;

/** How many nodes the rule has with its audiences written out. Each audience is counted through once. */
export function expandedSize(rule: Rule, rules: AudienceRules): number {
  const known = new Map<string, number>();
  const sizeOf = (within: Rule): number =>
    nodesOf(within).reduce(
      (size, node) => size + ("audience" in node.rule ? ofAudience(node.rule.audience.code) : 1),
      0,
    );
  const ofAudience = (code: string): number => {
    const before = known.get(code);
    if (before !== undefined) return before;
    known.set(code, 1);
    const meant = rules(code);
    const size = meant === undefined || meant === "members" ? 1 : sizeOf(meant);
    known.set(code, size);
    return size;
  };
  return sizeOf(rule);
}

function expanded(rule: Rule, rules: AudienceRules, open: readonly string[]): Rule {
  return withLeaves(rule, (leaf) => {
    if (!("audience" in leaf) || open.includes(leaf.audience.code)) return leaf;
    const meant = rules(leaf.audience.code);
    if (meant === undefined || meant === "members") return leaf;
    return expanded(meant, rules, [...open, leaf.audience.code]);
  });
}

/** The codes of a circle of audiences that the rule leads into, in order, the first again at the end; else undefined. */
export function cycleOf(rule: Rule, rules: AudienceRules): readonly string[] | undefined {
  const clear = new Set<string>();
  const visit = (within: Rule, open: readonly string[]): readonly string[] | undefined => {
    for (const code of audiencesOf(within)) {
      if (open.includes(code)) return [...open.slice(open.indexOf(code)), code];
      const meant = clear.has(code) ? undefined : rules(code);
      if (meant === undefined || meant === "members") continue;
      const cycle = visit(meant, [...open, code]);
      if (cycle) return cycle;
      clear.add(code);
    }
    return undefined;
  };
  return visit(rule, []);
}

/** The audiences that a rule rests on, itself and through others, sorted. */
export function audiencesBehind(rule: Rule, rules: AudienceRules): string[] {
  const found = new Set<string>();
  const left = audiencesOf(rule);
  for (let code = left.pop(); code !== undefined; code = left.pop()) {
    if (found.has(code)) continue;
    found.add(code);
    const meant = rules(code);
    if (meant !== undefined && meant !== "members") left.push(...audiencesOf(meant));
  }
  return [...found].sort();
}
