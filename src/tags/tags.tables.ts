import { sql } from "drizzle-orm";
import { check, foreignKey, index, integer, jsonb, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { instant, localisedColumn, memberId } from "../db/columns";
import { alliance } from "../db/schemas";
import { members } from "../members/members.tables";
import { partners } from "../merchants/merchants.tables";
import type { Sensitivity, TagStatus, TagType, TagValue } from "./core/tag";

/** What can be said about a member, with its type. Rules are checked against these. */
export const tagDefinitions = alliance.table(
  "tag_definitions",
  {
    /** Lower snake case, stable: `monthly_spend`. Rules name tags by it. */
    code: text("code").primaryKey(),
    name: localisedColumn("name").notNull(),
    description: localisedColumn("description").notNull(),
    type: text("type").$type<TagType>().notNull(),
    /** The allowed choices of an ENUM or SET; empty for the other types. */
    choices: text("choices").array().notNull(),
    /** Unit of a NUMBER (`years`, `CNY`), for people. */
    unit: text("unit"),
    /** The partner that supplies the tag and alone may write it. */
    sourcePartnerId: uuid("source_partner_id")
      .notNull()
      .references(() => partners.partnerId),
    sensitivity: text("sensitivity").$type<Sensitivity>().notNull(),
    status: text("status").$type<TagStatus>().notNull(),
    revision: integer("revision").notNull(),
    createdAt: instant("created_at").notNull(),
    updatedAt: instant("updated_at").notNull(),
  },
  (t) => [
    check("tag_definitions_code_shape", sql`${t.code} ~ '^[a-z][a-z0-9_]{0,62}$'`),
    check("tag_definitions_type_known", sql`${t.type} in ('BOOLEAN', 'ENUM', 'NUMBER', 'DATE', 'SET')`),
    check(
      "tag_definitions_sensitivity_known",
      sql`${t.sensitivity} in ('PUBLIC', 'INTERNAL', 'PERSONAL', 'SENSITIVE')`,
    ),
    check("tag_definitions_status_known", sql`${t.status} in ('ACTIVE', 'RETIRED')`),
    check("tag_definitions_choices", sql`(${t.type} in ('ENUM', 'SET')) = (cardinality(${t.choices}) > 0)`),
  ],
);

/** The tags of members. An unknown tag has no row; there is no "null" value. */
export const memberTags = alliance.table(
  "member_tags",
  {
    memberId: memberId().notNull(),
    tagCode: text("tag_code")
      .notNull()
      .references(() => tagDefinitions.code),
    value: jsonb("value").$type<TagValue>().notNull(),
    /** When the fact was true at its source; recordedAt is when it came here. */
    observedAt: instant("observed_at").notNull(),
    recordedAt: instant("recorded_at").notNull(),
  },
  (t) => [
    primaryKey({ name: "member_tags_pkey", columns: [t.memberId, t.tagCode] }),
    foreignKey({ name: "member_tags_member", columns: [t.memberId], foreignColumns: [members.memberId] }),
    index("member_tags_by_tag").on(t.tagCode),
  ],
);
