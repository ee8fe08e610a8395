import { sql, type Column } from "drizzle-orm";
import { factSourcesOf, type EncodedRow } from "../facts/facts.plan";
import { connection, pageRequest, type Connection } from "../graphql/connection";
import { RequestError } from "../graphql/errors";
import {
  computed,
  computedFromCatalogue,
  derived,
  extension,
  withheld,
  type Args,
  type PlanContext,
  type RoomPlan,
} from "../graphql/plan/fields";
import { Declined } from "../graphql/plan/run";
import { bound } from "../graphql/plan/statement";
import type { MemberColumns } from "../members/members.plan";
import { responseSourcesOf } from "../offers/responses.plan";
import { responsesOf, sinceOf, type MetDelivery } from "../offers/responses.queries";
import { askedMoment } from "./asked-moment";
import { matchMember, type Match } from "./match-member";
import { matchKeys, matchKeyset, matchesPlace, offerOfMatch, reasonsOfMatch, scoreOfMatch } from "./matches.view";
import type { MatchesArgs, MomentInput } from "./moment.inputs";
import { knownMember, readEncoding } from "./read-members";

/** What of the member's own row matching asks. */
interface MatchingColumns extends MemberColumns {
  readonly status: Column;
}

const now = sql`${bound(({ context }) => context.now.toISOString())}::timestamptz`;
const since = sql`${bound(({ context }) => sinceOf(context.now).toISOString())}::timestamptz`;

export const matchesPlan: RoomPlan = {
  extensions: [
    extension("Member", ({ memberId, hasAliases, status }: MatchingColumns, caller) => ({
      matches:
        caller.reach("Member.matches") === "none"
          ? withheld
          : derived(
              {
                ...{ memberId, hasAliases, status },
                ...factSourcesOf(memberId, now),
                ...responseSourcesOf(memberId, since, now),
              },
              (own, context, args) => plannedMatches(own as PlannedMember, context, args),
            ),
    })),
  ],
  objects: [
    {
      type: "Match",
      fields: () => ({
        kind: computed(({ thing }: Match) => thing.kind),
        score: computed(scoreOfMatch),
        offer: computedFromCatalogue(offerOfMatch, ({ rowNumber }: Match) => rowNumber),
        reasons: computed(reasonsOfMatch),
      }),
    },
  ],
};

/** What the member's one statement answers for matching. */
interface PlannedMember {
  readonly memberId: string;
  readonly hasAliases: boolean;
  readonly status: string;
  readonly encoded: EncodedRow | null;
  readonly history: Readonly<Record<string, string>> | null;
  readonly deliveries: readonly MetDelivery[];
  readonly activations: readonly { readonly offerId: string }[];
}

/** What takes further statements is left to the resolvers: history under other ids, encodings to be made anew. */
function plannedMatches(own: PlannedMember, context: PlanContext, args: Args): Connection<Match> {
  const asked = args as unknown as MatchesArgs & MomentInput;
  const { memberId } = own;
  if (own.hasAliases) throw new Declined("a part of the history lies elsewhere");
  // The statement is of now; a page that goes on is of the moment that its cursor holds.
  if (asked.at || asked.after) throw new Declined("matches of another moment");
  const encoded = readEncoding(own.encoded ?? undefined, context.now);
  if (!encoded) throw new Declined("the encoding is to be made anew");
  const member = {
    memberId,
    isActive: own.status === "ACTIVE",
    known: knownMember(encoded, own.history ? sumsOf(own.history) : noSums),
    responses: responsesOf(
      own.deliveries,
      own.activations.map(({ offerId }) => offerId),
    ),
  };
  const { page, moment } = declineRefused(() => ({
    page: pageRequest(context, matchesPlace(memberId, asked, asked.kinds), asked, matchKeys),
    moment: askedMoment(context, asked),
  }));
  const question = { moment, kinds: asked.kinds ?? null, limit: page.limit, after: null };
  const matches = matchMember(context, member, question);
  if (!matches) throw new Declined("numbers of facts that this process has not met");
  return connection(page, matches, matchKeyset, (match) => match);
}

function sumsOf(history: NonNullable<PlannedMember["history"]>): ReadonlyMap<string, number> {
  return new Map(Object.entries(history).map(([code, sum]) => [code, Number(sum)]));
}

const noSums: ReadonlyMap<string, number> = new Map();

/** What is refused, the resolvers word. */
function declineRefused<Value>(read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    throw error instanceof RequestError ? new Declined(error.message) : error;
  }
}
