import { and, eq, inArray } from "drizzle-orm";
import type { Queryable, Tx } from "../db/client";
import { mergeClaims } from "./members.tables";

export type MergeClaim = typeof mergeClaims.$inferSelect;
export type Merge = Omit<MergeClaim, "memberId" | "claimedAt">;

/**
 * Claims both members for one merge, the lower id first: of two merges that share a member one stops at the first
 * member they share, and of A into B and B into A exactly one gets both. False where another merge holds one of them.
 */
export async function claimBoth(db: Queryable, merge: Merge, now: Date): Promise<boolean> {
  for (const memberId of [merge.sourceId, merge.targetId].sort()) {
    const claimed = await db
      .insert(mergeClaims)
      .values({ memberId, ...merge, claimedAt: now })
      .onConflictDoNothing()
      .returning({ memberId: mergeClaims.memberId });
    if (claimed.length === 1) continue;
    await releaseClaims(db, merge);
    return false;
  }
  return true;
}

export async function releaseClaims(db: Queryable, { mergeId, sourceId, targetId }: Merge): Promise<void> {
  await db
    .delete(mergeClaims)
    .where(and(inArray(mergeClaims.memberId, [sourceId, targetId]), eq(mergeClaims.mergeId, mergeId)));
}

/** Asked under the source's lock: false where the sweeper took this merge for abandoned. */
export async function holdsSource(tx: Tx, { mergeId, sourceId }: Merge): Promise<boolean> {
  const held = await tx
    .select({ memberId: mergeClaims.memberId })
    .from(mergeClaims)
    .where(and(eq(mergeClaims.memberId, sourceId), eq(mergeClaims.mergeId, mergeId)));
  return held.length === 1;
}
