import type { RequestContext, Services } from "../context";
import type { RuleVocabulary } from "../rules/core/index/vocabulary";
import { SituationTranslator, type KnownMember } from "../rules/core/local-situation";
import type { Moment } from "../rules/core/moment";
import { noResponse, type RankedPlace, type Ranking, type Response } from "../rules/core/ranking";
import type { RulesAt } from "../rules/rule-store";
import type { RuledKind, RuledThing } from "../rules/ruled-things";
import { eligibleMerchants } from "./eligible-merchants";

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
  /** The thing's row in the caller's snapshot, where that is known without looking it up. */
  readonly row: object | undefined;
  /** What the member did with it before, and by which rules that and the rest were weighed. */
  readonly response: Response;
  readonly ranking: Ranking;
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
  const { moment, after, limit, kinds } = question;
  if (!member.isActive) return [];
  const rules = services.rules.at(moment.instant);
  const situation = translatorOf(services, rules.vocabulary).translate(member.known, moment);
  if (!situation) return undefined;
  const { index, ranks } = rules;
  const matched = index.match(situation);
  const isFor = eligibleMerchants(rules).of(context, member);
  const responses = responsesByNumber(rules, member.responses);
  const count = ranks.first(index.matched, matched, {
    count: limit + 1,
    after,
    now: moment.instant.getTime(),
    responses,
    mayShow: (number, merchant) => isFor(merchant) && (!kinds || kinds.includes(rules.thing(number).kind)),
  });
  const matches: Match[] = [];
  const { ranking } = rules;
  const isCurrent = rules.isOf(context.catalogue);
  for (let place = 0, rank = after?.rank ?? 0; place < count; place += 1) {
    const number = ranks.numberAt(place);
    const thing = rules.thing(number);
    const response = responses?.get(number) ?? noResponse;
    const total = ranks.totalAt(place);
    const row = isCurrent ? thing.row : undefined;
    matches.push({ id: thing.id, total, rank: (rank += 1), thing, row, response, ranking, member, moment });
  }
  return matches;
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
