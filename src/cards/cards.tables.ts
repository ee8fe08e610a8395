import { sql } from "drizzle-orm";
import {
  check,
  date,
  foreignKey,
  index,
  integer,
  primaryKey,
  text,
  unique,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { amountMinorColumn, currencyColumn, instant, memberId, pointsColumn } from "../db/columns";
import { alliance } from "../db/schemas";
import { members } from "../members/members.tables";
import type { CardState, ElectionState, ElectionWay, SwapState } from "./core/card";

/**
 * A member's card: an instance of a product, whatever plastic stands for it. A replacement gets a token of its own and
 * keeps the card, so that elections and entitlements go on. Never a card number.
 */
export const cards = alliance.table(
  "cards",
  {
    memberId: memberId().notNull(),
    cardId: uuid("card_id").notNull(),
    productId: uuid("product_id").notNull(),
    productCode: text("product_code").notNull(),
    /** The issuing bank that registered it; null for the operator's own. */
    partnerId: uuid("partner_id"),
    state: text("state").$type<CardState>().notNull(),
    /** The day, in the product's zone, on which its cycles begin. */
    openedOn: date("opened_on", { mode: "string" }).notNull(),
    /** Copied from the product when the card was opened: a later version does not move anybody's cycle. */
    cycle: text("cycle").$type<"CARD_YEAR" | "CALENDAR_YEAR">().notNull(),
    timeZone: text("time_zone").notNull(),
    /** The issuer's token of the plastic that is in force. */
    token: text("token").notNull(),
    registeredAt: instant("registered_at").notNull(),
    stateSince: instant("state_since").notNull(),
    /** The end of the cycle whose slots were filled last: from then on the job looks at it again. */
    filledUntil: instant("filled_until"),
    /** From when another product's slots open, where a change waits for the end of the cycle. */
    nextProductId: uuid("next_product_id"),
    nextProductCode: text("next_product_code"),
    nextProductFrom: instant("next_product_from"),
  },
  (t) => [
    primaryKey({ name: "cards_pkey", columns: [t.memberId, t.cardId] }),
    foreignKey({ name: "cards_member", columns: [t.memberId], foreignColumns: [members.memberId] }),
    check("cards_state_known", sql`${t.state} in ('ACTIVE', 'FROZEN', 'CLOSED')`),
    check("cards_cycle_known", sql`${t.cycle} in ('CARD_YEAR', 'CALENDAR_YEAR')`),
    index("cards_to_fill")
      .on(t.filledUntil)
      .where(sql`${t.state} <> 'CLOSED'`),
    check("cards_next_product", sql`(${t.nextProductId} is null) = (${t.nextProductFrom} is null)`),
  ],
);

/** Which member an issuer's token belongs to; a token names one card in the alliance for ever, also after a replacement. */
export const cardTokens = alliance.table(
  "card_tokens",
  {
    token: text("token").notNull(),
    /** Whose token it is, so that two banks may use the same; `nobody` for the operator. */
    issuerId: uuid("issuer_id").notNull(),
    memberId: memberId().notNull(),
    cardId: uuid("card_id").notNull(),
    issuedAt: instant("issued_at").notNull(),
  },
  (t) => [primaryKey({ name: "card_tokens_pkey", columns: [t.token, t.issuerId] })],
);

/** A package that fills a place of a slot in one cycle of a card. */
export const elections = alliance.table(
  "elections",
  {
    memberId: memberId().notNull(),
    electionId: uuid("election_id").notNull(),
    cardId: uuid("card_id").notNull(),
    slotCode: text("slot_code").notNull(),
    /** The cycle's first day in the card's zone, and the cycle, half-open. */
    cycleFirstDay: date("cycle_first_day", { mode: "string" }).notNull(),
    cycleFrom: instant("cycle_from").notNull(),
    cycleTo: instant("cycle_to").notNull(),
    /** 1 to the slot's picks. */
    place: integer("place").notNull(),
    packageId: uuid("package_id").notNull(),
    packageCode: text("package_code").notNull(),
    /** The version whose benefits were granted. */
    packageVersion: integer("package_version").notNull(),
    /** The version of the card product by whose slot it was elected, which keeps its swap policy. */
    productId: uuid("product_id").notNull(),
    productVersion: integer("product_version").notNull(),
    way: text("way").$type<ElectionWay>().notNull(),
    state: text("state").$type<ElectionState>().notNull(),
    chosenAt: instant("chosen_at").notNull(),
    endedAt: instant("ended_at"),
  },
  (t) => [
    primaryKey({ name: "elections_pkey", columns: [t.memberId, t.electionId] }),
    foreignKey({
      name: "elections_card",
      columns: [t.memberId, t.cardId],
      foreignColumns: [cards.memberId, cards.cardId],
    }),
    uniqueIndex("elections_place_once")
      .on(t.memberId, t.cardId, t.cycleFirstDay, t.slotCode, t.place)
      .where(sql`${t.state} = 'ACTIVE'`),
    uniqueIndex("elections_package_once")
      .on(t.memberId, t.cardId, t.cycleFirstDay, t.slotCode, t.packageId)
      .where(sql`${t.state} = 'ACTIVE'`),
    check("elections_place", sql`${t.place} > 0`),
    check("elections_way_known", sql`${t.way} in ('CHOSEN', 'DEFAULT', 'FIXED', 'TIER', 'SWAP')`),
    check("elections_state_known", sql`${t.state} in ('ACTIVE', 'REPLACED', 'SWAPPED', 'ENDED')`),
    check("elections_ended", sql`(${t.state} = 'ACTIVE') = (${t.endedAt} is null)`),
    check("elections_cycle", sql`${t.cycleFrom} < ${t.cycleTo}`),
  ],
);

/** A swap from its quote on: what was promised, until when, and what became of it. */
export const swaps = alliance.table(
  "swaps",
  {
    memberId: memberId().notNull(),
    swapId: uuid("swap_id").notNull(),
    electionId: uuid("election_id").notNull(),
    packageId: uuid("package_id").notNull(),
    packageCode: text("package_code").notNull(),
    packageVersion: integer("package_version").notNull(),
    state: text("state").$type<SwapState>().notNull(),
    quotedAt: instant("quoted_at").notNull(),
    /** The first instant at which the quote is honoured no more. */
    honouredUntil: instant("honoured_until").notNull(),
    creditMinor: amountMinorColumn("credit_minor").notNull(),
    targetMinor: amountMinorColumn("target_minor").notNull(),
    feeMinor: amountMinorColumn("fee_minor").notNull(),
    dueMinor: amountMinorColumn("due_minor").notNull(),
    /** Of all four. */
    currency: currencyColumn().notNull(),
    /** Units of the old package that had been used when it was quoted: a use since then makes the quote void. */
    usedUnits: integer("used_units").notNull(),
    /** How it was paid: `points`, or a reference of the cash side. Null while it is a quote, and where nothing was due. */
    paidWith: text("paid_with").$type<"POINTS" | "MONEY">(),
    paymentReference: text("payment_reference"),
    programId: uuid("program_id"),
    points: pointsColumn("points"),
    newElectionId: uuid("new_election_id"),
    swappedAt: instant("swapped_at"),
  },
  (t) => [
    primaryKey({ name: "swaps_pkey", columns: [t.memberId, t.swapId] }),
    foreignKey({
      name: "swaps_election",
      columns: [t.memberId, t.electionId],
      foreignColumns: [elections.memberId, elections.electionId],
    }),
    unique("swaps_new_election_key").on(t.memberId, t.newElectionId),
    check("swaps_state_known", sql`${t.state} in ('QUOTED', 'PAYING', 'SWAPPED', 'VOID')`),
    check("swaps_amounts", sql`${t.dueMinor} >= 0 and ${t.feeMinor} >= 0 and ${t.usedUnits} >= 0`),
    index("swaps_paying")
      .on(t.quotedAt)
      .where(sql`${t.state} = 'PAYING'`),
  ],
);
