import { Args, Ctx, FieldResolver, Resolver, Root } from "type-graphql";
import { scopeOf } from "../auth/core/policy";
import type { Action } from "../auth/core/policy.table";
import type { RequestContext } from "../context";
import { maySee } from "../graphql/authorize";
import { connection, pageRequest, type Connection } from "../graphql/connection";
import { badInput } from "../graphql/errors";
import { memberResource } from "../members/member-resource";
import type { MemberRow } from "../members/members.queries";
import { MemberType } from "../members/members.types";
import { asDelivery } from "../offers/deliveries.resolver";
import { asPurchase } from "../purchases/purchases.resolver";
import { timelineKinds, type TimelineKind, type TimelinePlace } from "./core/timeline";
import type { TimelineRow } from "./timeline.loaders";
import { TimelineArgs, TimelineConnection, type TimelineEntryType } from "./timeline.types";
import { asTransfer } from "./transfers.resolver";

/** A kind is listed for who sees it at the member's own field. */
const seenBy: Readonly<Record<TimelineKind, Action>> = {
  TRANSFER: "Member.transfers",
  PURCHASE: "Member.purchases",
  OFFER: "Member.offerDeliveries",
  CHANGE: "Member.timeline",
};

@Resolver(() => MemberType)
export class MemberTimelineResolver {
  @FieldResolver(() => TimelineConnection, {
    nullable: true,
    description:
      "All that happened to the member, newest first: transfers, purchases, offers and changes, also of members merged " +
      "into it; of kinds that the caller may not see elsewhere nothing. Null for everyone but the operator's staff who " +
      "look after members, and services.",
  })
  async timeline(
    @Root() member: MemberRow,
    @Args() { filter, ...args }: TimelineArgs,
    @Ctx() context: RequestContext,
  ): Promise<Connection<TimelineEntryType> | null> {
    if (!maySee(context, "Member.timeline", memberResource(context, member))) return null;
    // The kind, then the longest keyset; shorter ones are filled up.
    const page = pageRequest(context, ["Member.timeline", member.memberId, filter], args, 4);
    const wanted = filter?.kinds ?? timelineKinds;
    const rows = await context.loaders.timelineOfMember.load({
      ownerId: member.memberId,
      args: {
        kinds: timelineKinds.filter(
          (kind) => wanted.includes(kind) && scopeOf(context.actor, seenBy[kind]).kind !== "none",
        ),
        ...{ from: filter?.from ?? null, before: filter?.before ?? null },
        ...{ limit: page.limit, after: page.after && placeOf(page.after) },
      },
    });
    return connection(page, rows, keysetOf, asEntry);
  }
}

function keysetOf({ kind, keyset }: TimelineRow): readonly string[] {
  const [at = "", first = "", second = ""] = keyset;
  return [kind, at, first, second];
}

function placeOf([kind = "", at = "", first = "", second = ""]: readonly string[]): TimelinePlace {
  const known = timelineKinds.find((one) => one === kind);
  if (!known) throw badInput("after is not a cursor of this connection.");
  return { kind: known, at: new Date(at), keyset: [at, first, second] };
}

function asEntry(entry: TimelineRow): TimelineEntryType {
  const nothing = { transfer: null, purchase: null, delivery: null, change: null };
  const { kind, at } = entry;
  switch (entry.kind) {
    case "TRANSFER":
      return { ...nothing, kind, at, transfer: asTransfer(entry.row) };
    case "PURCHASE":
      return { ...nothing, kind, at, purchase: asPurchase(entry.row) };
    case "OFFER":
      return { ...nothing, kind, at, delivery: asDelivery(entry.row) };
    case "CHANGE":
      return { ...nothing, kind, at, change: entry.row };
  }
}
