import { allows, scopeOf, type Scope } from "../auth/core/policy";
import { listsFact } from "../audiences/core/audience";
import type { Action } from "../auth/core/policy.table";
import type { RequestContext } from "../context";
import type { FactValue } from "../facts/core/fact";
import { consentsRefusedFact } from "../facts/core/stored-facts";
import { audiencesBehind } from "../rules/core/expand-audiences";
import type { Sight } from "../rules/core/explain";
import type { Leaf, Rule } from "../rules/core/rule";
import { audiencesOf, factOf, factsOf, isLeaf, nodesOf } from "../rules/core/rule-nodes";
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
    ofValue: (leaf) => seesValue(context, leaf),
  };
}

/** Staff who see offers before they are published, and the offer's own partner. */
export function seesRuleOf({ actor, catalogue }: Caller, merchantId: string): boolean {
  return allows(actor, "Offer.unpublished", { partnerId: catalogue.merchants.get(merchantId)?.partnerId });
}

/**
 * Nobody may guess a value by asking whether rules of their own hold, nor by the audiences that these name. Partners may
 * name none: of their audiences they are told no less than a group.
 */
export function seesAllOf(context: Caller, rule: Rule): boolean {
  if (context.actor.kind === "partner" && audiencesOf(rule).length > 0) return false;
  const leaves = nodesOf(rule).flatMap((node) => (isLeaf(node.rule) && !("audience" in node.rule) ? [node.rule] : []));
  return leaves.every((leaf) => seesValue(context, leaf)) && seesBehindAudiences(context, rule);
}

/** That a member refused what audiences are for is no secret from whom it keeps out; what else they ask for may be. */
function seesBehindAudiences(context: Caller, rule: Rule): boolean {
  const { audiences } = context.services.rules;
  const meant = audiencesBehind(rule, audiences).map((code) => audiences(code));
  if (meant.includes("members")) return false;
  const facts = meant.flatMap((each) => (each === undefined || each === "members" ? [] : factsOf(each)));
  return facts.every((fact) => fact === consentsRefusedFact || seesFact(context, fact));
}

/** What is shown of a value that the caller may see. Of a member's tiers a partner sees those that the leaf names. */
export function shownValue({ actor }: Caller, leaf: Leaf, value: FactValue | null): FactValue | null {
  if (factOf(leaf) !== tiersFact || scopeOf(actor, "Member.tiers").kind !== "partner") return value;
  if (!("contains" in leaf) || typeof value !== "object" || value === null) return null;
  const named = value.filter((tier) => leaf.contains.choices.includes(tier));
  // Nothing at all where there is none: an empty set would tell of tiers in others' programs.
  return named.length > 0 ? named : null;
}

function seesValue(context: Caller, leaf: Leaf): boolean {
  if ("audience" in leaf) return false;
  const fact = factOf(leaf) ?? "";
  const scope = scopeOf(context.actor, "Member.tiers");
  if (fact !== tiersFact || scope.kind !== "partner") return seesFact(context, fact);
  const { programsByCode } = context.catalogue;
  const isOwn = (tier: string) => programsByCode.get(tier.split("/")[0] ?? "")?.issuerPartnerId === scope.partnerId;
  return "contains" in leaf && leaf.contains.choices.every(isOwn);
}

function isOpen({ catalogue }: Caller, leaf: Leaf): boolean {
  if ("audience" in leaf) return false;
  const fact = factOf(leaf) ?? "";
  return !catalogue.tagDefinitions.has(fact) && openPrefixes.some((prefix) => fact.startsWith(prefix));
}

const tiersFact = "member.tiers";
const openPrefixes = ["member.", "context.", "history."];

/** Under which field of a member its facts are shown; what is here no further is nobody's. */
const fields: Readonly<Record<string, Action>> = {
  [tiersFact]: "Member.tiers",
  "member.age": "Member.profile",
  "member.joined_on": "member",
  "member.tenure_days": "member",
  "member.identities": "Member.identities",
  "member.card_products": "Member.identities",
  [listsFact]: "Audience.members",
};

function seesFact(context: Caller, fact: string): boolean {
  const { actor, catalogue } = context;
  if (fact.startsWith("context.")) return true;
  if (fact.startsWith("history.")) return isWhole(scopeOf(actor, "Member.purchases"));
  const tag = catalogue.tagDefinitions.get(fact);
  if (!tag) {
    const field = fields[fact];
    if (field === undefined) return false;
    return isWhole(scopeOf(actor, field));
  }
  if (tag.sensitivity === "SENSITIVE" && scopeOf(actor, "MemberTag.sensitive").kind === "none") return false;
  const scope = scopeOf(actor, "Member.tags");
  if (scope.kind !== "partner") return isWhole(scope);
  return tag.sourcePartnerId === scope.partnerId || tag.sensitivity === "PUBLIC";
}

function isWhole(scope: Scope): boolean {
  return scope.kind === "all" || scope.kind === "member";
}
