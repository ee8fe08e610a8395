import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  check,
  foreignKey,
  index,
  integer,
  primaryKey,
  text,
  unique,
  uuid,
} from "drizzle-orm/pg-core";
import {
  amountMinorColumn,
  bytes,
  currencyColumn,
  currencyShape,
  instant,
  memberId,
  pointsColumn,
} from "../db/columns";
import { alliance } from "../db/schemas";
import { members } from "../members/members.tables";
import type { Bucket, LotKind } from "./core/bucket";
import type { Cause, LedgerCommandName } from "./core/command";

/*
 * Written by the kernel's functions alone (drizzle/0007_ledger_kernel.sql and what follows it); the application may read.
 * No foreign key leads to merchants or outlets: its check would lock the one row of a busy merchant for each of its
 * commands; the use cases look merchants up in the snapshot. None leads from one of these tables to another either: the
 * one writer makes them in one statement, and `ledger verify` proves more than a key could. For the same reason only what
 * guards a balance is a CHECK here: PostgreSQL reads each CHECK anew for each statement, and the two dozen that once stood
 * on these tables took 75 of the 220 µs of a command.
 */

const sequenceColumn = (name = "sequence") => bigint(name, { mode: "bigint" });

/** The end of a member's chain of transfers. Its row is the member's lock in the ledger, whichever program moves. */
export const ledgerHeads = alliance.table(
  "ledger_heads",
  {
    memberId: memberId().primaryKey(),
    /** The number of the last transfer; 0 before the first. */
    sequence: sequenceColumn().notNull(),
    /** SHA-256 of the last transfer; 32 zero bytes before the first. */
    hash: bytes("hash").notNull(),
    /** How many lots were issued, which is the last one's number. */
    lotCount: integer("lot_count").notNull(),
  },
  (t) => [foreignKey({ name: "ledger_heads_member", columns: [t.memberId], foreignColumns: [members.memberId] })],
);

/** One balanced movement of a member's value, with everything that settlement will want to know of it. */
export const transfers = alliance.table(
  "transfers",
  {
    memberId: memberId().notNull(),
    /** 1, 2, 3 … within the member, without a gap. */
    sequence: sequenceColumn().notNull(),
    command: text("command").$type<LedgerCommandName>().notNull(),
    /** The program that it is about; null for money. A conversion's target is on its entries. */
    programId: uuid("program_id"),
    idempotencyKey: text("idempotency_key").notNull(),
    /** SHA-256 of the command's input. */
    inputHash: bytes("input_hash").notNull(),
    /** The transfer that this one captures, voids, releases or reverses. */
    refersTo: sequenceColumn("refers_to"),
    /** The other member of a TRANSFER_OUT or TRANSFER_IN. */
    counterpartyId: uuid("counterparty_id"),
    merchantId: uuid("merchant_id"),
    outletId: uuid("outlet_id"),
    shift: text("shift"),
    channel: text("channel"),
    causeKind: text("cause_kind").$type<Cause["kind"]>().notNull(),
    causeId: text("cause_id").notNull(),
    sourceReference: text("source_reference"),
    priceVersion: text("price_version"),
    actor: text("actor").notNull(),
    /** The second person of an adjustment. */
    approver: text("approver"),
    reason: text("reason"),
    /** What moved in the transfer's own unit; 0 where only a remainder was carried, or a transfer was declined. */
    amount: bigint("amount", { mode: "bigint" }).notNull(),
    /** What an EARN that carries its remainder counted in, or its reversal took out, in 1/`remainderOf` of a point. */
    product: bigint("product", { mode: "bigint" }),
    /** The member's carried remainder in the program after that, in 1/`remainderOf` of a point. */
    remainder: bigint("remainder", { mode: "bigint" }),
    remainderOf: bigint("remainder_of", { mode: "bigint" }),
    /** Points that a reversal should have taken back and could not. */
    shortfall: pointsColumn("shortfall").notNull(),
    occurredAt: instant("occurred_at").notNull(),
    recordedAt: instant("recorded_at").notNull(),
    /** The event that tells of it, written in the same statement. */
    eventId: uuid("event_id").notNull(),
    /** SHA-256 of the one before it and of all that stands here, on its entries and its lots (core/chain.ts). */
    hash: bytes("hash").notNull(),
  },
  (t) => [
    primaryKey({ name: "transfers_pkey", columns: [t.memberId, t.sequence] }),
    unique("transfers_idempotency_key").on(t.memberId, t.idempotencyKey),
    index("transfers_by_reference")
      .on(t.memberId, t.refersTo)
      .where(sql`${t.refersTo} is not null`),
    index("transfers_by_outlet")
      .on(t.outletId, t.recordedAt)
      .where(sql`${t.outletId} is not null`),
  ],
);

