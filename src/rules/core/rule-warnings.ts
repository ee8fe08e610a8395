import type { FactDefinition } from "../../facts/core/fact";
import type { Rule } from "./rule";
import { contradictionsOf } from "./contradictions";
import { shownText } from "./findings";
import { didYouMean } from "./names";
import { factOf, factsOf, isLeaf, nodesOf } from "./rule-nodes";

/**
 * What is allowed but seldom meant, by the rule alone; whether it narrows anything down is the index's to say.
 * - `HAS_BOOLEAN`: `has` of a BOOLEAN also holds where it is false.
 * - `ALWAYS_KNOWN`: `has` of what is never absent always holds.
 * - `NEVER_HOLDS`: conditions that must hold together and cannot.
 * - `UNKNOWN_CODE`: a code of the catalogue, of a merchant for example, that nothing has.
 */
export const ruleWarningCodes = ["HAS_BOOLEAN", "ALWAYS_KNOWN", "NEVER_HOLDS", "UNKNOWN_CODE"] as const;
export type RuleWarningCode = (typeof ruleWarningCodes)[number];

export interface RuleWarning {
  readonly code: RuleWarningCode;
  readonly message: string;
  /** Where in the tree. */
  readonly path: readonly string[];
}

/** The codes of the catalogue that a fact's choices stand for; undefined of a fact whose choices are registered, or free. */
export type CodesOf = (
  fact: string,
) => { readonly has: (code: string) => boolean; readonly all: Iterable<string> } | undefined;

/** Warnings for the author of a checked rule; none keeps it from being published. */
export function warningsOf(
  rule: Rule,
  fact: (name: string) => FactDefinition | undefined,
  codesOf: CodesOf = () => undefined,
): RuleWarning[] {
  const warnings: RuleWarning[] = contradictionsOf(rule).map(({ path, fact: name }) => {
    const message = `What is asked of ${name} here cannot hold together: nobody ever meets it.`;
    return { code: "NEVER_HOLDS", message, path };
  });
  warnings.push(...nodesOf(rule).flatMap(({ rule: node, path }) => unknownCodes(node, path, codesOf)));
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

function unknownCodes(node: Rule, path: readonly string[], codesOf: CodesOf): RuleWarning[] {
  const codes = isLeaf(node) ? codesOf(factOf(node) ?? "") : undefined;
  if (!codes) return [];
  const named = "oneOf" in node ? node.oneOf.choices : "equals" in node ? [String(node.equals.value)] : [];
  return named
    .filter((code) => !codes.has(code))
    .map((code) => {
      const message = `${factOf(node)} is never ${shownText(code)}: there is no such code.${didYouMean(code, codes.all)}`;
      return { code: "UNKNOWN_CODE", message, path };
    });
}

/** The names of the facts of the moment that a rule asks for, sorted: without them it cannot be answered for an audience. */
export function contextFactsOf(rule: Rule): string[] {
  return factsOf(rule).filter((name) => name.startsWith("context."));
}
