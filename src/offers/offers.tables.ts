import { sql } from "drizzle-orm";
import { check, foreignKey, index, integer, primaryKey, text, unique, uuid } from "drizzle-orm/pg-core";
import { amountMinorColumn, currencyColumn, currencyShape, instant, localisedColumn, memberId } from "../db/columns";
import { alliance } from "../db/schemas";
import type { VersionState } from "../kernel/lifecycle";
import { members } from "../members/members.tables";
import { merchants } from "../merchants/merchants.tables";
import type { OfferChannel, OfferKind } from "./core/offer";

/**
 * The identity of an offer, what lists filter by and what a delivery pins. Its content stands in `versions` (kind
 * `OFFER`); the columns from `state` on are copied from the leading version in the transaction that moves it, so that
 * one statement can check state and window and take the terms.
 */
export const offers = alliance.table(
  "offers",
  {
    offerId: uuid("offer_id").primaryKey(),
    merchantId: uuid("merchant_id")
      .notNull()
      .references(() => merchants.merchantId),
    code: text("code").notNull(),
    createdAt: instant("created_at").notNull(),
    /** The published (or paused, or last ended) version where there is one, else the newest. */
    state: text("state").$type<VersionState>().notNull(),
    version: integer("version").notNull(),
    /** When the leading version went live. Null for an offer that never did: only its merchant and staff see it. */
    publishedAt: instant("published_at"),
    name: localisedColumn("name").notNull(),
    kind: text("kind").$type<OfferKind>().notNull(),
    markMinor: amountMinorColumn("mark_minor").notNull(),
    rewardMinor: amountMinorColumn("reward_minor").notNull(),
    /** Of mark and reward. */
    currency: currencyColumn().notNull(),
    validHours: integer("valid_hours").notNull(),
    startsAt: instant("starts_at").notNull(),
    endsAt: instant("ends_at"),
    /** The tags that any version which is not ended names, in its rule or its description: what `usedBy` of a tag finds. */
    audienceTags: text("audience_tags").array().notNull(),
  },
  (t) => [
    unique("offers_code_key").on(t.merchantId, t.code),
    check("offers_kind_known", sql`${t.kind} in ('SINGLE_PURCHASE', 'CUMULATIVE_SPEND', 'INFORMATIONAL')`),
    check("offers_currency", currencyShape(t.currency)),
    check(
      "offers_state_known",
      sql`${t.state} in ('DRAFT', 'REVIEW', 'APPROVED', 'SCHEDULED', 'PUBLISHED', 'PAUSED', 'ENDED')`,
    ),
    check("offers_window", sql`${t.endsAt} is null or ${t.startsAt} < ${t.endsAt}`),
    check("offers_terms", sql`${t.markMinor} >= 0 and ${t.rewardMinor} >= 0 and ${t.validHours} between 1 and 8760`),
    check("offers_published", sql`${t.state} not in ('PUBLISHED', 'PAUSED') or ${t.publishedAt} is not null`),
    index("offers_by_state").on(t.state, t.offerId),
    index("offers_by_merchant").on(t.merchantId, t.state, t.offerId),
    index("offers_by_tag").using("gin", t.audienceTags),
  ],
);

/**
 * An offer that reached a member. It pins the version and the instant until which it can be completed. The terms that
 * progress is computed from are copied from that version, which never changes, so that a member's screen and the
 * recording of a purchase read the member's own rows and no catalogue.
 */