/** A leg of a transfer: what left one bucket and came to another, per lot. Exactly one of program and currency is set. */
export const ledgerEntries = alliance.table(
  "ledger_entries",
  {
    memberId: memberId().notNull(),
    sequence: sequenceColumn().notNull(),
    entryNo: integer("entry_no").notNull(),
    programId: uuid("program_id"),
    currency: text("currency"),
    debit: text("debit").$type<Bucket>().notNull(),
    credit: text("credit").$type<Bucket>().notNull(),
    /** Points, or minor units of the currency; more than 0. */
    amount: bigint("amount", { mode: "bigint" }).notNull(),
    /** The lot that a member's bucket holds or held it in; null where none of the two is a member's, and for money. */
    lotNo: integer("lot_no"),
    /** The purchase's line that it is for. */
    line: text("line"),
    issuerPartnerId: uuid("issuer_partner_id"),
    funderPartnerId: uuid("funder_partner_id"),
    /** The entry of the transfer referred to that this one takes back. */
    reversesEntryNo: integer("reverses_entry_no"),
    /** What the member had available in this unit after the whole transfer. */
    availableAfter: bigint("available_after", { mode: "bigint" }).notNull(),
  },
  (t) => [primaryKey({ name: "ledger_entries_pkey", columns: [t.memberId, t.sequence, t.entryNo] })],
);

/** Points earned together, with one expiry date. What was issued and is not here any more was spent, taken back or lapsed. */
export const lots = alliance.table(
  "lots",
  {
    memberId: memberId().notNull(),
    /** 1, 2, 3 … within the member, over all programs. */
    lotNo: integer("lot_no").notNull(),
    programId: uuid("program_id").notNull(),
    /** The transfer that issued it. */
    sequence: sequenceColumn().notNull(),
    kind: text("kind").$type<LotKind>().notNull(),
    issued: pointsColumn("issued").notNull(),
    pending: pointsColumn("pending").notNull(),
    available: pointsColumn("available").notNull(),
    held: pointsColumn("held").notNull(),
    /** The first instant at which it has lapsed; null: never. */
    expiresAt: instant("expires_at"),
    /** When pending points become available; null where they did not wait for an instant. */
    pendingUntil: instant("pending_until"),
    terms: text("terms"),
    /** The counters of `earning_caps` that its points count towards, each with its limit: `bonus:2026-12=1000`. */
    caps: text("caps").array().notNull(),
    /** Whether anything is left in it. A column of its own, so that the indexes change once and not with every spend. */
    isOpen: boolean("is_open").notNull(),
  },
  (t) => [
    primaryKey({ name: "lots_pkey", columns: [t.memberId, t.lotNo] }),
    index("lots_open")
      .on(t.memberId, t.programId, t.expiresAt, t.lotNo)
      .where(sql`${t.isOpen}`),
    index("lots_by_expiry")
      .on(t.expiresAt, t.memberId)
      .where(sql`${t.isOpen} and ${t.expiresAt} is not null`),
    index("lots_by_release")
      .on(t.pendingUntil, t.memberId)
      .where(sql`${t.pending} > 0 and ${t.pendingUntil} is not null`),
    check("lots_not_negative", sql`${t.pending} >= 0 and ${t.available} >= 0 and ${t.held} >= 0`),
  ],
);

/** Points authorised but not captured, by the number of their HOLD. Which lots they are in stands on the entries. */
export const holds = alliance.table(
  "holds",
  {
    memberId: memberId().notNull(),
    sequence: sequenceColumn().notNull(),
    programId: uuid("program_id").notNull(),
    amount: pointsColumn("amount").notNull(),
    /** Neither captured nor given back yet. */
    outstanding: pointsColumn("outstanding").notNull(),
    /** The first instant at which what is outstanding is given back by a job. */
    expiresAt: instant("expires_at").notNull(),
  },
  (t) => [
    primaryKey({ name: "holds_pkey", columns: [t.memberId, t.sequence] }),
    index("holds_by_expiry")
      .on(t.expiresAt, t.memberId)
      .where(sql`${t.outstanding} > 0`),
    check("holds_numbers", sql`${t.amount} > 0 and ${t.outstanding} >= 0 and ${t.outstanding} <= ${t.amount}`),
  ],
);

