import { and, asc, eq, lt } from "drizzle-orm";
import type { Work } from "../context";
import { inTransaction } from "../db/transaction";
import { adoptIntoTarget } from "./adopt-into-target";
import { lockMergeSource } from "./close-source";
import { mergeClaims } from "./members.tables";
import { releaseClaims, type Merge } from "./merge-claims";

const abandonedAfterMinutes = 15;
const claimsPerSweep = 1000;

/**
 * A job's work: a merge that a crash cut off is finished where the source was closed already, else given up. Reads
 * claims of all members, which no request may.
 */
export async function sweepMergeClaims(
  work: Work,
  olderThanMinutes = abandonedAfterMinutes,
): Promise<{ finished: number; givenUp: number }> {
  const { app } = work.database;
  const before = new Date(work.now.getTime() - olderThanMinutes * 60_000);
  const abandoned = await app
    .select()
    .from(mergeClaims)
    .where(lt(mergeClaims.claimedAt, before))
    .orderBy(asc(mergeClaims.claimedAt))
    .limit(claimsPerSweep);
  const merges = new Map<string, Merge>(abandoned.map((claim) => [claim.mergeId, claim]));
  const swept = { finished: 0, givenUp: 0 };
  for (const merge of merges.values()) {
    const closed = await sourceIsClosed(work, merge);
    if (closed) await adoptIntoTarget(work, merge);
    await releaseClaims(app, merge);
    swept[closed ? "finished" : "givenUp"] += 1;
  }
  return swept;
}

/** Under the source's lock, and taking its claim away where it is not closed, so that it cannot be closed afterwards. */
function sourceIsClosed(work: Work, merge: Merge): Promise<boolean> {
  return inTransaction(work.database.app, async (tx) => {
    const source = await lockMergeSource(tx, merge.sourceId);
    if (source?.mergedInto === merge.targetId) return true;
    await tx
      .delete(mergeClaims)
      .where(and(eq(mergeClaims.memberId, merge.sourceId), eq(mergeClaims.mergeId, merge.mergeId)));
    return false;
  });
}
