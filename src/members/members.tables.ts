import { sql } from "drizzle-orm";
import { boolean, check, foreignKey, index, integer, primaryKey, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { bytes, instant, memberId } from "../db/columns";
import { alliance, personal } from "../db/schemas";
import type { Locale } from "../kernel/localised";
import { partners } from "../merchants/merchants.tables";
import type { ConsentPurpose, MemberStatus } from "./core/member";

/** One person in the alliance. Who it is stands in `personal.member_profiles`. */
export const members = alliance.table(
  "members",
  {
    memberId: memberId().primaryKey(),
    status: text("status").$type<MemberStatus>().notNull(),
    /** Set when merged: the member that answers instead. No foreign key, it lives on another shard. */
    mergedInto: uuid("merged_into"),
    /**
     * True once others were merged into it: then it has history under their ids too (member_aliases). Written with the
     * first alias, under the member's lock, so that a screen need not look for aliases that hardly any member has.
     */
    hasAliases: boolean("has_aliases").notNull().default(false),
    /** The partner that brought the member. */
    enrolledBy: uuid("enrolled_by")
      .notNull()
      .references(() => partners.partnerId),
    /** When the member joined, by the partner's own account; may lie before the alliance existed. */
    joinedAt: instant("joined_at").notNull(),
    locale: text("locale").$type<Locale>().notNull(),
    revision: integer("revision").notNull(),
    createdAt: instant("created_at").notNull(),
    updatedAt: instant("updated_at").notNull(),
  },
  (t) => [
    check("members_status_known", sql`${t.status} in ('ACTIVE', 'CLOSED', 'MERGED')`),
    check("members_merged_into", sql`(${t.status} = 'MERGED') = (${t.mergedInto} is not null)`),
    check("members_not_merged_into_itself", sql`${t.mergedInto} <> ${t.memberId}`),
  ],
);

/** A partner's own number for a member. Unlinked ones stay for the record. */
export const identities = alliance.table(
  "identities",
  {
    memberId: memberId().notNull(),
    identityId: uuid("identity_id").notNull(),
    partnerId: uuid("partner_id")
      .notNull()
      .references(() => partners.partnerId),
    number: text("number").notNull(),
    linkedAt: instant("linked_at").notNull(),
    unlinkedAt: instant("unlinked_at"),
    /** The merged member that brought the number; null where it was linked to this one. */
    adoptedFrom: uuid("adopted_from"),
  },
  (t) => [
    primaryKey({ name: "identities_pkey", columns: [t.memberId, t.identityId] }),
    foreignKey({ name: "identities_member", columns: [t.memberId], foreignColumns: [members.memberId] }),
    uniqueIndex("identities_one_per_partner")
      .on(t.memberId, t.partnerId)
      .where(sql`${t.unlinkedAt} is null and ${t.adoptedFrom} is null`),
    index("identities_by_partner").on(t.partnerId, t.memberId),
  ],
);

/**
 * Which member a partner's number belongs to. Keyed by the looked-up value, since no constraint may cross members: the
 * row is claimed first, then the identity is written, then the claim is confirmed.
 */
export const identityLookup = alliance.table(
  "identity_lookup",
  {
    partnerId: uuid("partner_id").notNull(),
    number: text("number").notNull(),
    memberId: memberId().notNull(),
    claimedAt: instant("claimed_at").notNull(),
    /** Null while the member's own row is not yet known to be there; a sweeper frees or confirms such claims. */
    confirmedAt: instant("confirmed_at"),
  },
  (t) => [
    primaryKey({ name: "identity_lookup_pkey", columns: [t.partnerId, t.number] }),
    index("identity_lookup_unconfirmed")
      .on(t.claimedAt)
      .where(sql`${t.confirmedAt} is null`),
  ],
);

/**
 * Which ids a member answers for besides its own: every member that was merged into it, also by way of another. Written
 * when the merge has reached this member, and never changed.
 */
export const memberAliases = alliance.table(
  "member_aliases",
  {
    memberId: memberId().notNull(),
    aliasId: uuid("alias_id").notNull(),
    mergedAt: instant("merged_at").notNull(),
  },
  (t) => [
    primaryKey({ name: "member_aliases_pkey", columns: [t.memberId, t.aliasId] }),
    foreignKey({ name: "member_aliases_member", columns: [t.memberId], foreignColumns: [members.memberId] }),
  ],
);

/**
 * Held by a merge on both of its members while it runs, so that each takes part in one merge at a time, whichever shards
 * they live on. One that stays behind tells the sweeper what to finish or to give up.
 */
export const mergeClaims = alliance.table("merge_claims", {
  memberId: memberId().primaryKey(),
  mergeId: uuid("merge_id").notNull(),
  sourceId: uuid("source_id").notNull(),
  targetId: uuid("target_id").notNull(),
  claimedAt: instant("claimed_at").notNull(),
});

/** Every answer a member gave to one purpose of one partner; the highest version counts. Rows are never changed. */
export const consents = alliance.table(
  "consents",
  {
    memberId: memberId().notNull(),
    partnerId: uuid("partner_id")
      .notNull()
      .references(() => partners.partnerId),
    purpose: text("purpose").$type<ConsentPurpose>().notNull(),
    version: integer("version").notNull(),
    granted: boolean("granted").notNull(),
    /** Which wording the member saw. */
    wording: text("wording").notNull(),
    recordedAt: instant("recorded_at").notNull(),
    recordedBy: text("recorded_by").notNull(),
  },
  (t) => [
    primaryKey({ name: "consents_pkey", columns: [t.memberId, t.partnerId, t.purpose, t.version] }),
    foreignKey({ name: "consents_member", columns: [t.memberId], foreignColumns: [members.memberId] }),
    check("consents_version_positive", sql`${t.version} > 0`),
    check("consents_purpose_known", sql`${t.purpose} in ('MARKETING', 'PROFILING', 'DATA_SHARING', 'ANALYTICS')`),
  ],
);

/**
 * Name, mail, phone and birth date, sealed with a key of the member's own, which itself is sealed with the master key:
 * dropping the sealed key erases the person.
 */
export const memberProfiles = personal.table(
  "member_profiles",
  {
    memberId: memberId().primaryKey(),
    /** AES-256-GCM of the member's data key under the master key; null once the person was erased. */
    sealedKey: bytes("sealed_key"),
    /** AES-256-GCM of the profile as JSON under the member's data key. */
    sealedProfile: bytes("sealed_profile").notNull(),
    updatedAt: instant("updated_at").notNull(),
  },
  (t) => [foreignKey({ name: "member_profiles_member", columns: [t.memberId], foreignColumns: [members.memberId] })],
);

/** Finds members by mail or phone: HMAC-SHA256 of the normalised value. Several members may share one. */
export const contactLookup = personal.table(
  "contact_lookup",
  {
    digest: bytes("digest").notNull(),
    memberId: memberId().notNull(),
    kind: text("kind").$type<"EMAIL" | "PHONE">().notNull(),
  },
  (t) => [
    primaryKey({ name: "contact_lookup_pkey", columns: [t.digest, t.memberId] }),
    check("contact_lookup_kind_known", sql`${t.kind} in ('EMAIL', 'PHONE')`),
  ],
);
