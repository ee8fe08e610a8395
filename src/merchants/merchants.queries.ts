import { and, asc, eq, getTableColumns, gt, lte, sql, type AnyColumn, type SQL } from "drizzle-orm";
import { textArray } from "../db/arrays";
import type { Db, Queryable } from "../db/client";
import { idArrayText, prepareOnce } from "../db/prepared";
import type { PageRequest } from "../db/page-request";
import type { OutletKind, SellingStatus } from "./core/merchant";
import { merchantCategories, merchants, outlets, partners } from "./merchants.tables";

export type PartnerRow = typeof partners.$inferSelect;
export type MerchantRow = typeof merchants.$inferSelect;
export type OutletRow = typeof outlets.$inferSelect;
export type CategoryRow = typeof merchantCategories.$inferSelect;

export interface OutletFilter {
  readonly merchantId?: string | null;
  readonly city?: string | null;
  readonly kind?: OutletKind | null;
  readonly status?: SellingStatus | null;
}

export function partnersByIds(db: Db, ids: readonly string[]): Promise<PartnerRow[]> {
  return prepareOnce(db, "partners_by_ids", (d, name) =>
    d
      .select()
      .from(partners)
      .where(sql`${partners.partnerId} = any(${sql.placeholder("ids")}::uuid[])`)
      .prepare(name),
  ).execute({ ids: idArrayText(ids) });
}

export function merchantsByIds(db: Db, ids: readonly string[]): Promise<MerchantRow[]> {
  return prepareOnce(db, "merchants_by_ids", (d, name) =>
    d
      .select()
      .from(merchants)
      .where(sql`${merchants.merchantId} = any(${sql.placeholder("ids")}::uuid[])`)
      .prepare(name),
  ).execute({ ids: idArrayText(ids) });
}

export function outletsByIds(db: Db, ids: readonly string[]): Promise<OutletRow[]> {
  return prepareOnce(db, "outlets_by_ids", (d, name) =>
    d
      .select()
      .from(outlets)
      .where(sql`${outlets.outletId} = any(${sql.placeholder("ids")}::uuid[])`)
      .prepare(name),
  ).execute({ ids: idArrayText(ids) });
}

export function categoriesByCodes(db: Queryable, codes: readonly string[]): Promise<CategoryRow[]> {
  return db
    .select()
    .from(merchantCategories)
    .where(sql`${merchantCategories.code} = any(${textArray(codes)})`);
}

export function allCategories(db: Queryable): Promise<CategoryRow[]> {
  return db.select().from(merchantCategories).orderBy(asc(merchantCategories.code));
}

export function allPartners(db: Queryable): Promise<PartnerRow[]> {
  return db.select().from(partners).orderBy(asc(partners.code));
}

export async function merchantByCode(db: Queryable, code: string): Promise<MerchantRow | undefined> {
  const [row] = await db.select().from(merchants).where(eq(merchants.code, code));
  return row;
}

export async function outletByCode(db: Queryable, merchantId: string, code: string): Promise<OutletRow | undefined> {
  const [row] = await db
    .select()
    .from(outlets)
    .where(and(eq(outlets.merchantId, merchantId), eq(outlets.code, code)));
  return row;
}

/** For use cases of other rooms, inside their transaction. */
export async function partnerExists(db: Queryable, partnerId: string): Promise<boolean> {
  const found = await db.select({ id: partners.partnerId }).from(partners).where(eq(partners.partnerId, partnerId));
  return found.length > 0;
}

export async function partnerByCode(db: Queryable, code: string): Promise<PartnerRow | undefined> {
  const [row] = await db.select().from(partners).where(eq(partners.code, code));
  return row;
}

/** Merchants in order of creation. */
export function pageOfMerchants(db: Queryable, page: PageRequest): Promise<MerchantRow[]> {
  return db
    .select()
    .from(merchants)
    .where(after(merchants.merchantId, page))
    .orderBy(asc(merchants.merchantId))
    .limit(page.limit + 1);
}

/** Outlets in order of creation. */
export function pageOfOutlets(db: Queryable, filter: OutletFilter, page: PageRequest): Promise<OutletRow[]> {
  const conditions: (SQL | undefined)[] = [
    filter.merchantId ? eq(outlets.merchantId, filter.merchantId) : undefined,
    filter.city ? eq(outlets.city, filter.city) : undefined,
    filter.kind ? eq(outlets.kind, filter.kind) : undefined,
    filter.status ? eq(outlets.status, filter.status) : undefined,
    after(outlets.outletId, page),
  ];
  return db
    .select()
    .from(outlets)
    .where(and(...conditions))
    .orderBy(asc(outlets.outletId))
    .limit(page.limit + 1);
}

/** One page of each merchant's outlets, in order of creation. */
export function pagesOfOutlets(db: Queryable, merchantIds: readonly string[], page: PageRequest): Promise<OutletRow[]> {
  const ranked = db
    .select({ ...getTableColumns(outlets), place: placeOf(outlets.outletId, outlets.merchantId) })
    .from(outlets)
    .where(and(sql`${outlets.merchantId} = any(${idArrayText(merchantIds)}::uuid[])`, after(outlets.outletId, page)))
    .as("ranked");
  return db
    .select()
    .from(ranked)
    .where(lte(ranked.place, page.limit + 1))
    .orderBy(asc(ranked.outletId));
}

/** The place of a row among those of its owner, 1 for the oldest. */
function placeOf(id: AnyColumn, owner: AnyColumn) {
  return sql<number>`row_number() over (partition by ${owner} order by ${id})`.as("place");
}

function after(id: AnyColumn, page: PageRequest): SQL | undefined {
  return page.after ? gt(id, sql`${page.after[0]}::uuid`) : undefined;
}

/** For other rooms' statements, which know no tables of this one: the code of the partner whose id is in the column. */
export function partnerCodeOf(partnerId: AnyColumn): SQL {
  return sql`(select ${partners.code} from ${partners} where ${partners.partnerId} = ${partnerId})`;
}

/** The same: the category of the merchant with this id. */
export function categoryOf(merchantId: SQL): SQL {
  return sql`(select ${merchants.categoryCode} from ${merchants} where ${merchants.merchantId} = ${merchantId})`;
}

/** The same: true for rows of merchants that the partner runs. */
export function isRunBy(merchantId: AnyColumn, partnerId: string | SQL): SQL {
  return sql`${merchantId} in (select ${merchants.merchantId} from ${merchants} where ${merchants.partnerId} = ${partnerId})`;
}
