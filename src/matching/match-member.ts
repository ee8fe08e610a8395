import type { RequestContext, Services } from "../context";
import type { EncodedFacts } from "../facts/core/encoding";
import { consentsFact } from "../facts/core/stored-facts";
import type { RuleVocabulary } from "../rules/core/index/vocabulary";
import { SituationTranslator, type KnownMember } from "../rules/core/local-situation";
import type { Moment } from "../rules/core/moment";
import {
  defaultRanking,
  FirstPlaces,
  noResponse,
  scoreOf,
  type RankedPlace,
  type Response,
  type Score,
} from "../rules/core/ranking";
import { rankableOf } from "../rules/indexed-things";
import type { RulesAt } from "../rules/rule-store";
import type { RuledKind, RuledThing } from "../rules/ruled-things";

/** A member with all that matching asks of it, as one statement reads it. */
export interface MemberToMatch {
  readonly memberId: string;
  readonly isActive: boolean;
  readonly known: KnownMember;
  /** What it did with things before, by their ids. */
  readonly responses: ReadonlyMap<string, Response>;
}

export interface MatchQuestion {
  readonly moment: Moment;
  /** Null: all. */
  readonly kinds: readonly RuledKind[] | null;
  readonly limit: number;
  readonly after: (RankedPlace & { readonly rank: number }) | null;
}

export interface Match extends RankedPlace {
  readonly thing: RuledThing;
  readonly score: Score;
  /** 1 is the best. */
  readonly rank: number;
  readonly member: MemberToMatch;
  readonly moment: Moment;
}

type Caller = Pick<RequestContext, "services" | "catalogue" | "actor">;

/**
 * What matches the member in the moment, best first: up to one more than asked for, which says whether there is more.
 * All of it is in memory. Undefined where the member's encoding has numbers that this process has not met.
 */
export function matchMember(context: Caller, member: MemberToMatch, question: MatchQuestion): Match[] | undefined {
  const { services } = context;
  const { moment, after, limit } = question;
  if (!member.isActive) return [];
  const rules = services.rules.at(moment.instant);
  const situation = translatorOf(services, rules.vocabulary).translate(member.known, moment);
  if (!situation) return undefined;
  const count = rules.index.match(situation);
  const { matched } = rules.index;
  const ranking = services.ranking ?? defaultRanking;
  const now = moment.instant.getTime();
  const isFor = eligibility(context, member, question.kinds);
  const responses = responsesByNumber(rules, member.responses);
  const first = new FirstPlaces<Omit<Match, "rank">>(limit + 1, after);
  for (let place = 0; place < count; place += 1) {
    const number = matched[place] as number;
    const response = responses?.get(number) ?? noResponse;
    const total = rules.ranks.total(number, response, now, ranking);
    if (!first.mayBe(total)) continue;
    const thing = rules.thing(number);
    if (!isFor(thing)) continue;
    first.add({
      id: thing.id,
      total,
      thing,
      score: scoreOf(rankableOf(thing), response, now, ranking),
      member,
      moment,
    });
  }
  const before = after?.rank ?? 0;
  return first.inOrder().map((place, index) => ({ ...place, rank: before + index + 1 }));
}

/**
 * What the rules do not say: a merchant that is suspended offers nothing; a partner is told of its own merchants' things
 * alone, since others' would tell what their rules ask; and whoever is not the member itself may reach out with what the
 * member consented to be reached with, and is told of no more.
 */
export function eligibility(
  { services, catalogue, actor }: Caller,
  { known, memberId }: MemberToMatch,
  kinds: readonly RuledKind[] | null,
): (thing: RuledThing) => boolean {
  const isOwn = actor.kind === "member" && actor.memberId === memberId;
  const reachable = new Map<string, boolean>();
  const mayReach = (partnerId: string) => {
    const before = reachable.get(partnerId);
    if (before !== undefined) return before;
    const may = consentsToMarketing(services, known.encoded, catalogue.partners.get(partnerId)?.code);
    reachable.set(partnerId, may);
    return may;
  };
  return ({ kind, merchantId }) => {
    if (kinds && !kinds.includes(kind)) return false;
    const merchant = catalogue.merchants.get(merchantId);
    if (merchant?.status !== "ACTIVE") return false;
    if (actor.kind === "partner" && merchant.partnerId !== actor.partnerId) return false;
    return isOwn || mayReach(merchant.partnerId);
  };
}

export function consentsToMarketing(
  { facts }: Pick<Services, "facts">,
  { keys }: EncodedFacts,
  partnerCode: string | undefined,
): boolean {
  const number = facts.numbers.find({ fact: consentsFact, choice: `${partnerCode}/MARKETING` });
  return number !== undefined && keys.includes(number);
}

/** One for each vocabulary, which lives as long as the process: what it learnt is good for every member. */
const translators = new WeakMap<RuleVocabulary, SituationTranslator>();

export function translatorOf({ facts }: Pick<Services, "facts">, vocabulary: RuleVocabulary): SituationTranslator {
  const before = translators.get(vocabulary);
  if (before) return before;
  const translator = new SituationTranslator(vocabulary, facts.numbers);
  translators.set(vocabulary, translator);
  return translator;
}

/** Undefined for the many members that never met one. */
function responsesByNumber(rules: RulesAt, responses: MemberToMatch["responses"]): Map<number, Response> | undefined {
  if (responses.size === 0) return undefined;
  const found = new Map<number, Response>();
  for (const [id, response] of responses) {
    const number = rules.numberOf("OFFER", id);
    if (number !== undefined) found.set(number, response);
  }
  return found;
}
