import { sql } from "drizzle-orm";
import {
  boolean,
  check,
  date,
  foreignKey,
  index,
  integer,
  jsonb,
  primaryKey,
  text,
  unique,
  uuid,
} from "drizzle-orm/pg-core";
import type { BenefitTerms, Fulfilment } from "../benefits/core/benefit";
import { amountMinorColumn, bytes, currencyColumn, currencyShape, instant, memberId } from "../db/columns";
import { alliance } from "../db/schemas";
import { members } from "../members/members.tables";
import type { Ending, EntitlementState, GrantWay, Suspension } from "./core/entitlement";
import type { RedemptionState } from "./core/redemption";

/**
 * A member's own instance of a benefit. It pins the version under which it was granted and copies what decides its use,
 * so that neither a new version nor a withdrawal changes what somebody has.
 */
export const entitlements = alliance.table(
  "entitlements",
  {
    memberId: memberId().notNull(),
    entitlementId: uuid("entitlement_id").notNull(),
    benefitId: uuid("benefit_id").notNull(),
    benefitCode: text("benefit_code").notNull(),
    benefitVersion: integer("benefit_version").notNull(),
    /** As `BenefitTerms`, with amounts as texts. */
    terms: jsonb("terms").$type<unknown>().notNull(),
    fulfilment: text("fulfilment").$type<Fulfilment>().notNull(),
    kind: text("kind").$type<BenefitTerms["kind"]>().notNull(),
    /** How often its quota counts. */
    quantity: integer("quantity").notNull(),
    validFrom: instant("valid_from").notNull(),
    validUntil: instant("valid_until").notNull(),
    timeZone: text("time_zone").notNull(),
    way: text("way").$type<GrantWay>().notNull(),
    /** What it came of: an election, a grant, an exchange. Once per benefit. */
    sourceId: uuid("source_id").notNull(),
    state: text("state").$type<EntitlementState>().notNull(),
    suspendedFor: text("suspended_for").array().$type<Suspension[]>().notNull(),
    endedFor: text("ended_for").$type<Ending>(),
    grantedAt: instant("granted_at").notNull(),
    stateSince: instant("state_since").notNull(),
  },
  (t) => [
    primaryKey({ name: "entitlements_pkey", columns: [t.memberId, t.entitlementId] }),
    unique("entitlements_source_key").on(t.memberId, t.sourceId, t.benefitId),
    foreignKey({ name: "entitlements_member", columns: [t.memberId], foreignColumns: [members.memberId] }),
    check("entitlements_quantity", sql`${t.quantity} > 0`),
    check("entitlements_validity", sql`${t.validFrom} < ${t.validUntil}`),
    check("entitlements_state_known", sql`${t.state} in ('ACTIVE', 'SUSPENDED', 'ENDED')`),
    check("entitlements_ended", sql`(${t.state} = 'ENDED') = (${t.endedFor} is not null)`),
    check(
      "entitlements_suspended",
      sql`${t.state} = 'ENDED' or (${t.state} = 'SUSPENDED') = (cardinality(${t.suspendedFor}) > 0)`,
    ),
    index("entitlements_by_benefit").on(t.benefitId, t.memberId),
  ],
);

/** One use of an entitlement, from its reservation on. What takes quota and until when, core/redemption.ts says. */
export const redemptions = alliance.table(
  "redemptions",
  {
    memberId: memberId().notNull(),
    redemptionId: uuid("redemption_id").notNull(),
    entitlementId: uuid("entitlement_id").notNull(),
    /** That of the entitlement, by which its stock is found. */
    benefitId: uuid("benefit_id").notNull(),
    /** First day of the quota's period in which it counts, wherever a reversal comes. */
    period: date("period", { mode: "string" }).notNull(),
    units: integer("units").notNull(),
    state: text("state").$type<RedemptionState>().notNull(),
    reservedUntil: instant("reserved_until").notNull(),
    merchantId: uuid("merchant_id"),
    outletId: uuid("outlet_id"),
    /** When it was used: it is judged at this instant, also where it is reported later. */
    occurredAt: instant("occurred_at").notNull(),
    recordedAt: instant("recorded_at").notNull(),
    confirmedAt: instant("confirmed_at"),
    completedAt: instant("completed_at"),
    /** When it was released or reversed. */
    undoneAt: instant("undone_at"),
    /** Which period of the shared stock it took from; null where there is none. */
    stockPeriod: text("stock_period"),
    /** Whether it has units of that stock: after a release or reversal until they are given back. */
    holdsStock: boolean("holds_stock").notNull().default(false),
    /** The one-time code that was shown for it: one code, one redemption. */
    codeDigest: bytes("code_digest"),
    /** The supplier's own name for what it gave: a voucher's code, a booking. */
    supplierReference: text("supplier_reference"),
    /** No use at all, but a row in the way of one whose transaction was given up; see settle-claims.ts. */
    isFence: boolean("is_fence").notNull().default(false),
    actor: text("actor").notNull(),
    idempotencyKey: text("idempotency_key").notNull(),
    /** SHA-256 of what was asked: the same key with another input is refused. */
    inputHash: bytes("input_hash").notNull(),
  },
  (t) => [
    primaryKey({ name: "redemptions_pkey", columns: [t.memberId, t.redemptionId] }),
    unique("redemptions_key").on(t.memberId, t.idempotencyKey),
    unique("redemptions_code").on(t.memberId, t.codeDigest),
    foreignKey({
      name: "redemptions_entitlement",
      columns: [t.memberId, t.entitlementId],
      foreignColumns: [entitlements.memberId, entitlements.entitlementId],
    }),
    check("redemptions_units", sql`${t.units} > 0`),
    check("redemptions_state_known", sql`${t.state} in ('RESERVED', 'CONFIRMED', 'COMPLETED', 'RELEASED', 'REVERSED')`),
    check("redemptions_completed", sql`(${t.state} in ('COMPLETED', 'REVERSED')) = (${t.completedAt} is not null)`),
    check("redemptions_undone", sql`(${t.state} in ('RELEASED', 'REVERSED')) = (${t.undoneAt} is not null)`),
    index("redemptions_by_entitlement").on(t.memberId, t.entitlementId, t.period),
    index("redemptions_lapsing")
      .on(t.reservedUntil)
      .where(sql`${t.state} = 'RESERVED'`),
    index("redemptions_giving_back")
      .on(t.undoneAt)
      .where(sql`${t.holdsStock} and ${t.state} in ('RELEASED', 'REVERSED')`),
    check("redemptions_stock", sql`not ${t.holdsStock} or ${t.stockPeriod} is not null`),
    check("redemptions_fence", sql`not ${t.isFence} or (${t.state} = 'RELEASED' and not ${t.holdsStock})`),
  ],
);

