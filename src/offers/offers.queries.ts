import { and, asc, eq, gt, gte, isNotNull, lt, lte, or, sql, getTableColumns, isNull, type SQL } from "drizzle-orm";
import type { Scope } from "../auth/core/policy";
import type { Queryable } from "../db/client";
import { idArrayText } from "../db/prepared";
import type { PageRequest } from "../db/page-request";
import type { VersionState } from "../kernel/lifecycle";
import { isRunBy } from "../merchants/merchants.queries";
import type { OfferKind } from "./core/offer";
import { offerActivations, offerCompletions, offerDeliveries, offers } from "./offers.tables";

export type OfferRow = typeof offers.$inferSelect;

export interface OfferFilter {
  readonly state?: VersionState | null;
  readonly merchantId?: string | null;
  readonly kind?: OfferKind | null;
  /** The window holds this instant. */
  readonly activeAt?: Date | null;
  /** The window and `[from, before)` have an instant in common. */
  readonly from?: Date | null;
  readonly before?: Date | null;
  /** Part of the name in any language, case ignored. */
  readonly search?: string | null;
}

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

/** Offers in order of creation. */
export function pageOfOffers(
  db: Queryable,
  filter: OfferFilter,
  unpublished: Scope,
  page: PageRequest,
): Promise<OfferRow[]> {
  return db
    .select()
    .from(offers)
    .where(and(filtered(filter), visible(unpublished), after(page)))
    .orderBy(asc(offers.offerId))
    .limit(page.limit + 1);
}

/** One page of each merchant's offers, oldest first. */
export async function pagesOfOffers(
  db: Queryable,
  merchantIds: readonly string[],
  filter: OfferFilter,
  unpublished: Scope,
  page: PageRequest,
): Promise<OfferRow[]> {
  const place = sql<number>`row_number() over (partition by ${offers.merchantId} order by ${offers.offerId})`;
  const ranked = db
    .select({ ...getTableColumns(offers), place: place.as("place") })
    .from(offers)
    .where(
      and(
        sql`${offers.merchantId} = any(${idArrayText(merchantIds)}::uuid[])`,
        filtered(filter),
        visible(unpublished),
        after(page),
      ),
    )
    .as("ranked");
  return db
    .select()
    .from(ranked)
    .where(lte(ranked.place, page.limit + 1))
    .orderBy(asc(ranked.offerId));
}

/**
 * The offers within reach that describe their audience by this tag in a version that is not ended, oldest first, at most
 * 1,000.
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

function filtered(filter: OfferFilter): SQL | undefined {
  const { state, merchantId, kind, activeAt, from, before, search } = filter;
  return and(
    state ? eq(offers.state, state) : undefined,
    merchantId ? eq(offers.merchantId, merchantId) : undefined,
    kind ? eq(offers.kind, kind) : undefined,
    activeAt ? and(lte(offers.startsAt, activeAt), endsAfter(activeAt)) : undefined,
    from ? endsAfter(from) : undefined,
    before ? lt(offers.startsAt, before) : undefined,
    search ? nameContains(search) : undefined,
  );
}

function endsAfter(instant: Date): SQL | undefined {
  return or(isNull(offers.endsAt), gt(offers.endsAt, instant));
}

function after(page: PageRequest): SQL | undefined {
  return page.after ? gt(offers.offerId, sql`${page.after[0]}::uuid`) : undefined;
}

/** True for every language's text; `%` and `_` of the search stand for themselves. */
function nameContains(search: string): SQL {
  const pattern = `%${search.replace(/[\\%_]/g, "\\$&")}%`;
  return sql`exists (select from jsonb_each_text(${offers.name}) as t(locale, text) where t.text ilike ${pattern})`;
}