export const offerDeliveries = alliance.table(
  "offer_deliveries",
  {
    memberId: memberId().notNull(),
    deliveryId: uuid("delivery_id").notNull(),
    offerId: uuid("offer_id")
      .notNull()
      .references(() => offers.offerId),
    offerVersion: integer("offer_version").notNull(),
    /** The offer's merchant: only purchases there count, and partners see the deliveries of their own merchants. */
    merchantId: uuid("merchant_id")
      .notNull()
      .references(() => merchants.merchantId),
    kind: text("kind").$type<OfferKind>().notNull(),
    markMinor: amountMinorColumn("mark_minor").notNull(),
    rewardMinor: amountMinorColumn("reward_minor").notNull(),
    /** Of mark and reward. */
    currency: currencyColumn().notNull(),
    /** Null where the source does not say. */
    channel: text("channel").$type<OfferChannel>(),
    deliveredAt: instant("delivered_at").notNull(),
    /** The first instant at which a purchase no longer counts. */
    lapsesAt: instant("lapses_at").notNull(),
    viewedAt: instant("viewed_at"),
    recordedAt: instant("recorded_at").notNull(),
    source: text("source").notNull(),
    sourceReference: text("source_reference").notNull(),
  },
  (t) => [
    primaryKey({ name: "offer_deliveries_pkey", columns: [t.memberId, t.deliveryId] }),
    unique("offer_deliveries_source_key").on(t.memberId, t.source, t.sourceReference),
    foreignKey({ name: "offer_deliveries_member", columns: [t.memberId], foreignColumns: [members.memberId] }),
    check("offer_deliveries_currency", currencyShape(t.currency)),
    check("offer_deliveries_channel_known", sql`${t.channel} in ('EMAIL', 'MOBILE', 'SOCIAL', 'WEB')`),
    check("offer_deliveries_window", sql`${t.deliveredAt} < ${t.lapsesAt}`),
    check("offer_deliveries_viewed", sql`${t.viewedAt} >= ${t.deliveredAt}`),
    check("offer_deliveries_kind_known", sql`${t.kind} in ('SINGLE_PURCHASE', 'CUMULATIVE_SPEND', 'INFORMATIONAL')`),
    check("offer_deliveries_terms", sql`${t.markMinor} >= 0 and ${t.rewardMinor} >= 0`),
    index("offer_deliveries_by_time").on(t.memberId, t.deliveredAt, t.deliveryId),
    index("offer_deliveries_by_offer").on(t.offerId, t.memberId),
  ],
);

/** A member taking an offer up, which pins its terms. At most one per offer version and member. */
export const offerActivations = alliance.table(
  "offer_activations",
  {
    memberId: memberId().notNull(),
    activationId: uuid("activation_id").notNull(),
    offerId: uuid("offer_id")
      .notNull()
      .references(() => offers.offerId),
    offerVersion: integer("offer_version").notNull(),
    deliveryId: uuid("delivery_id"),
    activatedAt: instant("activated_at").notNull(),
  },
  (t) => [
    primaryKey({ name: "offer_activations_pkey", columns: [t.memberId, t.activationId] }),
    unique("offer_activations_once_key").on(t.memberId, t.offerId, t.offerVersion),
    index("offer_activations_by_offer").on(t.offerId, t.memberId),
    foreignKey({ name: "offer_activations_member", columns: [t.memberId], foreignColumns: [members.memberId] }),
  ],
);

/** That a delivery was completed, by which purchase and with what reward. At most one per delivery. */
export const offerCompletions = alliance.table(
  "offer_completions",
  {
    memberId: memberId().notNull(),
    deliveryId: uuid("delivery_id").notNull(),
    offerId: uuid("offer_id")
      .notNull()
      .references(() => offers.offerId),
    /** The purchase that reached the mark. */
    purchaseId: uuid("purchase_id").notNull(),
    /** The purchase whose recording showed the completion; another one where a late purchase moved the sum. */
    recordedWith: uuid("recorded_with").notNull(),
    rewardMinor: amountMinorColumn("reward_minor").notNull(),
    currency: currencyColumn().notNull(),
    /** When the purchase that reached the mark occurred. */
    completedAt: instant("completed_at").notNull(),
    recordedAt: instant("recorded_at").notNull(),
  },
  (t) => [
    primaryKey({ name: "offer_completions_pkey", columns: [t.memberId, t.deliveryId] }),
    foreignKey({
      name: "offer_completions_delivery",
      columns: [t.memberId, t.deliveryId],
      foreignColumns: [offerDeliveries.memberId, offerDeliveries.deliveryId],
    }),
    check("offer_completions_currency", currencyShape(t.currency)),
    check("offer_completions_reward_not_negative", sql`${t.rewardMinor} >= 0`),
    index("offer_completions_by_purchase").on(t.memberId, t.recordedWith),
    index("offer_completions_by_offer").on(t.offerId, t.completedAt),
  ],
);
