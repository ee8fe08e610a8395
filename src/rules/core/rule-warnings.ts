import type { FactDefinition } from "../../facts/core/fact";
import type { Rule } from "./rule";
import { factsOf, nodesOf } from "./rule-nodes";

/**
 * What is allowed but seldom meant:
 * - `NOTHING_NARROWS`: the rule may hold for a member of whom nothing is known, so that it is tried on every member.
 * - `HAS_BOOLEAN`: `has` of a BOOLEAN also holds where it is false.
 * - `ALWAYS_KNOWN`: `has` of what is never absent always holds.
 */
export const ruleWarningCodes = ["NOTHING_NARROWS", "HAS_BOOLEAN", "ALWAYS_KNOWN"] as const;
export type RuleWarningCode = (typeof ruleWarningCodes)[number];

export interface RuleWarning {
  readonly code: RuleWarningCode;
  readonly message: string;
  /** Where in the tree; empty for the whole. */
  readonly path: readonly string[];
}

/** Warnings for the author of a checked rule; none keeps it from being published. */
export function warningsOf(rule: Rule, fact: (name: string) => FactDefinition | undefined): RuleWarning[] {
  const warnings: RuleWarning[] = [];
  if (!narrows(rule, false)) {
    const message =
      "Nothing narrows this rule down: it may hold for members of whom nothing is known, and is tried on every one. " +
      "Add a condition that has to hold.";
    warnings.push({ code: "NOTHING_NARROWS", message, path: [] });
  }
  for (const { rule: node, path } of nodesOf(rule)) {
    if (!("has" in node)) continue;
    const name = node.has.fact;
    const definition = fact(name);
    if (definition?.alwaysKnown) {
      warnings.push({ code: "ALWAYS_KNOWN", message: `${name} is always known: this condition always holds.`, path });
    } else if (definition?.type === "BOOLEAN") {
      const message = `has ${name} also holds where ${name} is false; ${name} alone asks whether it is true.`;
      warnings.push({ code: "HAS_BOOLEAN", message, path });
    }
  }
  return warnings;
}

/** Whether it needs at least one leaf to hold. `isNegated` below an odd number of `not`, where all and any change places. */
function narrows(rule: Rule, isNegated: boolean): boolean {
  if ("not" in rule) return narrows(rule.not, !isNegated);
  const parts = "all" in rule ? rule.all : "any" in rule ? rule.any : undefined;
  if (!parts) return !isNegated;
  const needsOne = "all" in rule !== isNegated;
  return needsOne ? parts.some((part) => narrows(part, isNegated)) : parts.every((part) => narrows(part, isNegated));
}

/** The names of the facts of the moment that a rule asks for, sorted: without them it cannot be answered for an audience. */
export function contextFactsOf(rule: Rule): string[] {
  return factsOf(rule).filter((name) => name.startsWith("context."));
}
