import { sql, type SQL } from "drizzle-orm";
import { arrayLiteral } from "../db/arrays";
import type { Queryable } from "../db/client";
import type { NewPurchase } from "./purchases.queries";
import { countPurchases } from "./purchases.facts";
import { purchases } from "./purchases.tables";

/**
 * Writes many purchases, and counts them in members' histories, by one statement, 1,000 to 5,000 at a time; for imports,
 * which bring completions with them. Those whose source reference the member has already stay as they are. Answers the ids
 * of the ones that were new.
 */
export async function insertPurchases(db: Queryable, rows: readonly NewPurchase[]): Promise<Set<string>> {
  if (rows.length === 0) return new Set();
  const inserted = await db.execute<{ purchase_id: string }>(sql`
    with fresh as (${purchasesInsert(rows)}
      returning member_id, purchase_id, merchant_id, amount_minor, currency, occurred_at),
    counted as (${countPurchases(sql`fresh`)} returning 1)
    select purchase_id from fresh`);
  return new Set(inserted.map((row) => row.purchase_id));
}

function purchasesInsert(rows: readonly NewPurchase[]): SQL {
  return sql`
    insert into ${purchases} (member_id, purchase_id, merchant_id, outlet_id, channel, amount_minor, currency, quantity,
      occurred_at, recorded_at, source, source_reference, input_hash)
    select * from unnest(
      ${arrayLiteral(rows.map((row) => row.memberId))}::uuid[],
      ${arrayLiteral(rows.map((row) => row.purchaseId))}::uuid[],
      ${arrayLiteral(rows.map((row) => row.merchantId))}::uuid[],
      ${arrayLiteral(rows.map((row) => row.outletId))}::uuid[],
      ${arrayLiteral(rows.map((row) => row.channel))}::text[],
      ${arrayLiteral(rows.map((row) => row.amountMinor))}::int8[],
      ${arrayLiteral(rows.map((row) => row.currency))}::text[],
      ${arrayLiteral(rows.map((row) => row.quantity))}::int4[],
      ${arrayLiteral(rows.map((row) => row.occurredAt))}::timestamptz[],
      ${arrayLiteral(rows.map((row) => row.recordedAt))}::timestamptz[],
      ${arrayLiteral(rows.map((row) => row.source))}::text[],
      ${arrayLiteral(rows.map((row) => row.sourceReference))}::text[],
      ${arrayLiteral(rows.map((row) => row.inputHash))}::bytea[])
    on conflict do nothing`;
}
