import { and, asc, desc, eq, getTableColumns, gte, lt, lte, sql, type SQL } from "drizzle-orm";
import type { Scope } from "../auth/core/policy";
import type { Queryable } from "../db/client";
import { idArrayText } from "../db/prepared";
import type { PageRequest } from "../db/page-request";
import { isOwnedBy, ownerPairs, type HistoryOwner } from "../members/history";
import { isRunBy } from "../merchants/merchants.queries";
import type { PurchaseLine } from "./core/purchase";
import { purchaseLines, purchases } from "./purchases.tables";

export type PurchaseRow = typeof purchases.$inferSelect;
export type NewPurchase = typeof purchases.$inferSelect;

export interface PurchaseFilter {
  readonly merchantId?: string | null;
  /** Occurred at this instant or later. */
  readonly from?: Date | null;
  /** Occurred before this instant. */
  readonly before?: Date | null;
}

/** One page of each member's purchases, newest first; for a partner only those at its own merchants. */
export async function pagesOfPurchases(
  db: Queryable,
  owners: readonly HistoryOwner[],
  filter: PurchaseFilter,
  reach: Scope,
  page: PageRequest,
): Promise<(PurchaseRow & { readonly ownerId: string })[]> {
  const ranked = db
    .select({
      ...getTableColumns(purchases),
      ownerId: sql<string>`o.owner_id`.as("owner_id"),
      place: sql<number>`row_number() over (
        partition by o.owner_id order by ${purchases.occurredAt} desc, ${purchases.purchaseId} desc)`.as("place"),
    })
    .from(purchases)
    .innerJoin(ownerPairs(owners), sql`o.member_id = ${purchases.memberId}`)
    .where(
      and(
        isOwnedBy(purchases.memberId, owners),
        within(reach),
        filter.merchantId ? eq(purchases.merchantId, filter.merchantId) : undefined,
        filter.from ? gte(purchases.occurredAt, filter.from) : undefined,
        filter.before ? lt(purchases.occurredAt, filter.before) : undefined,
        page.after
          ? sql`(${purchases.occurredAt}, ${purchases.purchaseId}) < (${page.after[0]}::timestamptz, ${page.after[1]}::uuid)`
          : undefined,
      ),
    )
    .as("ranked");
  return db
    .select()
    .from(ranked)
    .where(lte(ranked.place, page.limit + 1))
    .orderBy(desc(ranked.occurredAt), desc(ranked.purchaseId));
}

/** Purchases by member and id, for `node` and loaders; only those within the caller's reach. */
export function purchasesByKeys(
  db: Queryable,
  keys: readonly { readonly memberId: string; readonly id: string }[],
  reach: Scope,
): Promise<PurchaseRow[]> {
  return db
    .select()
    .from(purchases)
    .where(
      and(
        sql`${purchases.memberId} = any(${idArrayText(keys.map((key) => key.memberId))}::uuid[])`,
        sql`${purchases.purchaseId} = any(${idArrayText(keys.map((key) => key.id))}::uuid[])`,
        within(reach),
      ),
    );
}

/** The purchase that was recorded under this reference, under any of the member's ids. */
export async function purchaseBySource(
  db: Queryable,
  memberIds: readonly string[],
  source: string,
  sourceReference: string,
): Promise<PurchaseRow | undefined> {
  const [row] = await db
    .select()
    .from(purchases)
    .where(
      and(
        sql`${purchases.memberId} = any(${idArrayText(memberIds)}::uuid[])`,
        eq(purchases.source, source),
        eq(purchases.sourceReference, sourceReference),
      ),
    );
  return row;
}

/** Which purchases can count for deliveries: at these merchants, in the half-open window. */
export interface CountedWindow {
  readonly memberIds: readonly string[];
  readonly merchantIds: readonly string[];
  readonly from: Date;
  readonly before: Date;
}

/** What counts of the members' purchases in the window, by member and in the order of their instants. */
export function countedPurchases(db: Queryable, { memberIds, merchantIds, from, before }: CountedWindow) {
  const { memberId, purchaseId, merchantId, amountMinor, currency, occurredAt } = purchases;
  return db
    .select({ memberId, purchaseId, merchantId, amountMinor, currency, occurredAt })
    .from(purchases)
    .where(
      and(
        sql`${memberId} = any(${idArrayText(memberIds)}::uuid[])`,
        sql`${merchantId} = any(${idArrayText(merchantIds)}::uuid[])`,
        gte(occurredAt, from),
        lt(occurredAt, before),
      ),
    )
    .orderBy(asc(memberId), asc(occurredAt), asc(purchaseId));
}

/** What a merchant's members bought in a half-open window, by currency, with the number of members over all of them. */
export async function spendAtMerchant(db: Queryable, merchantId: string, from: Date, to: Date) {
  const inWindow = and(
    eq(purchases.merchantId, merchantId),
    gte(purchases.occurredAt, from),
    lt(purchases.occurredAt, to),
  );
  const [members] = await db
    .select({ count: sql<number>`count(distinct ${purchases.memberId})::int` })
    .from(purchases)
    .where(inWindow);
  const byCurrency = await db
    .select({
      currency: purchases.currency,
      count: sql<number>`count(*)::int`,
      amountMinor: sql<string>`sum(${purchases.amountMinor})::text`,
    })
    .from(purchases)
    .where(inWindow)
    .groupBy(purchases.currency)
    .orderBy(asc(purchases.currency));
  return { members: members?.count ?? 0, byCurrency };
}

/** Whose member it is was decided when the member was loaded; a partner sees of it what happened at its merchants. */
function within(reach: Scope): SQL | undefined {
  if (reach.kind === "none") return sql`false`;
  return reach.kind === "partner" ? isRunBy(purchases.merchantId, reach.partnerId) : undefined;
}

/** The lines of a purchase by their names; none where the merchant told none. */
export async function linesOfPurchase(
  db: Queryable,
  { memberId, purchaseId }: Pick<PurchaseRow, "memberId" | "purchaseId">,
): Promise<PurchaseLine[]> {
  return db
    .select({ line: purchaseLines.line, amountMinor: purchaseLines.amountMinor, attributes: purchaseLines.attributes })
    .from(purchaseLines)
    .where(and(eq(purchaseLines.memberId, memberId), eq(purchaseLines.purchaseId, purchaseId)))
    .orderBy(asc(purchaseLines.line));
}