/** A member's own money in one currency. */
export const cashAccounts = alliance.table(
  "cash_accounts",
  {
    memberId: memberId().notNull(),
    currency: currencyColumn().notNull(),
    availableMinor: amountMinorColumn("available_minor").notNull(),
    openedAt: instant("opened_at").notNull(),
  },
  (t) => [
    primaryKey({ name: "cash_accounts_pkey", columns: [t.memberId, t.currency] }),
    check("cash_accounts_not_negative", sql`${t.availableMinor} >= 0`),
    check("cash_accounts_currency", currencyShape(t.currency)),
  ],
);

/** How much of a cap a member has used: what the lots that name it were issued with, less what was taken back of them. */
export const earningCaps = alliance.table(
  "earning_caps",
  {
    memberId: memberId().notNull(),
    /** Named with its period: `welcome`, `bonus:2026-12`. */
    cap: text("cap").notNull(),
    used: pointsColumn("used").notNull(),
    /** The limit that it was last held to. */
    limit: pointsColumn("cap_limit").notNull(),
  },
  (t) => [
    primaryKey({ name: "earning_caps_pkey", columns: [t.memberId, t.cap] }),
    check("earning_caps_used", sql`${t.used} >= 0 and ${t.limit} >= 0`),
  ],
);

/** What a program's rounding left over, carried to the member's next purchase: `remainder` parts of 1/`denominator` point. */
export const earningRemainders = alliance.table(
  "earning_remainders",
  {
    memberId: memberId().notNull(),
    programId: uuid("program_id").notNull(),
    remainder: bigint("remainder", { mode: "bigint" }).notNull(),
    denominator: bigint("denominator", { mode: "bigint" }).notNull(),
  },
  (t) => [
    primaryKey({ name: "earning_remainders_pkey", columns: [t.memberId, t.programId] }),
    check("earning_remainders_range", sql`${t.remainder} >= 0 and ${t.remainder} < ${t.denominator}`),
  ],
);

export const transitStates = ["SENT", "ARRIVED", "RETURNED"] as const;
export type TransitState = (typeof transitStates)[number];

/** Points on their way from one member to another, by the number of the TRANSFER_OUT; a sweeper finishes what stays SENT. */
export const pointsInTransit = alliance.table(
  "points_in_transit",
  {
    memberId: memberId().notNull(),
    sequence: sequenceColumn().notNull(),
    receiverId: uuid("receiver_id").notNull(),
    state: text("state").$type<TransitState>().notNull(),
    sentAt: instant("sent_at").notNull(),
  },
  (t) => [
    primaryKey({ name: "points_in_transit_pkey", columns: [t.memberId, t.sequence] }),
    index("points_in_transit_open")
      .on(t.sentAt, t.memberId)
      .where(sql`${t.state} = 'SENT'`),
    check("points_in_transit_state_known", sql`${t.state} in ('SENT', 'ARRIVED', 'RETURNED')`),
  ],
);

/**
 * Which command an outside reference belongs to, for ever: keyed by the reference, since no constraint may cross members.
 * The row is claimed first, then the member's transfer is posted, then the claim is confirmed; a sweeper settles what a
 * crash left between.
 */
export const sourceReferences = alliance.table(
  "source_references",
  {
    sourceReference: text("source_reference").primaryKey(),
    memberId: memberId().notNull(),
    idempotencyKey: text("idempotency_key").notNull(),
    /** Null once confirmed. */
    claimedAt: instant("claimed_at"),
    /** When the transfer was recorded; null while it is not yet known whether it is there. */
    confirmedAt: instant("confirmed_at"),
  },
  (t) => [
    index("source_references_open")
      .on(t.claimedAt)
      .where(sql`${t.confirmedAt} is null`),
    check("source_references_one_instant", sql`(${t.claimedAt} is null) <> (${t.confirmedAt} is null)`),
  ],
);
