import { asc, eq, gt, sql } from "drizzle-orm";
import type { Queryable } from "../db/client";
import { idArrayText } from "../db/prepared";
import type { PageRequest } from "../db/page-request";
import type { ItemTable } from "./item.tables";

export type ItemRow = ItemTable["$inferSelect"];

export function itemsByIds(db: Queryable, table: ItemTable, ids: readonly string[]): Promise<ItemRow[]> {
  return db
    .select()
    .from(table)
    .where(sql`${table.itemId} = any(${idArrayText(ids)}::uuid[])`);
}

export async function itemById(db: Queryable, table: ItemTable, itemId: string): Promise<ItemRow | undefined> {
  const [row] = await db.select().from(table).where(eq(table.itemId, itemId));
  return row;
}

/** In order of creation, whatever their state. */
export function pageOfItems(db: Queryable, table: ItemTable, page: PageRequest): Promise<ItemRow[]> {
  return db
    .select()
    .from(table)
    .where(page.after ? gt(table.itemId, sql`${page.after[0]}::uuid`) : undefined)
    .orderBy(asc(table.itemId))
    .limit(page.limit + 1);
}
