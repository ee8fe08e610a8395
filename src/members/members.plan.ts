import { and, asc, isNull, or, sql, type Column, type SQL } from "drizzle-orm";
import {
  askedBy,
  column,
  derived,
  fromCatalogue,
  page,
  rowPlan,
  rows,
  sealed,
  start,
  withheld,
  type Args,
  type Bind,
  type Capabilities,
  type PlanContext,
  type RoomPlan,
  type RowField,
} from "../graphql/plan/fields";
import { bytesSource, instantSource, truthSource, type Source } from "../graphql/plan/sources";
import { clearProfile, maskProfile } from "./core/profile";
import { claimantOf } from "./identity-claims";
import { partnerAskedOf, type AskedIdentity } from "./member-of-identity";
import { consents, identities, memberProfiles, members } from "./members.tables";
import { profileSealOf } from "./profile-seal";

export const memberPlan = rowPlan({
  type: "Member",
  table: members,
  // A merged member answers as the one that it was merged into.
  declineIf: (member) => truthSource(sql`${member.status} = 'MERGED'`),
  fields: (member, caller) => ({
    id: sealed("Member", member.memberId, member.memberId),
    joinedAt: sinceWhen(caller, member.memberId, member.joinedAt),
    createdAt: sinceWhen(caller, member.memberId, member.createdAt),
    updatedAt: seesWhole(caller) ? column(member.updatedAt) : withheld,
    enrolledBy: fromCatalogue({ partnerId: member.enrolledBy }, ({ partnerId }, context) => {
      const { actor } = context;
      const foreign = actor.kind === "partner" && actor.partnerId !== partnerId;
      return foreign ? null : partnerOf({ partnerId }, context);
    }),
    identities: identitiesOf(member.memberId, caller),
    consents: consentsOf(member.memberId, caller),
    profile: profileOf(member.memberId, caller),
  }),
});

const identityPlan = rowPlan({
  type: "Identity",
  table: identities,
  fields: ({ identityId, memberId, partnerId }) => ({
    id: sealed("Identity", identityId, memberId),
    partner: fromCatalogue({ partnerId }, partnerOf),
  }),
});

const consentPlan = rowPlan({
  type: "Consent",
  table: consents,
  fields: ({ partnerId }) => ({ partner: fromCatalogue({ partnerId }, partnerOf) }),
});

export const membersPlan: RoomPlan = {
  roots: (caller) => ({
    member: askedBy(
      caller,
      "member",
      memberBy(caller, ({ ids }, { id }) => ids.openAs("Member", id as string)?.id ?? null),
    ),
    memberByIdentity: askedBy(caller, "memberByIdentity", memberBy(caller, claimantAsked, hasAskedNumber)),
    members: askedBy(caller, "members", pageOfMembers(caller)),
  }),
};

function pageOfMembers(caller: Capabilities) {
  return page(memberPlan, {
    needs: {},
    place: (_, { filter }) => ["members", filter],
    // What narrows the list down may take statements of its own; an app's empty search field narrows nothing.
    declineArgs: ({ filter }) => Object.values(filter ?? {}).some((each) => each !== null),
    select: (table) => ({
      where: and(sql`${table.status} <> 'MERGED'`, isWithinReach(table, caller, "members")),
      keyset: [table.memberId],
      direction: "rising",
    }),
  });
}

/**
 * Starts a statement from one member, where the caller may see it and it is as asked. A merged one comes whoever asks, to
 * be declined: who may see it is decided at the end of its chain.
 */
export function memberBy(
  caller: Capabilities,
  find: (context: PlanContext, args: Args) => string | null | Promise<string | null>,
  isAsAsked?: (table: typeof members, bind: Bind) => SQL,
) {
  return start(memberPlan, {
    find,
    where: (table, key, bind) => {
      const isShown = and(isWithinReach(table, caller, "member"), isAsAsked?.(table, bind));
      return and(sql`${table.memberId} = ${key}::uuid`, or(sql`${table.status} = 'MERGED'`, isShown)) as SQL;
    },
  });
}

/** The number's own row lies elsewhere than the member: one statement of its own. */
async function claimantAsked(context: PlanContext, args: Args): Promise<string | null> {
  const asked = args as unknown as AskedIdentity;
  const partnerId = partnerAskedOf(context, asked);
  return partnerId === null ? null : ((await claimantOf(context.database.app, partnerId, asked.number)) ?? null);
}

