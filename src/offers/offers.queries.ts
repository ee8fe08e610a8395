import { and, asc, eq, gt, gte, isNotNull, lt, or, sql, type SQL } from "drizzle-orm";
import type { Scope } from "../auth/core/policy";
import type { Queryable } from "../db/client";
import { idArrayText } from "../db/prepared";
import type { PageRequest } from "../db/page-request";
import { isRunBy } from "../merchants/merchants.queries";
import { offerActivations, offerCompletions, offerDeliveries, offers } from "./offers.tables";

export type OfferRow = typeof offers.$inferSelect;

/** Offers that the caller may see; `unpublished` is how far it sees those that never were published. */
export function offersByIds(db: Queryable, ids: readonly string[], unpublished: Scope): Promise<OfferRow[]> {
  return db
    .select()
    .from(offers)
    .where(and(sql`${offers.offerId} = any(${idArrayText(ids)}::uuid[])`, visible(unpublished)));
}

/** Whatever its state: for use cases, which ask the policy themselves. */
export async function offerById(db: Queryable, offerId: string): Promise<OfferRow | undefined> {
  const [row] = await db.select().from(offers).where(eq(offers.offerId, offerId));
  return row;
}

export async function offerByCode(db: Queryable, merchantId: string, code: string): Promise<OfferRow | undefined> {
  const [row] = await db
    .select()
    .from(offers)
    .where(and(eq(offers.merchantId, merchantId), eq(offers.code, code)));
  return row;
}

/** Offers in order of creation, whatever their state. */
export function pageOfOffers(db: Queryable, page: PageRequest): Promise<OfferRow[]> {
  return db
    .select()
    .from(offers)
    .where(page.after ? gt(offers.offerId, sql`${page.after[0]}::uuid`) : undefined)
    .orderBy(asc(offers.offerId))
    .limit(page.limit + 1);
}

/**
 * The offers within reach that name this tag in a version that is not ended, by its rule or as what its audience is
 * described by, oldest first, at most 1,000.
 */
export async function offersUsingTag(
  db: Queryable,
  tagCode: string,
  reach: Scope,
): Promise<{ offerId: string; code: string }[]> {
  if (reach.kind !== "all" && reach.kind !== "partner") return [];
  const own = reach.kind === "partner" ? isRunBy(offers.merchantId, reach.partnerId) : undefined;
  return db
    .select({ offerId: offers.offerId, code: offers.code })
    .from(offers)
    .where(and(sql`${offers.audienceTags} @> array[${tagCode}]::text[]`, own))
    .orderBy(asc(offers.offerId))
    .limit(1000);
}

/** How many members an offer reached, and what came of it. */
export interface OfferUse {
  readonly offerId: string;
  readonly deliveries: number;
  readonly activations: number;
  readonly completions: number;
}

/** Counts over all members: a report, not for a member's screen. */
export async function useOfOffers(db: Queryable, ids: readonly string[]): Promise<OfferUse[]> {
  const counted = (table: typeof offerDeliveries | typeof offerActivations | typeof offerCompletions) =>
    sql<number>`(select count(*)::int from ${table} where ${table.offerId} = ${offers.offerId})`;
  return db
    .select({
      offerId: offers.offerId,
      deliveries: counted(offerDeliveries),
      activations: counted(offerActivations),
      completions: counted(offerCompletions),
    })
    .from(offers)
    .where(sql`${offers.offerId} = any(${idArrayText(ids)}::uuid[])`);
}

/** What a merchant's members were rewarded for in a half-open window, by currency. */
export function rewardsAtMerchant(db: Queryable, merchantId: string, from: Date, to: Date) {
  return db
    .select({
      currency: offerCompletions.currency,
      count: sql<number>`count(*)::int`,
      amountMinor: sql<string>`sum(${offerCompletions.rewardMinor})::text`,
    })
    .from(offerCompletions)
    .innerJoin(offers, eq(offers.offerId, offerCompletions.offerId))
    .where(
      and(
        eq(offers.merchantId, merchantId),
        gte(offerCompletions.completedAt, from),
        lt(offerCompletions.completedAt, to),
      ),
    )
    .groupBy(offerCompletions.currency)
    .orderBy(asc(offerCompletions.currency));
}

/** What was never published is for those alone whom the policy names. */
function visible(unpublished: Scope): SQL | undefined {
  if (unpublished.kind === "all") return undefined;
  const published = isNotNull(offers.publishedAt);
  return unpublished.kind === "partner" ? or(published, isRunBy(offers.merchantId, unpublished.partnerId)) : published;
}
