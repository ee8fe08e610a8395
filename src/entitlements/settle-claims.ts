import { and, asc, eq, isNotNull, lte, sql } from "drizzle-orm";
import type { Work } from "../context";
import { redemptionOf, type RedemptionRow } from "./entitlements.queries";
import { redemptions, stockClaims } from "./entitlements.tables";
import { lapseReservation } from "./step-redemption";
import { releaseUnits, settleUnits, type Stock } from "./stock";

/** A claim of which it is not known whether its redemption is there. */
export interface OpenClaim extends Stock {
  readonly redemptionId: string;
  readonly memberId: string;
  readonly entitlementId: string;
}

/**
 * Finds out what became of a claim, and settles or releases it. Time alone never frees one: its redemption may still be
 * on the way, in a transaction that waits for the member. So a row is put in its way, under the redemption's own key: if
 * it is there first, that transaction fails and begins anew with another claim; if not, the redemption is there to read.
 *
 * The row stands among the member's redemptions, since only one key of one table can decide which of the two came first.
 * A table of its own would cost each redemption a second insert, for the sake of a handful of crashes; a mark in
 * stock_claims decides nothing, since it lies on another shard than the transaction it should stop. What the row needs of
 * the entitlement the claim carries with it.
 */
export async function lookUpClaim(work: Work, claim: OpenClaim): Promise<void> {
  const { app } = work.database;
  const named = { redemptionId: claim.redemptionId };
  let row = await redemptionOf(app, [claim.memberId], named);
  if (!row) {
    await fence(work, claim);
    row = await redemptionOf(app, [claim.memberId], named);
  }
  if (!row) throw new Error(`neither redemption ${claim.redemptionId} nor its fence is there`);
  if (row.state === "RESERVED" && row.reservedUntil <= work.now) row = await lapseReservation(work, row);
  await settleStock(work, claim, row);
}

/** Brings the stock in line with a redemption's state, which is committed. */
export async function settleStock(
  { database: { app } }: Pick<Work, "database">,
  { benefitId, period }: Stock,
  { memberId, redemptionId, state, reservedUntil, holdsStock }: RedemptionRow,
): Promise<void> {
  if (state === "RELEASED" || state === "REVERSED") {
    await releaseUnits(app, { benefitId, period, redemptionId });
    if (!holdsStock) return;
    await app
      .update(redemptions)
      .set({ holdsStock: false })
      .where(
        and(
          eq(redemptions.memberId, memberId),
          eq(redemptions.redemptionId, redemptionId),
          sql`${redemptions.state} in ('RELEASED', 'REVERSED')`,
        ),
      );
    return;
  }
  const doubtfulFrom = state === "RESERVED" ? reservedUntil : null;
  await settleUnits(app, { benefitId, period, redemptionId, doubtfulFrom });
}

async function fence({ database: { app }, now }: Work, claim: OpenClaim): Promise<void> {
  const { memberId, redemptionId, entitlementId, benefitId } = claim;
  await app
    .insert(redemptions)
    .values({
      ...{ memberId, redemptionId, entitlementId, benefitId, period: "1970-01-01", units: 1 },
      ...{ state: "RELEASED" as const, isFence: true },
      ...{ reservedUntil: now, occurredAt: now, recordedAt: now, undoneAt: now, actor: "fence" },
      // With a character that no caller's key may hold.
      ...{ idempotencyKey: `\nfence ${redemptionId}`, inputHash: Buffer.alloc(0) },
    })
    .onConflictDoNothing();
}

const claimsPerSweep = 500;

/**
 * A job's work: looks up claims that nobody settled, lets reservations lapse whose time is over, and gives units back
 * that a crash kept back. Reads of all members, which no request may.
 */
export async function sweepClaims(work: Work): Promise<number> {
  const { app } = work.database;
  const claims = await app
    .select()
    .from(stockClaims)
    .where(and(isNotNull(stockClaims.doubtfulFrom), lte(stockClaims.doubtfulFrom, work.now)))
    .orderBy(asc(stockClaims.doubtfulFrom))
    .limit(claimsPerSweep);
  await each(claims, (claim) => lookUpClaim(work, claim));
  const lapsed = await app
    .select()
    .from(redemptions)
    .where(and(eq(redemptions.state, "RESERVED"), lte(redemptions.reservedUntil, work.now)))
    .orderBy(asc(redemptions.reservedUntil))
    .limit(claimsPerSweep);
  await each(lapsed, async (row) => settled(work, await lapseReservation(work, row)));
  return claims.length + lapsed.length + (await giveBack(work));
}

/** Redemptions that were given up or taken back, and whose server died before the stock knew. */
async function giveBack(work: Work): Promise<number> {
  const rows = await work.database.app
    .select()
    .from(redemptions)
    .where(and(redemptions.holdsStock, sql`${redemptions.state} in ('RELEASED', 'REVERSED')`))
    .limit(claimsPerSweep);
  await each(rows, (row) => settled(work, row));
  return rows.length;
}

/** After a change of a redemption: the stock follows it. */
export async function settled(work: Work, row: RedemptionRow): Promise<void> {
  if (row.stockPeriod === null) return;
  await settleStock(work, { benefitId: row.benefitId, period: row.stockPeriod }, row);
}

/** One after another; one that fails keeps none of the others up, and is told at the end. */
async function each<Item>(items: readonly Item[], work: (item: Item) => Promise<unknown>): Promise<void> {
  const failures: unknown[] = [];
  for (const item of items) await work(item).catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw failures[0];
}
