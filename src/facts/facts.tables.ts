import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  check,
  date,
  foreignKey,
  index,
  integer,
  primaryKey,
  text,
  unique,
  uuid,
} from "drizzle-orm/pg-core";
import { bytes, currencyColumn, currencyShape, instant, localisedColumn, memberId } from "../db/columns";
import { alliance } from "../db/schemas";
import { members } from "../members/members.tables";
import { merchantCategories, merchants } from "../merchants/merchants.tables";
import type { CounterMetric } from "./core/counter";

/**
 * The number of everything that can be true of a member, by which encodings name it: "the fact is known", and each of
 * its choices. A number is never changed, taken away or given again, since stored encodings hold it.
 */
export const factKeys = alliance.table(
  "fact_keys",
  {
    /** Counts from 1, by fact-numbers.ts: a sequence would be one node's. */
    number: integer("number").primaryKey(),
    fact: text("fact").notNull(),
    /** Null: the fact is known. Of a BOOLEAN "true" and "false". */
    choice: text("choice"),
  },
  (t) => [
    unique("fact_keys_key").on(t.fact, t.choice).nullsNotDistinct(),
    check("fact_keys_number_positive", sql`${t.number} > 0`),
  ],
);

/**
 * What is known of a member and static, as matching reads it (core/encoding.ts); written in the transaction that changes
 * what it is made of. A member that is not active has only its status in it.
 */
export const encodedMembers = alliance.table(
  "encoded_members",
  {
    memberId: memberId().primaryKey(),
    encoding: bytes("encoding").notNull(),
    /** From the sealed profile, handed over by who changes that; see docs/decisions/0017. Null where unknown. */
    bornOn: date("born_on", { mode: "string" }),
    /** The ids that were merged into this one: its history is under them too. */
    aliasIds: uuid("alias_ids").array().notNull(),
    /** The first instant at which something in the encoding no longer holds, such as a tier; null: nothing ends by itself. */
    lapsesAt: instant("lapses_at"),
    /** True until the audiences have taken the change up. */
    pending: boolean("pending").notNull(),
    changedAt: instant("changed_at").notNull(),
  },
  (t) => [
    foreignKey({ name: "encoded_members_member", columns: [t.memberId], foreignColumns: [members.memberId] }),
    index("encoded_members_pending")
      .on(t.changedAt)
      .where(sql`${t.pending}`),
    index("encoded_members_lapsing")
      .on(t.lapsesAt)
      .where(sql`${t.lapsesAt} is not null`),
  ],
);

/** What is counted of every member, day by day, so that rules can ask for the sum of the last days. Never changed. */
export const historyCounters = alliance.table(
  "history_counters",
  {
    /** Lower snake case: rules name it `history.<code>`. */
    code: text("code").primaryKey(),
    name: localisedColumn("name").notNull(),
    metric: text("metric").$type<CounterMetric>().notNull(),
    /** How many days are summed up, the day of the question among them. */
    periodDays: integer("period_days").notNull(),
    /** Only what happened at this merchant; null: anywhere. */
    merchantId: uuid("merchant_id").references(() => merchants.merchantId),
    /** Only what happened at merchants that were of this category then; null: of any. */
    categoryCode: text("category_code").references(() => merchantCategories.code),
    /** Only amounts in this currency; SPEND has one, PURCHASES may. */
    currency: currencyColumn(),
    /** IANA zone whose days are counted: the alliance's when the counter was declared. */
    timeZone: text("time_zone").notNull(),
    createdAt: instant("created_at").notNull(),
  },
  (t) => [
    check("history_counters_code_shape", sql`${t.code} ~ '^[a-z][a-z0-9_]{0,62}$'`),
    check("history_counters_metric_known", sql`${t.metric} in ('PURCHASES', 'SPEND')`),
    check("history_counters_period", sql`${t.periodDays} between 1 and 731`),
    check("history_counters_currency", currencyShape(t.currency)),
    check("history_counters_spend_in_currency", sql`${t.metric} <> 'SPEND' or ${t.currency} is not null`),
    check("history_counters_one_place", sql`${t.merchantId} is null or ${t.categoryCode} is null`),
  ],
);

/** A member's counters, a row a day on which something was counted: purchases, or minor units of the currency. */
export const historyDays = alliance.table(
  "history_days",
  {
    memberId: memberId().notNull(),
    counterCode: text("counter_code")
      .notNull()
      .references(() => historyCounters.code),
    /** In the counter's zone, by when it happened. */
    day: date("day", { mode: "string" }).notNull(),
    value: bigint("value", { mode: "bigint" }).notNull(),
  },
  (t) => [
    primaryKey({ name: "history_days_pkey", columns: [t.memberId, t.counterCode, t.day] }),
    foreignKey({ name: "history_days_member", columns: [t.memberId], foreignColumns: [members.memberId] }),
    check("history_days_not_negative", sql`${t.value} >= 0`),
  ],
);