/** The member says whether it has the number that its row says it has: a claim may not be settled. */
function hasAskedNumber(table: typeof members, bind: Bind): SQL {
  const partnerId = bind((context, args) => partnerAskedOf(context, args as unknown as AskedIdentity));
  const number = bind((_, args) => args["number"]);
  return sql`exists (select from ${identities} where ${identities.memberId} = ${table.memberId}
    and ${identities.partnerId} = ${partnerId}::uuid and ${identities.number} = ${number}::text
    and ${identities.unlinkedAt} is null)`;
}

/** What other rooms know of a member's row. */
export interface MemberColumns {
  readonly memberId: Column;
  readonly hasAliases: Column;
}

/** True for a member into whom others were merged: its history stands under their ids too, which lie elsewhere. */
export function historyElsewhere(hasAliases: Column): Source<boolean> {
  return truthSource(sql`${hasAliases}`);
}

/** Which members the caller may see at all, one by one or in the list. */
function isWithinReach(table: typeof members, { reach, ownId }: Capabilities, action: "member" | "members"): SQL {
  switch (reach(action)) {
    case "all":
      return sql`true`;
    case "partner":
      return sql`exists (select from ${identities} where ${identities.memberId} = ${table.memberId}
        and ${identities.partnerId} = ${ownId}::uuid and ${identities.unlinkedAt} is null)`;
    case "member":
      return sql`${table.memberId} = ${ownId}::uuid`;
    case "none":
      return sql`false`;
  }
}

/** As the resolvers' `seesWhole`: partners are not shown instants that are the same for everybody. */
function seesWhole({ reach }: Capabilities): boolean {
  return reach("member") === "all" || reach("member") === "member";
}

function sinceWhen(caller: Capabilities, memberId: Column, forAll: Column): RowField {
  if (seesWhole(caller)) return column(forAll);
  if (caller.reach("Member.identities") === "none") return withheld;
  return column(
    instantSource(sql`(select ${identities.linkedAt} from ${identities}
      where ${identities.memberId} = ${memberId} and ${liveIdentityOf(caller, identities)}
      order by ${identities.linkedAt}, ${identities.identityId} limit 1)`),
  );
}

function identitiesOf(memberId: Column, caller: Capabilities): RowField {
  if (caller.reach("Member.identities") === "none") return withheld;
  return rows(identityPlan, (table) => ({
    where: sql`${table.memberId} = ${memberId} and ${liveIdentityOf(caller, table)}`,
    orderBy: [asc(table.linkedAt), asc(table.identityId)],
  }));
}

function liveIdentityOf({ reach, ownId }: Capabilities, table: typeof identities): SQL {
  const own = reach("Member.identities") === "partner" ? sql`${table.partnerId} = ${ownId}::uuid` : undefined;
  return and(isNull(table.unlinkedAt), own) as SQL;
}

/** The answer that counts is the one with the highest version. */
function consentsOf(memberId: Column, { reach, ownId }: Capabilities): RowField {
  if (reach("Member.consents") === "none") return withheld;
  return rows(consentPlan, (table) => ({
    where: and(
      sql`${table.memberId} = ${memberId}`,
      reach("Member.consents") === "partner" ? sql`${table.partnerId} = ${ownId}::uuid` : undefined,
      sql`not exists (select from ${consents} where ${consents.memberId} = ${table.memberId}
        and ${consents.partnerId} = ${table.partnerId} and ${consents.purpose} = ${table.purpose}
        and ${consents.version} > ${table.version})`,
    ),
    orderBy: [asc(table.partnerId), asc(table.purpose)],
  }));
}

/** Sealed, and through the vault's door alone: the whole statement goes through it then. */
function profileOf(memberId: Column, { reach }: Capabilities): RowField {
  if (reach("Member.profile") === "none") return withheld;
  const sealed = (part: Column) =>
    bytesSource(part, sql`from ${memberProfiles} where ${memberProfiles.memberId} = ${memberId}`);
  const isOwn = reach("Member.profile") === "member";
  return derived(
    {
      memberId,
      sealedKey: sealed(memberProfiles.sealedKey),
      sealedProfile: sealed(memberProfiles.sealedProfile),
    },
    (own, { services }) => {
      const { sealedKey, sealedProfile } = own;
      if (!sealedProfile) return null;
      const profile = profileSealOf(services.masterKey).open(own.memberId as string, { sealedKey, sealedProfile });
      return profile && (isOwn ? clearProfile(profile) : maskProfile(profile));
    },
    (database) => database.vault,
  );
}

function partnerOf({ partnerId }: { readonly partnerId: string }, { catalogue }: PlanContext) {
  return catalogue.partners.get(partnerId);
}
