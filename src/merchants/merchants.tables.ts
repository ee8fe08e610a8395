import { sql } from "drizzle-orm";
import { check, index, integer, text, unique, uuid, type AnyPgColumn } from "drizzle-orm/pg-core";
import { instant, localisedColumn } from "../db/columns";
import { alliance } from "../db/schemas";
import type { OutletKind, SellingStatus } from "./core/merchant";

/** Organisations in the alliance. The operator itself is one of them: it issues the alliance currency. */
export const partners = alliance.table("partners", {
  partnerId: uuid("partner_id").primaryKey(),
  /** Short, stable, lower case: `river-bank`. Named in tokens' actor rows, imports and reports. */
  code: text("code").notNull().unique("partners_code_key"),
  name: localisedColumn("name").notNull(),
  createdAt: instant("created_at").notNull(),
});

/** What merchants sell: `coffee`, `fuel`, `music`. */
export const merchantCategories = alliance.table("merchant_categories", {
  code: text("code").primaryKey(),
  name: localisedColumn("name").notNull(),
});

/** A partner's selling side. A partner may run several merchants (brands); a merchant may belong to a parent chain. */
export const merchants = alliance.table(
  "merchants",
  {
    merchantId: uuid("merchant_id").primaryKey(),
    partnerId: uuid("partner_id")
      .notNull()
      .references(() => partners.partnerId),
    parentMerchantId: uuid("parent_merchant_id").references((): AnyPgColumn => merchants.merchantId),
    code: text("code").notNull().unique("merchants_code_key"),
    name: localisedColumn("name").notNull(),
    categoryCode: text("category_code")
      .notNull()
      .references(() => merchantCategories.code),
    status: text("status").$type<SellingStatus>().notNull(),
    websiteUrl: text("website_url"),
    logoUrl: text("logo_url"),
    /** Counts changes; a change names the revision it was made from. */
    revision: integer("revision").notNull(),
    createdAt: instant("created_at").notNull(),
    updatedAt: instant("updated_at").notNull(),
  },
  (t) => [
    check("merchants_status_known", sql`${t.status} in ('ACTIVE', 'SUSPENDED', 'CLOSED')`),
    check("merchants_not_own_parent", sql`${t.parentMerchantId} <> ${t.merchantId}`),
    index("merchants_by_partner").on(t.partnerId),
    index("merchants_by_parent").on(t.parentMerchantId),
    index("merchants_by_category").on(t.categoryCode, t.merchantId),
  ],
);

/** One place, physical or online, where a merchant sells. Up to a million rows, so never held in memory whole. */
export const outlets = alliance.table(
  "outlets",
  {
    outletId: uuid("outlet_id").primaryKey(),
    merchantId: uuid("merchant_id")
      .notNull()
      .references(() => merchants.merchantId),
    /** The merchant's own number of the outlet. */
    code: text("code").notNull(),
    name: localisedColumn("name").notNull(),
    kind: text("kind").$type<OutletKind>().notNull(),
    /** ISO 3166-1 alpha-2 and the city's name in English; both null for an online outlet. */
    country: text("country"),
    city: text("city"),
    address: localisedColumn("address"),
    url: text("url"),
    status: text("status").$type<SellingStatus>().notNull(),
    revision: integer("revision").notNull(),
    createdAt: instant("created_at").notNull(),
    updatedAt: instant("updated_at").notNull(),
  },
  (t) => [
    unique("outlets_code_key").on(t.merchantId, t.code),
    check("outlets_kind_known", sql`${t.kind} in ('PHYSICAL', 'ONLINE')`),
    check("outlets_status_known", sql`${t.status} in ('ACTIVE', 'SUSPENDED', 'CLOSED')`),
    check("outlets_place", sql`(${t.kind} = 'PHYSICAL') = (${t.city} is not null)`),
    index("outlets_by_merchant").on(t.merchantId, t.outletId),
    index("outlets_by_city").on(t.city, t.outletId),
  ],
);
