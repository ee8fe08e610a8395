import { sql } from "drizzle-orm";
import { check, index, integer, text, unique, uuid } from "drizzle-orm/pg-core";
import { instant, localisedColumn } from "../db/columns";
import { alliance } from "../db/schemas";
import type { VersionState } from "../kernel/lifecycle";
import { partners } from "../merchants/merchants.tables";

/**
 * The table of one kind of things that have a code, an owner and versions. Their content stands in `versions`; the columns
 * from `state` on are copied from the leading version in the transaction that moves it.
 */
export function itemTable<Name extends string>(name: Name) {
  return alliance.table(
    name,
    {
      itemId: uuid("item_id").primaryKey(),
      /** What others name it by; never changes. One for the whole alliance. */
      code: text("code").notNull(),
      /** Whose it is: a partner's, or null for the operator's own. */
      partnerId: uuid("partner_id").references(() => partners.partnerId),
      createdAt: instant("created_at").notNull(),
      /** The published (or paused, or last ended) version where there is one, else the newest. */
      state: text("state").$type<VersionState>().notNull(),
      version: integer("version").notNull(),
      /** When the leading version went live. Null for a thing that never did: only its owner and staff see it. */
      publishedAt: instant("published_at"),
      name: localisedColumn("name").notNull(),
    },
    (t) => [
      unique(`${name}_code_key`).on(t.code),
      check(
        `${name}_state_known`,
        sql`${t.state} in ('DRAFT', 'REVIEW', 'APPROVED', 'SCHEDULED', 'PUBLISHED', 'PAUSED', 'ENDED')`,
      ),
      check(`${name}_published`, sql`${t.state} not in ('PUBLISHED', 'PAUSED') or ${t.publishedAt} is not null`),
      index(`${name}_by_partner`).on(t.partnerId, t.itemId),
    ],
  );
}

export type ItemTable = ReturnType<typeof itemTable>;
