import { scopeOf } from "../auth/core/policy";
import type { Work } from "../context";
import { contextFacts } from "../facts/core/context-facts";
import type { FactDefinition } from "../facts/core/fact";
import type { CatalogueSnapshot } from "../snapshot/catalogue-snapshot";
import { namesOf, type RuleNames } from "./core/names";
import type { Rule } from "./core/rule";
import { audiencesOf, factsOf } from "./core/rule-nodes";

/** The facts that the caller may name in a rule, by room: what every moment has, and what rooms know of members. */
export function factsFor(
  { services, actor }: Pick<Work, "services" | "actor">,
  snapshot: CatalogueSnapshot,
): FactDefinition[] {
  return [...contextFacts, ...services.facts.rooms.flatMap((room) => room.definitions?.(snapshot, actor) ?? [])];
}

/**
 * What the caller may name in a rule: the facts that it may read, and the audiences that it may use. Whatever else there
 * is, is unknown to it, and refused in the same words as what does not exist.
 */
export function ruleNames(
  { services, actor }: Pick<Work, "services" | "actor">,
  snapshot: CatalogueSnapshot,
): RuleNames {
  return namesOf(factsFor({ services, actor }, snapshot), services.rules.rooms.audiences.codes(snapshot, actor));
}

/**
 * Whether the caller may be shown a rule: everybody who may read all definitions of tags may. For others it must ask for
 * nothing that they could not name themselves: also which tags there are is told to nobody but their readers.
 */
export function mayReadRule(work: Pick<Work, "services" | "actor">, rule: Rule): boolean {
  if (scopeOf(work.actor, "tagDefinition").kind === "all") return true;
  const names = ruleNames(work, work.services.catalogue.current);
  return (
    factsOf(rule).every((fact) => names.fact(fact) !== undefined) &&
    audiencesOf(rule).every((code) => names.hasAudience(code))
  );
}
