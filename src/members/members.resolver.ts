import { Arg, Args, Ctx, FieldResolver, ID, Query, Resolver, Root } from "type-graphql";
import { scopeOf } from "../auth/core/policy";
import type { RequestContext } from "../context";
import { maySee, readableScope } from "../graphql/authorize";
import { connection, pageRequest, type Connection } from "../graphql/connection";
import { idOrNobody } from "../graphql/ids-in-filters";
import { registerNode } from "../graphql/node";
import { DateTimeScalar } from "../graphql/scalars";
import { asPartner } from "../merchants/merchants.resolver";
import { PartnerType } from "../merchants/merchants.types";
import { tagCondition } from "../tags/tag-condition";
import { clearProfile, maskProfile } from "./core/profile";
import { memberIdOfIdentity } from "./member-of-identity";
import { memberResource } from "./member-resource";
import {
  memberIdColumn,
  pageOfMembers,
  type ConsentRow,
  type IdentityRow,
  type MemberFilter,
  type MemberRow,
} from "./members.queries";
import {
  ConsentType,
  IdentityType,
  MaskedProfileType,
  MemberConnection,
  MembersArgs,
  MemberType,
  type MemberFilterInput,
} from "./members.types";
import { profileSealOf } from "./profile-seal";
import { findMembers } from "./find-members";

/** Objects of the room are its rows; fields that need the caller are resolved here. */
export const asMember = (row: MemberRow) => row as unknown as MemberType;
export const asIdentity = (row: IdentityRow) => row as unknown as IdentityType;
export const asConsent = (row: ConsentRow) => row as unknown as ConsentType;

registerNode("Member", (context, { id }) => context.loaders.memberById.load(id));

/** Under the member that answers now, which has adopted the identities of those that were merged into it. */
registerNode("Identity", async (context, { id, memberId }) => {
  const member = memberId ? await context.loaders.memberById.load(memberId) : null;
  if (!member || !maySee(context, "Member.identities", memberResource(context, member))) return null;
  const live = await context.loaders.identitiesByMember.load(member.memberId);
  return live.find((identity) => identity.identityId === id) ?? null;
});

@Resolver(() => MemberType)
export class MemberResolver {
  @Query(() => MemberType, {
    nullable: true,
    description:
      "One member by id; null where there is none or the caller may not see it. The id of a merged member answers with " +
      "the member it was merged into.",
  })
  async member(
    @Arg("id", () => ID, { description: "Global id." }) id: string,
    @Ctx() context: RequestContext,
  ): Promise<MemberType | null> {
    readableScope(context, "member");
    const reference = context.ids.openAs("Member", id);
    const row = reference ? await context.loaders.memberById.load(reference.id) : null;
    return row && asMember(row);
  }

  @Query(() => MemberType, {
    nullable: true,
    description:
      "The member behind a partner's own number; null where there is none. Partners ask for their own numbers, and need " +
      "not name themselves.",
  })
  async memberByIdentity(
    @Arg("number", () => String, { description: "The partner's number; case counts." }) number: string,
    @Ctx() context: RequestContext,
    @Arg("partnerId", () => ID, { nullable: true, description: "Id of the partner." }) partnerId?: string | null,
    @Arg("partnerCode", () => String, { nullable: true, description: "Or its code." }) partnerCode?: string | null,
  ): Promise<MemberType | null> {
    const memberId = await memberIdOfIdentity(context, { number, partnerId, partnerCode });
    const row = memberId ? await context.loaders.memberById.load(memberId) : null;
    return row && asMember(row);
  }

  @Query(() => MemberConnection, { description: "Members, oldest enrolment first; merged ones are not listed." })
  async members(
    @Args() { filter, ...args }: MembersArgs,
    @Ctx() context: RequestContext,
  ): Promise<Connection<MemberType>> {
    const scope = readableScope(context, "members");
    const request = pageRequest(context, ["members", filter], args, 1);
    const rows = await pageOfMembers(context.database.app, await memberFilter(context, filter), scope, request);
    return connection(request, rows, (row) => [row.memberId], asMember);
  }

  @FieldResolver(() => ID, { description: "Global id; every partner has its own for the same member." })
  id(@Root() member: MemberRow, @Ctx() context: RequestContext): string {
    return context.ids.seal("Member", member.memberId, member.memberId);
  }

  @FieldResolver(() => DateTimeScalar, {
    nullable: true,
    description:
      "When the member joined, by the enrolling partner's account, UTC; may lie before the alliance existed. For a " +
      "partner when its own number was linked; null where none is.",
  })
  joinedAt(@Root() member: MemberRow, @Ctx() context: RequestContext): Promise<Date | null> {
    return sinceWhen(context, member, member.joinedAt);
  }

  @FieldResolver(() => DateTimeScalar, {
    nullable: true,
    description:
      "When the member was enrolled here, UTC. For a partner when its own number was linked; null where none is.",
  })
  createdAt(@Root() member: MemberRow, @Ctx() context: RequestContext): Promise<Date | null> {
    return sinceWhen(context, member, member.createdAt);
  }

