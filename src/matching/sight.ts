import { allows, scopeOf, type Scope } from "../auth/core/policy";
import type { Action } from "../auth/core/policy.table";
import type { RequestContext } from "../context";
import type { Sight } from "../rules/core/explain";
import type { Leaf, Rule } from "../rules/core/rule";
import { factOf } from "../rules/core/rule-nodes";
import { mayReadRule } from "../rules/rule-names";

type Caller = Pick<RequestContext, "actor" | "services" | "catalogue">;

/**
 * What the caller may see where it asks why a rule holds of a member. The members of the answer are those that it may see
 * at all; that a condition decided is always told.
 *
 * - The condition: all of them to whoever may see the rule; to others what tells nothing of whom the merchant is after:
 *   age, tiers, counters and the moment, but no tag and no audience.
 * - The value, and the distance that follows from it: as the member's own fields show it to the caller.
 */
export function sightOf(context: RequestContext, rule: Rule, seesRule: boolean): Sight {
  const seesWhole = seesRule && mayReadRule(context, rule);
  return {
    ofCondition: (leaf) => seesWhole || isOpen(context, leaf),
    ofValue: (leaf) => !("audience" in leaf) && seesFact(context, factOf(leaf) ?? ""),
  };
}

/** Staff who see offers before they are published, and the offer's own partner. */
export function seesRuleOf({ actor, catalogue }: Caller, merchantId: string): boolean {
  return allows(actor, "Offer.unpublished", { partnerId: catalogue.merchants.get(merchantId)?.partnerId });
}

/** Nobody may guess a value by asking whether rules of their own hold. */
export function seesAllFacts(context: Caller, facts: readonly string[]): boolean {
  return facts.every((fact) => seesFact(context, fact));
}

function isOpen({ catalogue }: Caller, leaf: Leaf): boolean {
  if ("audience" in leaf) return false;
  const fact = factOf(leaf) ?? "";
  return !catalogue.tagDefinitions.has(fact) && openPrefixes.some((prefix) => fact.startsWith(prefix));
}

const openPrefixes = ["member.", "context.", "history."];

/** Under which field of a member its facts are shown; what is here no further is nobody's. */
const fields: Readonly<Record<string, Action>> = {
  "member.tiers": "Member.tiers",
  "member.age": "Member.profile",
  "member.joined_on": "member",
  "member.tenure_days": "member",
  "member.identities": "Member.identities",
  "member.card_products": "Member.identities",
};

function seesFact(context: Caller, fact: string): boolean {
  const { actor, catalogue } = context;
  if (fact.startsWith("context.")) return true;
  if (fact.startsWith("history.")) return isWhole(scopeOf(actor, "Member.purchases"));
  const tag = catalogue.tagDefinitions.get(fact);
  if (!tag) {
    const field = fields[fact];
    if (field === undefined) return false;
    const scope = scopeOf(actor, field);
    // A partner is shown tiers of its members; whose else they are, and since when, it is not.
    return isWhole(scope) || (scope.kind === "partner" && field === "Member.tiers");
  }
  if (tag.sensitivity === "SENSITIVE" && scopeOf(actor, "MemberTag.sensitive").kind === "none") return false;
  const scope = scopeOf(actor, "Member.tags");
  if (scope.kind !== "partner") return isWhole(scope);
  return tag.sourcePartnerId === scope.partnerId || tag.sensitivity === "PUBLIC";
}

function isWhole(scope: Scope): boolean {
  return scope.kind === "all" || scope.kind === "member";
}
