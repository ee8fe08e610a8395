import { sql } from "drizzle-orm";
import type { Services } from "../context";
import { arrayLiteral } from "../db/arrays";
import type { Db } from "../db/client";
import { money, type MinorUnits } from "../kernel/money";
import { accountsCredit } from "../programs/accounts.bulk";
import { pointsEarned } from "../programs/core/program";
import { hashOfPurchase } from "../purchases/core/purchase";
import { freshPurchases, insertPurchases } from "../purchases/insert-purchases";
import type { NewPurchase } from "../purchases/purchases.queries";
import { idOfLine, referenceOf, type LineIdentity } from "./core/line-identity";
import type { Till } from "./till";

/** A purchase as a line of a file tells it, of a member that is there. */
export interface LinePurchase {
  readonly memberId: string;
  readonly amountMinor: MinorUnits;
  /** How many items; null where the file does not say. */
  readonly quantity: number | null;
  readonly occurredAt: Date;
  /** Null where the file does not say. */
  readonly outletId?: string | null;
  readonly identity: LineIdentity;
}

/** What imported rows name as their source; the reference is the file's digest and the line's number. */
export const importSource = "import";

/**
 * Writes a batch of purchases and adds the points they earn, each rounded by itself, to the members' accounts; answers
 * how many were new. It is one statement, so points can neither be given twice for a purchase that was there already nor
 * be lost between the two.
 */
export async function recordPurchases(
  { database, clock }: Services,
  till: Till,
  purchases: readonly LinePurchase[],
): Promise<number> {
  const now = clock();
  const rows = purchases.map((purchase) => rowOf(till, purchase, now));
  if (rows.length === 0) return 0;
  if (!till.earning) return (await insertPurchases(database.app, rows)).size;
  return insertAndCredit(database.app, rows, till.earning, now);
}

async function insertAndCredit(
  db: Db,
  rows: readonly NewPurchase[],
  { programId, rate }: NonNullable<Till["earning"]>,
  now: Date,
): Promise<number> {
  const points = rows.map((row) => pointsEarned(rate, money(row.amountMinor, row.currency)) ?? 0n);
  const earned = sql`
    select f.member_id, sum(t.points)::int8 as points
    from fresh as f
    join unnest(
      ${arrayLiteral(rows.map((row) => row.memberId))}::uuid[],
      ${arrayLiteral(rows.map((row) => row.purchaseId))}::uuid[],
      ${arrayLiteral(points)}::int8[]
    ) as t (member_id, purchase_id, points) using (member_id, purchase_id)
    group by f.member_id`;
  const [counted] = await db.execute<{ count: number }>(sql`
    with ${freshPurchases(rows)},
    credited as (${accountsCredit(earned, programId, now)} returning 1)
    select count(*)::int4 as count from fresh`);
  return counted?.count ?? 0;
}

function rowOf(till: Till, purchase: LinePurchase, recordedAt: Date): NewPurchase {
  const { identity, memberId, amountMinor, quantity, occurredAt, outletId = null } = purchase;
  const { merchantId, channel, currency } = till;
  const facts = { merchantId, outletId, channel, quantity, occurredAt };
  return {
    ...facts,
    memberId,
    amountMinor,
    currency,
    purchaseId: idOfLine(identity, occurredAt),
    recordedAt,
    source: importSource,
    sourceReference: referenceOf(identity),
    inputHash: hashOfPurchase({ ...facts, amount: money(amountMinor, currency) }),
  };
}
