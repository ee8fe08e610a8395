import { scopeOf } from "../auth/core/policy";
import type { RequestContext } from "../context";
import type { MomentInput } from "./moment.inputs";
import type { OfferRow } from "../offers/offers.queries";
import { isVisibleOffer } from "../offers/offers.snapshot";
import { explain, nodesInOrder } from "../rules/core/explain";
import { scoreOf, type RankingParts } from "../rules/core/ranking";
import { factOf } from "../rules/core/rule-nodes";
import { rankableOf } from "../rules/indexed-things";
import { typeOfFact } from "../rules/type-of-fact";
import { situationOf } from "./explain-rule";
import { textOfCondition } from "./explanations.view";
import type { Match } from "./match-member";
import type { MatchReasonType, MatchScoreType } from "./matches.types";
import { seesRuleOf, sightOf } from "./sight";

/** Of which connection a cursor is: `first` may change from page to page, whose and in which moment may not. */
export function matchesPlace(memberId: string, asked: MomentInput, kinds?: readonly string[] | null) {
  const { scene, channel, merchant, outlet, category, city, amount, at } = asked;
  return [
    "Member.matches",
    ...[memberId, scene, channel, merchant, outlet, category, city, at, kinds].map((each) => each ?? null),
    amount ? `${amount.amountMinor} ${amount.currency}` : null,
  ];
}

/** The moment stands in the cursor: the next page is of the same one, so that no place changes between two pages. */
export function matchKeyset({ total, id, rank, moment }: Match): readonly string[] {
  return [String(total), id, String(rank), String(moment.instant.getTime())];
}

export const matchKeys = 4;

/** The parts are reckoned where one of them is asked for: the total was ranked by. */
export function scoreOfMatch(match: Match): MatchScoreType {
  return new MatchScore(match);
}

class MatchScore implements MatchScoreType {
  #parts: RankingParts | undefined;
  readonly total: number;

  constructor(private readonly match: Match) {
    this.total = match.total;
  }

  get priority(): number {
    return this.#all.priority;
  }

  get value(): number {
    return this.#all.value;
  }

  get freshness(): number {
    return this.#all.freshness;
  }

  get response(): number {
    return this.#all.response;
  }

  get #all(): RankingParts {
    const { thing, response, moment, ranking } = this.match;
    return (this.#parts ??= scoreOf(rankableOf(thing), response, moment.instant.getTime(), ranking).parts);
  }
}

/** Undefined where this request's snapshot does not hold the offer yet; null where the caller may not see it. */
export function offerOfMatch(match: Match, context: RequestContext): OfferRow | null | undefined {
  // What is matched is published, which everybody may see; looked up, it may be what it has become since.
  if (match.row) return match.row as OfferRow;
  const { catalogue, actor } = context;
  const offer = catalogue.offers.get(match.id);
  return offer && (isVisibleOffer(catalogue, offer, scopeOf(actor, "Offer.unpublished")) ? offer : null);
}

const mostReasons = 5;

/** The leaves that the match rests on and that the caller may see, in the order of the rule. */
export function reasonsOfMatch({ thing, member, moment }: Match, context: RequestContext): MatchReasonType[] {
  const { rule, merchantId } = thing;
  if (!rule) return [];
  const sight = sightOf(context, rule, seesRuleOf(context, merchantId));
  const typeOf = (fact: string) => typeOfFact(context.catalogue, fact);
  const reasons: MatchReasonType[] = [];
  for (const node of nodesInOrder(explain(rule, situationOf(context, member, moment), typeOf, sight))) {
    // What may not be there is no reason for anybody, so negated ones are left out.
    if (!node.leaf || !node.decides || !node.isWished || !node.holds) continue;
    const { condition } = node.leaf;
    if ("audience" in condition) continue;
    reasons.push({ fact: factOf(condition) ?? "", text: textOfCondition(context, condition) });
    if (reasons.length === mostReasons) break;
  }
  return reasons;
}