/** What a completed redemption makes a funder owe the supplier. A reversal takes it back by a negative row. */
export const redemptionCosts = alliance.table(
  "redemption_costs",
  {
    memberId: memberId().notNull(),
    redemptionId: uuid("redemption_id").notNull(),
    /** Whether it is what is owed, or what is taken back of it. */
    isReversal: boolean("is_reversal").notNull(),
    funderCode: text("funder_code").notNull(),
    supplierCode: text("supplier_code").notNull(),
    amountMinor: amountMinorColumn("amount_minor").notNull(),
    currency: currencyColumn().notNull(),
    occurredAt: instant("occurred_at").notNull(),
  },
  (t) => [
    primaryKey({
      name: "redemption_costs_pkey",
      columns: [t.memberId, t.redemptionId, t.isReversal, t.funderCode],
    }),
    foreignKey({
      name: "redemption_costs_redemption",
      columns: [t.memberId, t.redemptionId],
      foreignColumns: [redemptions.memberId, redemptions.redemptionId],
    }),
    check("redemption_costs_currency", currencyShape(t.currency)),
    check(
      "redemption_costs_sign",
      sql`case when ${t.isReversal} then ${t.amountMinor} <= 0 else ${t.amountMinor} >= 0 end`,
    ),
  ],
);

/**
 * One-time codes by their keyed digest: who shows one proves to be the member, once, until it expires. A row never
 * changes: whether the code was used, the member's redemptions say, where a key lets it be used once.
 */
export const redemptionCodes = alliance.table(
  "redemption_codes",
  {
    digest: bytes("digest").notNull(),
    memberId: memberId().notNull(),
    entitlementId: uuid("entitlement_id").notNull(),
    /** Where alone it is good; null: at every outlet of the benefit. */
    outletId: uuid("outlet_id"),
    issuedAt: instant("issued_at").notNull(),
    expiresAt: instant("expires_at").notNull(),
    /** The reservation that it completes; null: it begins a redemption of its own. */
    redemptionId: uuid("redemption_id"),
  },
  (t) => [
    primaryKey({ name: "redemption_codes_pkey", columns: [t.digest] }),
    index("redemption_codes_expiring").on(t.expiresAt),
    check("redemption_codes_expiry", sql`${t.issuedAt} < ${t.expiresAt}`),
  ],
);

/**
 * Units shared by all members, a row for each period of a benefit's stock. Written by the functions of
 * drizzle/0015_stock.sql alone.
 */
export const benefitStocks = alliance.table(
  "benefit_stocks",
  {
    benefitId: uuid("benefit_id").notNull(),
    /** `2027-02-28` of a day, `2027-02` of a month, or `ALL`. */
    period: text("period").notNull(),
    /** The most that any version gave out in it; how far one may go, each claim says. */
    units: integer("units").notNull(),
    taken: integer("taken").notNull(),
  },
  (t) => [
    primaryKey({ name: "benefit_stocks_pkey", columns: [t.benefitId, t.period] }),
    check("benefit_stocks_within", sql`${t.taken} between 0 and ${t.units}`),
  ],
);

/**
 * Who took which units of a stock. Written before the member's own rows, under the redemption's id: what is not settled
 * is looked up there by whoever needs the unit, or the sweeper.
 */
export const stockClaims = alliance.table(
  "stock_claims",
  {
    benefitId: uuid("benefit_id").notNull(),
    period: text("period").notNull(),
    redemptionId: uuid("redemption_id").notNull(),
    memberId: memberId().notNull(),
    entitlementId: uuid("entitlement_id").notNull(),
    units: integer("units").notNull(),
    takenAt: instant("taken_at").notNull(),
    /** Whether the member's redemption is known to be there. */
    isSettled: boolean("is_settled").notNull(),
    /**
     * From when on it must be looked up whether the redemption is there (a claim that is not settled), or whether it was
     * given up (a reservation). Null where neither can happen any more without a word.
     */
    doubtfulFrom: instant("doubtful_from"),
  },
  (t) => [
    primaryKey({ name: "stock_claims_pkey", columns: [t.benefitId, t.period, t.redemptionId] }),
    check("stock_claims_units", sql`${t.units} > 0`),
    index("stock_claims_doubtful")
      .on(t.doubtfulFrom)
      .where(sql`${t.doubtfulFrom} is not null`),
  ],
);
