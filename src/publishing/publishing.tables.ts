import { sql } from "drizzle-orm";
import { check, index, integer, jsonb, primaryKey, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { bytes, instant } from "../db/columns";
import { alliance } from "../db/schemas";
import type { VersionState } from "../kernel/lifecycle";

/** What has versions. Each kind brings a codec for its content (publishing/version-codec.ts). */
export const versionedKinds = ["OFFER", "AUDIENCE", "BENEFIT", "RIGHTS_PACKAGE", "CARD_PRODUCT"] as const;
export type VersionedKind = (typeof versionedKinds)[number];

/** Every version of everything that is published, with its place in the lifecycle. Amounts in `content` are strings. */
export const versions = alliance.table(
  "versions",
  {
    kind: text("kind").$type<VersionedKind>().notNull(),
    itemId: uuid("item_id").notNull(),
    version: integer("version").notNull(),
    state: text("state").$type<VersionState>().notNull(),
    content: jsonb("content").$type<unknown>().notNull(),
    /** SHA-256 of the canonical content, for recognising equal versions and edits between read and write. */
    contentHash: bytes("content_hash").notNull(),
    /** The earlier version this one was made from; null for a first one. */
    basedOn: integer("based_on"),
    /** Everyone who edited this version while it was a draft (actor ids): none of them may approve it. */
    editors: text("editors").array().notNull(),
    /** The service that brought a version which another system had already published; nobody approved it here. */
    importedBy: text("imported_by"),
    createdBy: text("created_by").notNull(),
    createdAt: instant("created_at").notNull(),
    updatedAt: instant("updated_at").notNull(),
    submittedAt: instant("submitted_at"),
    approvedBy: text("approved_by"),
    approvedAt: instant("approved_at"),
    /** When a scheduled version goes live by itself. */
    publishAt: instant("publish_at"),
    publishedAt: instant("published_at"),
    endedAt: instant("ended_at"),
    /** Counts changes of this row; a step names the revision it was decided on. */
    revision: integer("revision").notNull(),
  },
  (t) => [
    primaryKey({ name: "versions_pkey", columns: [t.kind, t.itemId, t.version] }),
    uniqueIndex("versions_one_live")
      .on(t.kind, t.itemId)
      .where(sql`${t.state} in ('PUBLISHED', 'PAUSED')`),
    uniqueIndex("versions_one_open")
      .on(t.kind, t.itemId)
      .where(sql`${t.state} in ('DRAFT', 'REVIEW', 'APPROVED', 'SCHEDULED')`),
    check("versions_kind_known", sql`${t.kind} in ('OFFER', 'AUDIENCE', 'BENEFIT', 'RIGHTS_PACKAGE', 'CARD_PRODUCT')`),
    check("versions_counts", sql`${t.version} > 0 and ${t.revision} > 0`),
    check(
      "versions_state_known",
      sql`${t.state} in ('DRAFT', 'REVIEW', 'APPROVED', 'SCHEDULED', 'PUBLISHED', 'PAUSED', 'ENDED')`,
    ),
    check("versions_second_person", sql`${t.approvedBy} is null or not (${t.approvedBy} = any(${t.editors}))`),
    check(
      "versions_approved",
      sql`${t.state} in ('DRAFT', 'REVIEW', 'ENDED') or ${t.approvedBy} is not null or ${t.importedBy} is not null`,
    ),
    check("versions_published", sql`${t.state} not in ('PUBLISHED', 'PAUSED') or ${t.publishedAt} is not null`),
    check("versions_ended", sql`(${t.state} = 'ENDED') = (${t.endedAt} is not null)`),
    check("versions_scheduled", sql`${t.state} <> 'SCHEDULED' or ${t.publishAt} is not null`),
    index("versions_due")
      .on(t.publishAt)
      .where(sql`${t.state} = 'SCHEDULED'`),
  ],
);
