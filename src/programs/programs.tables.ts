import { sql } from "drizzle-orm";
import { boolean, check, date, foreignKey, index, integer, jsonb, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import {
  amountMinorColumn,
  currencyColumn,
  currencyShape,
  instant,
  localisedColumn,
  memberId,
  pointsColumn,
} from "../db/columns";
import { alliance } from "../db/schemas";
import type { Rounding } from "../kernel/ratio";
import { members } from "../members/members.tables";
import { partners } from "../merchants/merchants.tables";
import type { EarningRule } from "./core/earning-rule";
import type {
  DowngradePolicy,
  ExpiryKind,
  ExpiryRounding,
  ProgramStatus,
  RemainderPolicy,
  TierBasis,
  TierSource,
  UseOrder,
} from "./core/program";

/** A points scheme: one issuer, one currency of points, one earning rate, one expiry policy. */
export const programs = alliance.table(
  "programs",
  {
    programId: uuid("program_id").primaryKey(),
    issuerPartnerId: uuid("issuer_partner_id")
      .notNull()
      .references(() => partners.partnerId),
    code: text("code").notNull().unique("programs_code_key"),
    name: localisedColumn("name").notNull(),
    /** What the points are called: "stars", "miles". */
    unitName: localisedColumn("unit_name").notNull(),
    /** IANA zone in which the program's calendar rules run. */
    timeZone: text("time_zone").notNull(),
    status: text("status").$type<ProgramStatus>().notNull(),
    /** Points earned per minor unit of the currency, as an exact ratio. */
    earnPoints: pointsColumn("earn_points").notNull(),
    earnPerMinor: amountMinorColumn("earn_per_minor").notNull(),
    earnRounding: text("earn_rounding").$type<Rounding>().notNull(),
    currency: currencyColumn().notNull(),
    /** What one point is worth to the issuer, minor units : points. Confidential to finance. */
    valueMinor: amountMinorColumn("value_minor").notNull(),
    valuePoints: pointsColumn("value_points").notNull(),
    expiryKind: text("expiry_kind").$type<ExpiryKind>().notNull(),
    expiryMonths: integer("expiry_months"),
    expiryRounding: text("expiry_rounding").$type<ExpiryRounding>(),
    /** Of FIXED_DATE: the last day on which points are good. */
    expiryDate: date("expiry_date", { mode: "string" }),
    remainderPolicy: text("remainder_policy").$type<RemainderPolicy>().notNull().default("PER_PURCHASE"),
    useOrder: text("use_order").$type<UseOrder>().notNull().default("SOONEST"),
    transfersAllowed: boolean("transfers_allowed").notNull().default(false),
    noticeDays: integer("notice_days"),
    /** What changes or adds to the base rate; core/earning-rule.ts says how they go together. */
    earningRules: jsonb("earning_rules").$type<readonly EarningRule[]>().notNull().default([]),
    revision: integer("revision").notNull(),
    createdAt: instant("created_at").notNull(),
    updatedAt: instant("updated_at").notNull(),
  },
  (t) => [
    check("programs_status_known", sql`${t.status} in ('ACTIVE', 'CLOSED')`),
    check("programs_earning_rate", sql`${t.earnPoints} >= 0 and ${t.earnPerMinor} > 0`),
    check("programs_earn_rounding_known", sql`${t.earnRounding} in ('DOWN', 'UP', 'HALF_UP', 'HALF_EVEN')`),
    check("programs_value_per_point", sql`${t.valueMinor} >= 0 and ${t.valuePoints} > 0`),
    check("programs_currency", currencyShape(t.currency)),
    check(
      "programs_expiry_rounding",
      sql`${t.expiryRounding} is null or (${t.expiryKind} = 'MONTHS_AFTER_EARNING' and ${t.expiryRounding} in ('DAY', 'MONTH', 'QUARTER', 'YEAR'))`,
    ),
    check(
      "programs_expiry_known",
      sql`${t.expiryKind} in ('NEVER', 'MONTHS_AFTER_EARNING', 'INACTIVITY', 'FIXED_DATE')`,
    ),
    check(
      "programs_expiry_months",
      sql`(${t.expiryKind} in ('NEVER', 'FIXED_DATE')) = (${t.expiryMonths} is null) and (${t.expiryMonths} is null or ${t.expiryMonths} > 0)`,
    ),
    check("programs_expiry_date", sql`(${t.expiryKind} = 'FIXED_DATE') = (${t.expiryDate} is not null)`),
    check("programs_remainder_policy_known", sql`${t.remainderPolicy} in ('PER_PURCHASE', 'CARRIED')`),
    check("programs_use_order_known", sql`${t.useOrder} in ('SOONEST', 'BONUS_FIRST')`),
    check("programs_notice_days", sql`${t.noticeDays} between 1 and 366`),
    index("programs_by_issuer").on(t.issuerPartnerId),
  ],
);

/** The levels of a program, lowest rank first; rank 0 is where everyone starts. */
export const tiers = alliance.table(
  "tiers",
  {
    programId: uuid("program_id")
      .notNull()
      .references(() => programs.programId),
    code: text("code").notNull(),
    rank: integer("rank").notNull(),
    name: localisedColumn("name").notNull(),
    basis: text("basis").$type<TierBasis>().notNull(),
    /** What must be reached within the period: points, or minor units of the program's currency. */
    threshold: pointsColumn("threshold").notNull(),
    periodMonths: integer("period_months").notNull(),
    downgrade: text("downgrade").$type<DowngradePolicy>().notNull(),
  },
  (t) => [
    primaryKey({ name: "tiers_pkey", columns: [t.programId, t.code] }),
    check("tiers_basis_known", sql`${t.basis} in ('POINTS_EARNED', 'SPEND')`),
    check("tiers_downgrade_known", sql`${t.downgrade} in ('ONE_STEP', 'TO_QUALIFIED', 'NEVER')`),
    check("tiers_numbers", sql`${t.rank} >= 0 and ${t.threshold} >= 0 and ${t.periodMonths} > 0`),
  ],
);

/** A member's balance in one program: the sum of its entries in the ledger, whose kernel alone writes it. */
export const accounts = alliance.table(
  "accounts",
  {
    memberId: memberId().notNull(),
    programId: uuid("program_id")
      .notNull()
      .references(() => programs.programId),
    available: pointsColumn("available").notNull(),
    held: pointsColumn("held").notNull(),
    pending: pointsColumn("pending").notNull(),
    openedAt: instant("opened_at").notNull(),
    /** When the member last earned, spent, held or moved points in it: what lapsing by inactivity counts from. */
    lastMovedAt: instant("last_moved_at").notNull(),
  },
  (t) => [
    primaryKey({ name: "accounts_pkey", columns: [t.memberId, t.programId] }),
    foreignKey({ name: "accounts_member", columns: [t.memberId], foreignColumns: [members.memberId] }),
    check("accounts_not_negative", sql`${t.available} >= 0 and ${t.held} >= 0 and ${t.pending} >= 0`),
  ],
);

/** The tier a member holds in a program, how it was reached and until when. No row: the tier of rank 0. */
export const memberTiers = alliance.table(
  "member_tiers",
  {
    memberId: memberId().notNull(),
    programId: uuid("program_id").notNull(),
    tierCode: text("tier_code").notNull(),
    source: text("source").$type<TierSource>().notNull(),
    reachedAt: instant("reached_at").notNull(),
    /** The first instant at which the tier no longer holds; null: without end. */
    validUntil: instant("valid_until"),
  },
  (t) => [
    primaryKey({ name: "member_tiers_pkey", columns: [t.memberId, t.programId] }),
    foreignKey({ name: "member_tiers_member", columns: [t.memberId], foreignColumns: [members.memberId] }),
    foreignKey({
      name: "member_tiers_tier",
      columns: [t.programId, t.tierCode],
      foreignColumns: [tiers.programId, tiers.code],
    }),
    check("member_tiers_source_known", sql`${t.source} in ('QUALIFIED', 'GRANTED', 'INVITED')`),
  ],
);
