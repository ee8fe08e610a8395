import type { FactDefinition } from "../../facts/core/fact";
import type { Rule } from "./rule";
import { factsOf, nodesOf } from "./rule-nodes";

/**
 * What is allowed but seldom meant, by the rule alone; whether it narrows anything down is the index's to say.
 * - `HAS_BOOLEAN`: `has` of a BOOLEAN also holds where it is false.
 * - `ALWAYS_KNOWN`: `has` of what is never absent always holds.
 */
export const ruleWarningCodes = ["HAS_BOOLEAN", "ALWAYS_KNOWN"] as const;
export type RuleWarningCode = (typeof ruleWarningCodes)[number];

export interface RuleWarning {
  readonly code: RuleWarningCode;
  readonly message: string;
  /** Where in the tree. */
  readonly path: readonly string[];
}

/** Warnings for the author of a checked rule; none keeps it from being published. */
export function warningsOf(rule: Rule, fact: (name: string) => FactDefinition | undefined): RuleWarning[] {
  const warnings: RuleWarning[] = [];
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

/** The names of the facts of the moment that a rule asks for, sorted: without them it cannot be answered for an audience. */
export function contextFactsOf(rule: Rule): string[] {
  return factsOf(rule).filter((name) => name.startsWith("context."));
}
