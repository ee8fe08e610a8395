import { sql } from "drizzle-orm";
import { bigint, check, foreignKey, index, integer, primaryKey, text, unique, uuid } from "drizzle-orm/pg-core";
import { bytes, instant, localisedColumn, memberId } from "../db/columns";
import { alliance } from "../db/schemas";
import type { VersionState } from "../kernel/lifecycle";
import { members } from "../members/members.tables";
import { partners } from "../merchants/merchants.tables";
import type { AudienceKind } from "./core/audience";
import type { PieceKind } from "./core/piece";

/**
 * The identity of a saved audience. Its content stands in `versions` (kind `AUDIENCE`); the columns from `state` on are
 * copied from the leading version in the transaction that moves it.
 */
export const audiences = alliance.table(
  "audiences",
  {
    audienceId: uuid("audience_id").primaryKey(),
    /** What rules call it by; never changes. One for the whole alliance, since a rule names no owner. */
    code: text("code").notNull(),
    /** Null for one of the operator; else only members of this partner belong to it, and only the partner sees it. */
    partnerId: uuid("partner_id").references(() => partners.partnerId),
    createdAt: instant("created_at").notNull(),
    state: text("state").$type<VersionState>().notNull(),
    version: integer("version").notNull(),
    publishedAt: instant("published_at"),
    name: localisedColumn("name").notNull(),
    kind: text("kind").$type<AudienceKind>().notNull(),
  },
  (t) => [
    unique("audiences_code_key").on(t.code),
    check("audiences_kind_known", sql`${t.kind} in ('RULE', 'LIST')`),
    check(
      "audiences_state_known",
      sql`${t.state} in ('DRAFT', 'REVIEW', 'APPROVED', 'SCHEDULED', 'PUBLISHED', 'PAUSED', 'ENDED')`,
    ),
    check("audiences_published", sql`${t.state} not in ('PUBLISHED', 'PAUSED') or ${t.publishedAt} is not null`),
    index("audiences_by_partner").on(t.partnerId, t.audienceId),
  ],
);

/**
 * A list of members that was uploaded. Once complete it never changes: whoever approves an audience that rests on it
 * approves its members. One that an upload left half done stays incomplete, and no audience can name it.
 */
export const audienceLists = alliance.table(
  "audience_lists",
  {
    listId: uuid("list_id").primaryKey(),
    /** Whose numbers were uploaded, and who may rest an audience on them. */
    partnerId: uuid("partner_id")
      .notNull()
      .references(() => partners.partnerId),
    createdBy: text("created_by").notNull(),
    createdAt: instant("created_at").notNull(),
    /** Null while it is being uploaded. */
    completedAt: instant("completed_at"),
    /** Members on it, each counted once. Zero until it is complete. */
    memberCount: integer("member_count").notNull(),
    /** Lines that named nobody. */
    refusedCount: integer("refused_count").notNull(),
  },
  (t) => [check("audience_lists_counts", sql`${t.memberCount} >= 0 and ${t.refusedCount} >= 0`)],
);

/** That a member is on a list. */
export const audienceListMembers = alliance.table(
  "audience_list_members",
  {
    memberId: memberId().notNull(),
    listId: uuid("list_id")
      .notNull()
      .references(() => audienceLists.listId),
  },
  (t) => [
    primaryKey({ name: "audience_list_members_pkey", columns: [t.memberId, t.listId] }),
    foreignKey({ name: "audience_list_members_member", columns: [t.memberId], foreignColumns: [members.memberId] }),
    index("audience_list_members_by_list").on(t.listId, t.memberId),
  ],
);

/**
 * In which chunk a member is. Written before the chunk numbers it: this row, which the member's shard keeps unique, is
 * why no member is counted in two chunks.
 */
export const audiencePlaces = alliance.table(
  "audience_places",
  {
    memberId: memberId().primaryKey(),
    chunk: integer("chunk").notNull(),
  },
  (t) => [
    foreignKey({ name: "audience_places_member", columns: [t.memberId], foreignColumns: [members.memberId] }),
    check("audience_places_chunk", sql`${t.chunk} >= 0`),
  ],
);

/** The head of a chunk of at most 65,536 members: the lock of all that stands in it. */
export const audienceChunks = alliance.table(
  "audience_chunks",
  {
    chunk: integer("chunk").primaryKey(),
    /** How many places were given away; a few of them may never be taken. The chunk is full at 65,536. */
    placed: integer("placed").notNull(),
    /** How many positions are numbered: 0 … numbered − 1. */
    numbered: integer("numbered").notNull(),
    /** Rises with every refresh; what servers hold in memory is of a version. */
    version: bigint("version", { mode: "number" }).notNull(),
    /** The version of the last rebuild: pieces that are older were taken away. */
    rebuiltVersion: bigint("rebuilt_version", { mode: "number" }).notNull(),
    refreshedAt: instant("refreshed_at").notNull(),
  },
  (t) => [
    check("audience_chunks_placed", sql`${t.placed} between 0 and 65536`),
    check("audience_chunks_numbered", sql`${t.numbered} between 0 and 65536`),
    check("audience_chunks_version", sql`${t.version} >= ${t.rebuiltVersion}`),
  ],
);

/** Who has which position in a chunk, and what the chunk's pieces hold of it: the difference to it is a refresh. */
export const audienceMembers = alliance.table(
  "audience_members",
  {
    chunk: integer("chunk").notNull(),
    position: integer("position").notNull(),
    memberId: memberId().notNull(),
    /** The member's encoding (facts/core/encoding.ts) as it was taken up; empty before the first time. */
    encoding: bytes("encoding").notNull(),
  },
  (t) => [
    primaryKey({ name: "audience_members_pkey", columns: [t.chunk, t.position] }),
    unique("audience_members_member_key").on(t.chunk, t.memberId),
    check("audience_members_position", sql`${t.position} between 0 and 65535`),
  ],
);

/** One stored value of a chunk; core/piece.ts says which there are. One that nobody is in any longer stays, empty. */
export const audiencePieces = alliance.table(
  "audience_pieces",
  {
    chunk: integer("chunk").notNull(),
    kind: text("kind").$type<PieceKind>().notNull(),
    /** A number of `fact_keys`; 0 of `LIVE`. */
    key: integer("key").notNull(),
    /** The chunk's version that wrote it. */
    version: bigint("version", { mode: "number" }).notNull(),
    /** As core/piece-encoding.ts writes it; empty where nobody is in it any longer. */
    body: bytes("body").notNull(),
  },
  (t) => [
    primaryKey({ name: "audience_pieces_pkey", columns: [t.chunk, t.kind, t.key] }),
    check("audience_pieces_kind_known", sql`${t.kind} in ('KEY', 'COLUMN', 'LIVE')`),
    index("audience_pieces_by_version").on(t.chunk, t.version),
  ],
);
