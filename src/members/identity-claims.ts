import { and, asc, eq, isNull, lt, sql } from "drizzle-orm";
import type { Work } from "../context";
import type { Db } from "../db/client";
import { identityLookup } from "./members.tables";
import { finalMemberId, liveIdentity } from "./members.queries";

/**
 * A partner's number is a thing of its own, apart from the member: its row in `identity_lookup` may live on another
 * shard. So every command that gives or takes a number goes in steps, each a transaction of its own:
 *
 *     claim the number's row → change the member's rows → settle the claim
 *
 * A claim is a row that is not confirmed. Settling looks at the member: where its identity with this number is live the
 * claim is confirmed, else the number is free again. A crash leaves the claim, which nobody else can take, and the
 * sweeper settles it.
 */
export interface NumberClaim {
  readonly partnerId: string;
  readonly number: string;
  readonly memberId: string;
}

/** Takes a number that nobody has. False where it is taken, also by this very member. */
export async function claimNumber(db: Db, claim: NumberClaim, now: Date): Promise<boolean> {
  const claimed = await db
    .insert(identityLookup)
    .values({ ...claim, claimedAt: now, confirmedAt: null })
    .onConflictDoNothing()
    .returning({ number: identityLookup.number });
  return claimed.length === 1;
}

/** Puts the number of a live identity under a claim again, before it is taken from its member. */
export async function reclaimNumber(db: Db, partnerId: string, number: string, now: Date): Promise<void> {
  await db
    .update(identityLookup)
    .set({ claimedAt: now, confirmedAt: null })
    .where(and(eq(identityLookup.partnerId, partnerId), eq(identityLookup.number, number)));
}

/**
 * Confirms the claim of a number that its member now has. False where the sweeper took the claim for abandoned and the
 * number went to another member; a number that was only freed is taken again.
 */
export async function confirmNumber(db: Db, claim: NumberClaim, now: Date): Promise<boolean> {
  const confirmed = await db
    .insert(identityLookup)
    .values({ ...claim, claimedAt: now, confirmedAt: now })
    .onConflictDoUpdate({
      target: [identityLookup.partnerId, identityLookup.number],
      set: { confirmedAt: sql`excluded.confirmed_at` },
      setWhere: sql`${identityLookup.memberId} = excluded.member_id`,
    })
    .returning({ number: identityLookup.number });
  return confirmed.length === 1;
}

/** Confirms the claim where the member has the number, else frees the number. Does nothing where it is settled. */
export async function settleNumber(db: Db, claim: NumberClaim, now: Date): Promise<"confirmed" | "freed"> {
  const stillClaimed = and(
    eq(identityLookup.partnerId, claim.partnerId),
    eq(identityLookup.number, claim.number),
    eq(identityLookup.memberId, claim.memberId),
    isNull(identityLookup.confirmedAt),
  );
  const memberId = await finalMemberId(db, claim.memberId);
  if (memberId && (await liveIdentity(db, { ...claim, memberId }))) {
    await db.update(identityLookup).set({ confirmedAt: now }).where(stillClaimed);
    return "confirmed";
  }
  await db.delete(identityLookup).where(stillClaimed);
  return "freed";
}

/** Settles whatever claim stands on the number: the last step of unlinking, done or refused. */
export async function releaseNumber(
  db: Db,
  { partnerId, number }: Omit<NumberClaim, "memberId">,
  now: Date,
): Promise<void> {
  const [claim] = await db
    .select()
    .from(identityLookup)
    .where(and(eq(identityLookup.partnerId, partnerId), eq(identityLookup.number, number)));
  if (claim) await settleNumber(db, claim, now);
}

/** Who the number's row names: a member that may not have it, or not any more, or that was merged into another. */
export async function claimantOf(db: Db, partnerId: string, number: string): Promise<string | undefined> {
  const [row] = await db
    .select({ memberId: identityLookup.memberId })
    .from(identityLookup)
    .where(and(eq(identityLookup.partnerId, partnerId), eq(identityLookup.number, number)));
  return row?.memberId;
}

/** Whose number it is, at the end of any merges; undefined where it is nobody's. One statement more a merge. */
export async function memberIdByNumber(db: Db, partnerId: string, number: string): Promise<string | undefined> {
  const claimant = await claimantOf(db, partnerId, number);
  const memberId = claimant && (await finalMemberId(db, claimant));
  // A claim that is not settled names a member that may not have the number, or not any more.
  if (!memberId || !(await liveIdentity(db, { partnerId, number, memberId }))) return undefined;
  return memberId;
}

/** Longer than any enrolment takes; one that takes longer still finds its number gone and says so. */
const abandonedAfterMinutes = 15;
const claimsPerSweep = 1000;

/** A job's work: settles what crashes left behind. Reads claims of all numbers, which no request may. */
export async function sweepIdentityClaims(
  work: Pick<Work, "database" | "now">,
  olderThanMinutes = abandonedAfterMinutes,
): Promise<{ confirmed: number; freed: number }> {
  const { app } = work.database;
  const before = new Date(work.now.getTime() - olderThanMinutes * 60_000);
  const abandoned = await app
    .select()
    .from(identityLookup)
    .where(and(isNull(identityLookup.confirmedAt), lt(identityLookup.claimedAt, before)))
    .orderBy(asc(identityLookup.claimedAt))
    .limit(claimsPerSweep);
  const settled = { confirmed: 0, freed: 0 };
  for (const claim of abandoned) settled[await settleNumber(app, claim, work.now)] += 1;
  return settled;
}
