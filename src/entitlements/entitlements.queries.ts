import { and, asc, eq, inArray, sql } from "drizzle-orm";
import { uuidArray } from "../db/arrays";
import type { Queryable } from "../db/client";
import type { UsesByPeriod } from "./core/quota";
import { entitlements, redemptions } from "./entitlements.tables";

export type EntitlementRow = typeof entitlements.$inferSelect;
export type RedemptionRow = typeof redemptions.$inferSelect;

/** Everything that was granted to the member under any of its ids, oldest first. */
export function entitlementsOfMember(db: Queryable, allIds: readonly string[]): Promise<EntitlementRow[]> {
  return db
    .select()
    .from(entitlements)
    .where(sql`${entitlements.memberId} = any(${uuidArray(allIds)})`)
    .orderBy(asc(entitlements.grantedAt), asc(entitlements.entitlementId));
}

/**
 * The units that are taken of each of the entitlements, by the period that they count in: what was confirmed or
 * completed, and what is reserved at this moment. They are summed up each time and kept nowhere, so that a reservation
 * that lapses gives its units back by the clock, and no count can differ from what it counts.
 */
export async function usesOf(
  db: Queryable,
  allIds: readonly string[],
  entitlementIds: readonly string[],
  now: Date,
): Promise<ReadonlyMap<string, UsesByPeriod>> {
  const { entitlementId, period, units, state, reservedUntil } = redemptions;
  const sum = sql<number>`sum(${units})::int4`;
  const isTaken = sql`(${state} in ('CONFIRMED', 'COMPLETED')
    or (${state} = 'RESERVED' and ${reservedUntil} > ${now.toISOString()}::timestamptz))`;
  const rows = await db
    .select({ entitlementId, period, units: sum })
    .from(redemptions)
    .where(
      and(
        sql`${redemptions.memberId} = any(${uuidArray(allIds)})`,
        inArray(entitlementId, [...entitlementIds]),
        isTaken,
      ),
    )
    .groupBy(entitlementId, period);
  const uses = new Map<string, Map<string, number>>();
  for (const row of rows) {
    const ofOne = uses.get(row.entitlementId) ?? new Map<string, number>();
    uses.set(row.entitlementId, ofOne.set(row.period, row.units));
  }
  return uses;
}

/** One redemption of the member by its id, by the key under which it was asked for, or by the code that was shown. */
export async function redemptionOf(
  db: Queryable,
  allIds: readonly string[],
  by: { readonly redemptionId: string } | { readonly idempotencyKey: string } | { readonly codeDigest: Buffer },
): Promise<RedemptionRow | undefined> {
  const [wanted] = Object.entries(by).map(([name, value]) => eq(redemptions[name as "redemptionId"], value as string));
  const [row] = await db
    .select()
    .from(redemptions)
    .where(and(sql`${redemptions.memberId} = any(${uuidArray(allIds)})`, wanted));
  return row;
}

/** Whether a use of any of these entitlements is reserved or confirmed, and not completed yet. */
export async function openRedemptions(
  db: Queryable,
  allIds: readonly string[],
  entitlementIds: readonly string[],
  now: Date,
): Promise<boolean> {
  const { entitlementId, state, reservedUntil } = redemptions;
  const [open] = await db
    .select({ redemptionId: redemptions.redemptionId })
    .from(redemptions)
    .where(
      and(
        sql`${redemptions.memberId} = any(${uuidArray(allIds)})`,
        inArray(entitlementId, [...entitlementIds]),
        sql`(${state} = 'CONFIRMED' or (${state} = 'RESERVED' and ${reservedUntil} > ${now.toISOString()}::timestamptz))`,
      ),
    )
    .limit(1);
  return open !== undefined;
}

/** One entitlement of the member under any of its ids. */
export async function entitlementOf(
  db: Queryable,
  allIds: readonly string[],
  entitlementId: string,
): Promise<EntitlementRow | undefined> {
  const [row] = await db
    .select()
    .from(entitlements)
    .where(
      and(sql`${entitlements.memberId} = any(${uuidArray(allIds)})`, eq(entitlements.entitlementId, entitlementId)),
    );
  return row;
}
