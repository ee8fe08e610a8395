import type { RequestContext } from "../context";
import { contains } from "../kernel/period";
import type { OfferRow } from "../offers/offers.queries";
import { explain, type ExplainedNode } from "../rules/core/explain";
import type { NearMiss } from "../rules/core/near-miss";
import { knownSituation } from "../rules/core/known-situation";
import type { Moment } from "../rules/core/moment";
import type { Rule } from "../rules/core/rule";
import { mayReadRule } from "../rules/rule-names";
import { typeOfFact } from "../rules/type-of-fact";
import { consentsToMarketing } from "./eligible-merchants";
import type { MemberToMatch } from "./match-member";
import { sightOf } from "./sight";

/** What must be so besides the rule. */
export const gateKinds = ["MEMBER_ACTIVE", "PUBLISHED", "WINDOW", "MERCHANT_ACTIVE", "CONSENT"] as const;
export type GateKind = (typeof gateKinds)[number];

export interface Gate {
  readonly kind: GateKind;
  readonly holds: boolean;
  /** Of a window that has not begun, or is over: how long that is. */
  readonly nearMiss: NearMiss | null;
}

export interface Explanation {
  /** The rule holds, and all gates are open. */
  readonly matches: boolean;
  readonly gates: readonly Gate[];
  /** Null where there is none: for everybody. */
  readonly root: ExplainedNode | null;
  /** The rule in full, where the caller may see it. */
  readonly rule: Rule | null;
  readonly moment: Moment;
}

/** Why the rule holds of the member in the moment, or why not, as far as the caller may see it. */
export function explainRule(
  context: RequestContext,
  { member, moment, rule, seesRule }: { member: MemberToMatch; moment: Moment; rule: Rule | null; seesRule: boolean },
  gates: readonly Gate[],
): Explanation {
  const situation = situationOf(context, member, moment);
  const typeOf = (fact: string) => typeOfFact(context.catalogue, fact);
  const root = rule && explain(rule, situation, typeOf, sightOf(context, rule, seesRule));
  const isOpen = gates.every((gate) => gate.holds);
  const shown = rule && seesRule && mayReadRule(context, rule) ? rule : null;
  return { matches: isOpen && (root?.holds ?? true), gates, root, rule: shown, moment };
}

export function situationOf(
  { services, catalogue }: Pick<RequestContext, "services" | "catalogue">,
  member: MemberToMatch,
  moment: Moment,
) {
  return knownSituation(member.known, moment, {
    numbers: services.facts.numbers,
    typeOf: (fact) => typeOfFact(catalogue, fact),
    audiences: services.rules.audiences,
  });
}

/** What else must be so that the member gets the offer, as matching asks it: the member itself needs no consent. */
export function gatesOfOffer(
  { services, catalogue, actor }: Pick<RequestContext, "services" | "catalogue" | "actor">,
  { offer, member, moment }: { offer: OfferRow; member: MemberToMatch; moment: Moment },
): Gate[] {
  const merchant = catalogue.merchants.get(offer.merchantId);
  const partnerCode = merchant && catalogue.partners.get(merchant.partnerId)?.code;
  const gate = (kind: GateKind, holds: boolean, nearMiss: NearMiss | null = null): Gate => ({ kind, holds, nearMiss });
  return [
    gate("MEMBER_ACTIVE", member.isActive),
    gate("PUBLISHED", offer.state === "PUBLISHED"),
    windowGate(offer, moment.instant),
    gate("MERCHANT_ACTIVE", merchant?.status === "ACTIVE"),
    ...(actor.kind === "member"
      ? []
      : [gate("CONSENT", consentsToMarketing(services, member.known.encoded, partnerCode))]),
  ];
}

function windowGate({ startsAt, endsAt }: OfferRow, instant: Date): Gate {
  if (contains({ from: startsAt, to: endsAt }, instant)) return { kind: "WINDOW", holds: true, nearMiss: null };
  const [kind, amount] =
    instant < startsAt
      ? (["RAISE", startsAt.getTime() - instant.getTime()] as const)
      : (["LOWER", instant.getTime() - (endsAt?.getTime() ?? 0) + 1] as const);
  const nearMiss = { kind, amount, measure: "MILLISECONDS", isExclusive: false } as const;
  return { kind: "WINDOW", holds: false, nearMiss };
}
