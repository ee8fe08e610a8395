import { Arg, Args, Ctx, FieldResolver, ID, Int, Query, Resolver, Root } from "type-graphql";
import { allows } from "../auth/core/policy";
import type { RequestContext } from "../context";
import { maySee, readableScope } from "../graphql/authorize";
import { connection, maxPageSize, pageRequest, type AskedPage, type Connection } from "../graphql/connection";
import { badInput } from "../graphql/errors";
import { rawId } from "../graphql/ids-in-filters";
import { memberResource } from "../members/member-resource";
import type { MemberRow } from "../members/members.queries";
import { asMember } from "../members/members.resolver";
import { MemberType } from "../members/members.types";
import { asOffer } from "../offers/offers.resolver";
import { OfferType } from "../offers/offers.types";
import type { Moment } from "../rules/core/moment";
import type { RuledKind } from "../rules/ruled-things";
import { askedMoment } from "./asked-moment";
import { matchMember, type Match, type MatchQuestion } from "./match-member";
import { matchKeys, matchKeyset, matchesPlace, offerOfMatch, reasonsOfMatch, scoreOfMatch } from "./matches.view";
import { MatchConnection, MatchReasonType, MatchScoreType, MatchType, MemberMatchesType } from "./matches.types";
import { MatchesArgs, MatchKindEnum, MomentInput } from "./moment.inputs";

/** Objects of the room are matches; fields that need the caller are resolved here. */
export const asMatch = (match: Match) => match as unknown as MatchType;

/** A cursor keeps its moment for so long; who may ask for any moment keeps it for good. */
const cursorMillis = 3_600_000;

@Resolver(() => MemberType)
export class MemberMatchesResolver {
  @FieldResolver(() => MatchConnection, {
    nullable: true,
    description:
      "What matches the member in a moment, best first: published offers whose rule holds, of active merchants, in their " +
      "window. For partners those of their own merchants; for everybody but the member itself those with whose partner " +
      "the member consents to MARKETING. Null where the caller may not see them.",
  })
  async matches(
    @Root() member: MemberRow,
    @Args() args: MatchesArgs,
    @Args() asked: MomentInput,
    @Ctx() context: RequestContext,
  ): Promise<Connection<MatchType> | null> {
    if (!maySee(context, "Member.matches", memberResource(context, member))) return null;
    const page = pageRequest(context, matchesPlace(member.memberId, asked, args.kinds), args, matchKeys);
    const moment = askedMoment(context, asked, pinnedInstant(context, page));
    const question: MatchQuestion = { moment, kinds: args.kinds ?? null, limit: page.limit, after: placeOf(page) };
    return connection(page, await matchesOf(context, member, question), matchKeyset, asMatch);
  }
}

@Resolver(() => MatchType)
export class MatchResolver {
  @FieldResolver(() => MatchKindEnum, { description: "What it is." })
  kind(@Root() { thing }: Match): RuledKind {
    return thing.kind;
  }

  @FieldResolver(() => MatchScoreType, { description: "Why it has this place." })
  score(@Root() match: Match): MatchScoreType {
    return scoreOfMatch(match);
  }

  @FieldResolver(() => OfferType, { nullable: true, description: "Of an OFFER: the offer." })
  offer(@Root() match: Match, @Ctx() context: RequestContext): OfferType | null {
    const offer = offerOfMatch(match, context);
    return offer ? asOffer(offer) : null;
  }

  @FieldResolver(() => [MatchReasonType], {
    description:
      "Which conditions it rests on, at most five, as far as the caller may see them; none where it is for everybody.",
  })
  reasons(@Root() match: Match, @Ctx() context: RequestContext): MatchReasonType[] {
    return reasonsOfMatch(match, context);
  }
}

const mostMembers = 100;

@Resolver()
export class MatchMembersResolver {
  @Query(() => [MemberMatchesType], {
    nullable: true,
    description:
      "What matches each of several members in one moment, in the order asked, by as many statements as for one. Members " +
      "that do not exist, or that the caller may not see, are left out.",
  })
  async matchMembers(
    @Arg("memberIds", () => [ID], { description: "At most 100." }) memberIds: string[],
    @Ctx() context: RequestContext,
    @Arg("moment", () => MomentInput, { nullable: true, description: "Which moment; now, and nothing known of it." })
    moment?: MomentInput | null,
    @Arg("most", () => Int, { defaultValue: 10, description: "How many matches of each, 1 to 100." })
    most: number = 10,
  ): Promise<MemberMatchesType[]> {
    readableScope(context, "matchMembers");
    if (memberIds.length > mostMembers) {
      throw badInput(`memberIds has ${memberIds.length} items, expected at most ${mostMembers}.`);
    }
    if (most < 1 || most > maxPageSize) {
      throw badInput(`most is ${most}, expected 1 to ${maxPageSize}.`);
    }
    const question = { moment: askedMoment(context, moment ?? {}), kinds: null, limit: most, after: null };
    const ids = [...new Set(memberIds)].map((id) => rawId(context, "Member", id));
    const rows = await Promise.all(ids.map((id) => context.loaders.memberById.load(id)));
    const members = rows.filter(
      (row): row is MemberRow => row !== null && allows(context.actor, "matchMembers", memberResource(context, row)),
    );
    // Several ids may lead to one member: of merged ones to who survived them.
    const distinct = new Map(members.map((row) => [row.memberId, row]));
    return Promise.all(
      [...distinct.values()].map(async (row) => {
        const matches = await matchesOf(context, row, question);
        return { member: asMember(row), matches: matches.slice(0, most).map(asMatch) };
      }),
    );
  }
}

async function matchesOf(context: RequestContext, member: MemberRow, question: MatchQuestion): Promise<Match[]> {
  const toMatch = await context.loaders.memberToMatch.load({ member, at: question.moment.instant });
  const matches = matchMember(context, toMatch, question);
  // The loader has fetched all numbers of its members.
  if (!matches) throw new Error(`member ${member.memberId} is encoded by numbers that nobody knows`);
  return matches;
}

export function placeOf({ after }: AskedPage): MatchQuestion["after"] {
  if (!after) return null;
  const [total = "", id = "", rank = ""] = after;
  return { total: Number(total), id, rank: Number(rank) };
}

/** A member who kept a cursor must not learn by it what matched last week. */
function pinnedInstant({ actor, now }: RequestContext, { after }: AskedPage): Moment["instant"] | undefined {
  if (!after) return undefined;
  const pinned = Number(after[3]);
  return now.getTime() - pinned <= cursorMillis || allows(actor, "MomentInput.at") ? new Date(pinned) : undefined;
}
