import { sql } from "drizzle-orm";
import { check, foreignKey, index, integer, jsonb, primaryKey, text, unique, uuid } from "drizzle-orm/pg-core";
import { amountMinorColumn, bytes, currencyColumn, currencyShape, instant, memberId } from "../db/columns";
import { alliance } from "../db/schemas";
import { members } from "../members/members.tables";
import { merchants, outlets } from "../merchants/merchants.tables";
import type { LineAttribute } from "../programs/core/earning-rule";
import { purchaseLimitMinor, type PurchaseChannel } from "./core/purchase";

/** What a member bought at a merchant. Amounts of zero are real; negative ones are not purchases. */
export const purchases = alliance.table(
  "purchases",
  {
    memberId: memberId().notNull(),
    purchaseId: uuid("purchase_id").notNull(),
    merchantId: uuid("merchant_id")
      .notNull()
      .references(() => merchants.merchantId),
    outletId: uuid("outlet_id").references(() => outlets.outletId),
    channel: text("channel").$type<PurchaseChannel>().notNull(),
    amountMinor: amountMinorColumn("amount_minor").notNull(),
    currency: currencyColumn().notNull(),
    /** How many items, where the merchant says. */
    quantity: integer("quantity"),
    occurredAt: instant("occurred_at").notNull(),
    recordedAt: instant("recorded_at").notNull(),
    /** Where the purchase was reported from, with its reference there: unique for ever within the member. */
    source: text("source").notNull(),
    sourceReference: text("source_reference").notNull(),
    /** SHA-256 of what was reported: the same reference with another content is refused. */
    inputHash: bytes("input_hash").notNull(),
  },
  (t) => [
    primaryKey({ name: "purchases_pkey", columns: [t.memberId, t.purchaseId] }),
    unique("purchases_source_key").on(t.memberId, t.source, t.sourceReference),
    foreignKey({ name: "purchases_member", columns: [t.memberId], foreignColumns: [members.memberId] }),
    check("purchases_amount_not_negative", sql`${t.amountMinor} >= 0`),
    check("purchases_amount_limit", sql`${t.amountMinor} < ${sql.raw(purchaseLimitMinor.toString())}`),
    check("purchases_currency", currencyShape(t.currency)),
    check("purchases_channel_known", sql`${t.channel} in ('IN_STORE', 'ONLINE', 'APP', 'PHONE')`),
    index("purchases_by_time").on(t.memberId, t.occurredAt, t.purchaseId),
    check("purchases_quantity_positive", sql`${t.quantity} > 0`),
    index("purchases_by_merchant").on(t.merchantId, t.occurredAt, t.memberId),
  ],
);

/** The lines of a purchase, where the merchant tells them. Their amounts add up to that of the purchase. */
export const purchaseLines = alliance.table(
  "purchase_lines",
  {
    memberId: memberId().notNull(),
    purchaseId: uuid("purchase_id").notNull(),
    line: text("line").notNull(),
    /** In the currency of the purchase. */
    amountMinor: amountMinorColumn("amount_minor").notNull(),
    attributes: jsonb("attributes").$type<readonly LineAttribute[]>().notNull(),
  },
  (t) => [
    primaryKey({ name: "purchase_lines_pkey", columns: [t.memberId, t.purchaseId, t.line] }),
    foreignKey({
      name: "purchase_lines_purchase",
      columns: [t.memberId, t.purchaseId],
      foreignColumns: [purchases.memberId, purchases.purchaseId],
    }),
    check("purchase_lines_amount_not_negative", sql`${t.amountMinor} >= 0`),
  ],
);
