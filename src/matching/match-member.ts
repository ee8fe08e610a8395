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

/** What all matches of one answer have in common. */
interface Matching {
  readonly member: MemberToMatch;
  readonly moment: Moment;
  /** By which rules they were weighed. */
  readonly ranking: Ranking;
  /** Whether the things' rows are those of the caller's snapshot. */
  readonly isCurrent: boolean;
}

/** Of a class, whose few words cost less than a literal of all that it is asked for; most is never asked. */
export class Match implements RankedPlace {
  constructor(
    private readonly matching: Matching,
    readonly thing: RuledThing,
    private readonly number: number,
    readonly total: number,
    /** 1 is the best. */
    readonly rank: number,
    /** What the member did with it before. */
    readonly response: Response,
  ) {}

  get id(): string {
    return this.thing.id;
  }

  /** The thing's row in the caller's snapshot, where that is known without looking it up. */
  get row(): object | undefined {
    return this.matching.isCurrent ? this.thing.row : undefined;
  }

  /** The thing's number, where it has a row; the next build of the index may give it to another one. */
  get rowNumber(): number | undefined {
    return this.matching.isCurrent ? this.number : undefined;
  }

  get member(): MemberToMatch {
    return this.matching.member;
  }

  get moment(): Moment {
    return this.matching.moment;
  }

  get ranking(): Ranking {
    return this.matching.ranking;
  }
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
  const matching = { member, moment, ranking: rules.ranking, isCurrent: rules.isOf(context.catalogue) };
  const firstRank = 1 + (after?.rank ?? 0);
  for (let place = 0; place < count; place += 1) {
    const number = ranks.numberAt(place);
    const response = responses?.get(number) ?? noResponse;
    matches.push(new Match(matching, rules.thing(number), number, ranks.totalAt(place), firstRank + place, response));
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
