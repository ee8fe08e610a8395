import { evaluate, type Situation } from "./evaluate";
import type { Rule } from "./rule";
import { factOf } from "./rule-nodes";

/** True of a fact that is not known yet, and may come to have any value or none. */
export type IsOpen = (fact: string) => boolean;

/**
 * Whether there is anything that the open facts could be for which the rule holds: false where the member cannot meet it,
 * whatever the moment is like. What is open counts in favour, each leaf for itself, so that it may answer true where two
 * leaves contradict each other, and never false where the rule could hold. Audiences are to be written out before.
 */
export function mayHold(rule: Rule, situation: Situation, isOpen: IsOpen): boolean {
  return couldBe(rule, situation, isOpen, true);
}

/** `wished`: what an open leaf is taken for; below each `not` the contrary of what it is above. */
function couldBe(rule: Rule, situation: Situation, isOpen: IsOpen, wished: boolean): boolean {
  if ("all" in rule) return rule.all.every((part) => couldBe(part, situation, isOpen, wished));
  if ("any" in rule) return rule.any.some((part) => couldBe(part, situation, isOpen, wished));
  if ("not" in rule) return !couldBe(rule.not, situation, isOpen, !wished);
  const fact = factOf(rule);
  return fact !== undefined && isOpen(fact) ? wished : evaluate(rule, situation);
}

/**
 * The parts that keep a rule from holding that cannot hold, in the order in which it is read: of an `all` those that
 * cannot, of an `any` all of them; a `not` is told as it stands.
 */
export function whatFails(rule: Rule, situation: Situation, isOpen: IsOpen): Rule[] {
  if (mayHold(rule, situation, isOpen)) return [];
  if ("all" in rule) return rule.all.flatMap((part) => whatFails(part, situation, isOpen));
  if ("any" in rule) return rule.any.flatMap((part) => whatFails(part, situation, isOpen));
  return [rule];
}
