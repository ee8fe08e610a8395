import { and, asc, desc, eq, inArray, isNotNull, lt, lte, sql, type SQL } from "drizzle-orm";
import { uuidArray } from "../db/arrays";
import type { Queryable, Tx } from "../db/client";
import { cards, elections, swaps } from "./cards.tables";

export type CardRow = typeof cards.$inferSelect;
export type ElectionRow = typeof elections.$inferSelect;
export type SwapRow = typeof swaps.$inferSelect;

/** The member's cards under any of its ids, oldest first. */
export function cardsOf(db: Queryable, allIds: readonly string[]): Promise<CardRow[]> {
  return db
    .select()
    .from(cards)
    .where(isOf(cards.memberId, allIds))
    .orderBy(asc(cards.registeredAt), asc(cards.cardId));
}

export async function lockCard(tx: Tx, allIds: readonly string[], cardId: string): Promise<CardRow | undefined> {
  const [row] = await tx
    .select()
    .from(cards)
    .where(and(isOf(cards.memberId, allIds), eq(cards.cardId, cardId)))
    .for("update");
  return row;
}

/** Cards whose next cycle has begun and was not looked at yet, the longest waiting first. */
export function cardsToFill(db: Queryable, now: Date, limit: number): Promise<CardRow[]> {
  return db
    .select()
    .from(cards)
    .where(and(sql`${cards.state} <> 'CLOSED'`, lte(cards.filledUntil, now)))
    .orderBy(asc(cards.filledUntil))
    .limit(limit);
}

/** All elections of these cards, also those of earlier cycles; by cycle, slot and place, the first chosen first. */
export function electionsOf(
  db: Queryable,
  allIds: readonly string[],
  cardIds: readonly string[],
): Promise<ElectionRow[]> {
  return db
    .select()
    .from(elections)
    .where(and(isOf(elections.memberId, allIds), inArray(elections.cardId, [...cardIds])))
    .orderBy(
      asc(elections.cycleFirstDay),
      asc(elections.slotCode),
      asc(elections.place),
      asc(elections.chosenAt),
      asc(elections.electionId),
    );
}

/** The same of one card, locked in that order. */
export function lockElections(tx: Tx, card: Pick<CardRow, "memberId" | "cardId">): Promise<ElectionRow[]> {
  return tx
    .select()
    .from(elections)
    .where(and(eq(elections.memberId, card.memberId), eq(elections.cardId, card.cardId)))
    .orderBy(asc(elections.cycleFirstDay), asc(elections.slotCode), asc(elections.place), asc(elections.electionId))
    .for("update");
}

export async function electionById(
  db: Queryable,
  allIds: readonly string[],
  electionId: string,
): Promise<ElectionRow | undefined> {
  const [row] = await db
    .select()
    .from(elections)
    .where(and(isOf(elections.memberId, allIds), eq(elections.electionId, electionId)));
  return row;
}

export async function lockSwap(tx: Tx, allIds: readonly string[], swapId: string): Promise<SwapRow | undefined> {
  const [row] = await tx
    .select()
    .from(swaps)
    .where(and(isOf(swaps.memberId, allIds), eq(swaps.swapId, swapId)))
    .for("update");
  return row;
}

/** The id of the card whose election a swap is of. */
export async function cardOfSwap(
  db: Queryable,
  allIds: readonly string[],
  swapId: string,
): Promise<string | undefined> {
  const [row] = await db
    .select({ cardId: elections.cardId })
    .from(swaps)
    .innerJoin(elections, and(eq(elections.memberId, swaps.memberId), eq(elections.electionId, swaps.electionId)))
    .where(and(isOf(swaps.memberId, allIds), eq(swaps.swapId, swapId)));
  return row?.cardId;
}

/** Swaps whose payment did not come to an end before this instant, the oldest first. */
export function unfinishedSwaps(db: Queryable, before: Date, limit: number): Promise<SwapRow[]> {
  return db
    .select()
    .from(swaps)
    .where(and(eq(swaps.state, "PAYING"), lt(swaps.quotedAt, before)))
    .orderBy(asc(swaps.quotedAt))
    .limit(limit);
}

/** Swaps that were done of any of these elections, newest first; of some the points are still to be captured. */
export function swapsOf(db: Queryable, allIds: readonly string[], electionIds: readonly string[]): Promise<SwapRow[]> {
  return db
    .select()
    .from(swaps)
    .where(
      and(isOf(swaps.memberId, allIds), inArray(swaps.electionId, [...electionIds]), isNotNull(swaps.newElectionId)),
    )
    .orderBy(desc(swaps.swappedAt));
}

function isOf(
  memberId: typeof cards.memberId | typeof elections.memberId | typeof swaps.memberId,
  allIds: readonly string[],
): SQL {
  return sql`${memberId} = any(${uuidArray(allIds)})`;
}