  @FieldResolver(() => DateTimeScalar, {
    nullable: true,
    description: "When the member was last changed, UTC; null for partners.",
  })
  updatedAt(@Root() member: MemberRow, @Ctx() context: RequestContext): Date | null {
    return seesWhole(context, member) ? member.updatedAt : null;
  }

  @FieldResolver(() => PartnerType, {
    nullable: true,
    description: "The partner that brought the member; for a partner null where it was another one.",
  })
  async enrolledBy(@Root() member: MemberRow, @Ctx() context: RequestContext): Promise<PartnerType | null> {
    const resource = { memberId: member.memberId, partnerId: member.enrolledBy };
    if (!maySee(context, "member", resource)) return null;
    const row = await context.loaders.partnerById.load(member.enrolledBy);
    return row && asPartner(row);
  }

  @FieldResolver(() => [IdentityType], {
    nullable: true,
    description:
      "The partners' numbers for the member that are live, oldest first. Partners see their own alone. Null where the " +
      "caller may not see them.",
  })
  async identities(@Root() member: MemberRow, @Ctx() context: RequestContext): Promise<IdentityType[] | null> {
    if (!maySee(context, "Member.identities", memberResource(context, member))) return null;
    return (await context.loaders.identitiesByMember.load(member.memberId)).map(asIdentity);
  }

  @FieldResolver(() => [ConsentType], {
    nullable: true,
    description:
      "The latest answer to each purpose of each partner. Partners see the answers given to them alone. Null where the " +
      "caller may not see them.",
  })
  async consents(@Root() member: MemberRow, @Ctx() context: RequestContext): Promise<ConsentType[] | null> {
    if (!maySee(context, "Member.consents", memberResource(context, member))) return null;
    return (await context.loaders.consentsByMember.load(member.memberId)).map(asConsent);
  }

  @FieldResolver(() => MaskedProfileType, {
    nullable: true,
    description:
      "Who the member is, masked for all but the member; null where nothing is known, it was erased, or the caller may " +
      "not see it.",
  })
  async profile(@Root() member: MemberRow, @Ctx() context: RequestContext): Promise<MaskedProfileType | null> {
    const { memberId } = member;
    if (!maySee(context, "Member.profile", memberResource(context, member))) return null;
    const sealed = await context.loaders.sealedProfileByMember.load(memberId);
    const profile = sealed && profileSealOf(context.services.masterKey).open(memberId, sealed);
    if (!profile) return null;
    // A partner or staff that may see the profile sees it masked; who it is about knows it.
    const isOwn = scopeOf(context.actor, "Member.profile").kind === "member";
    return isOwn ? clearProfile(profile) : maskProfile(profile);
  }
}

@Resolver(() => IdentityType)
export class IdentityResolver {
  @FieldResolver(() => ID, { description: "Global id." })
  id(@Root() identity: IdentityRow, @Ctx() context: RequestContext): string {
    return context.ids.seal("Identity", identity.identityId, identity.memberId);
  }

  @FieldResolver(() => PartnerType, { nullable: true, description: "The partner whose number it is." })
  async partner(@Root() identity: IdentityRow, @Ctx() context: RequestContext): Promise<PartnerType | null> {
    const row = await context.loaders.partnerById.load(identity.partnerId);
    return row && asPartner(row);
  }
}

@Resolver(() => ConsentType)
export class ConsentResolver {
  @FieldResolver(() => PartnerType, { nullable: true, description: "The partner that the answer was given to." })
  async partner(@Root() consent: ConsentRow, @Ctx() context: RequestContext): Promise<PartnerType | null> {
    const row = await context.loaders.partnerById.load(consent.partnerId);
    return row && asPartner(row);
  }
}

/**
 * Whoever sees the member for its own sake, and not because it has an identity with it. Others are not shown instants
 * that are the same for everybody: two partners could find out by them whom they share.
 */
function seesWhole(context: RequestContext, { memberId }: MemberRow): boolean {
  return maySee(context, "member", { memberId });
}

async function sinceWhen(context: RequestContext, member: MemberRow, forAll: Date): Promise<Date | null> {
  if (seesWhole(context, member)) return forAll;
  const [own] = await context.loaders.identitiesByMember.load(member.memberId);
  return own?.linkedAt ?? null;
}

async function memberFilter(
  context: RequestContext,
  filter: MemberFilterInput | null | undefined,
): Promise<MemberFilter> {
  if (!filter) return {};
  const { partnerId, search, tag, ...rest } = filter;
  const reach = scopeOf(context.actor, "members");
  const asked = idOrNobody(context, "Partner", partnerId);
  // A partner learns nothing of its members' identities elsewhere: another partner's id finds nobody.
  const foreign = reach.kind === "partner" && asked !== null && asked !== reach.partnerId;
  return {
    ...rest,
    partnerId: asked,
    memberIds: foreign ? [] : search ? await findMembers(context, search) : null,
    hasTag: tag ? await tagCondition(context, memberIdColumn, tag) : null,
  };
}
