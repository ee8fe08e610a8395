import { eq } from "drizzle-orm";
import { recordChange } from "../audit/record-change";
import type { Work } from "../context";
import type { Tx } from "../db/client";
import { inTransaction } from "../db/transaction";
import { encodeMembers } from "../facts/encode-members";
import { done, refuse, type Result } from "../kernel/result";
import { holdsSource, type Merge } from "./merge-claims";
import type { MemberRow } from "./members.queries";
import { members } from "./members.tables";

/** The source's half of a merge, and its point of no return: from here on the source answers as the target. */
export async function closeSource(work: Work, merge: Merge, reason: string): Promise<Result<MemberRow>> {
  return inTransaction(work.database.app, async (tx) => {
    const before = await lockMergeSource(tx, merge.sourceId);
    if (!before || before.status !== "ACTIVE" || !(await holdsSource(tx, merge))) {
      return refuse("VERSION_CONFLICT", "The source was changed meanwhile; read it again and repeat.", [
        "input",
        "sourceId",
      ]);
    }
    const after: MemberRow = {
      ...before,
      status: "MERGED",
      mergedInto: merge.targetId,
      revision: before.revision + 1,
      updatedAt: work.now,
    };
    await tx.update(members).set(after).where(eq(members.memberId, merge.sourceId));
    await encodeMembers(tx, work, [merge.sourceId]);
    await recordChange(tx, work, {
      stream: `member:${merge.sourceId}`,
      action: "mergeMembers",
      resource: `Member:${merge.sourceId}`,
      before,
      after,
      reason,
      event: {
        memberId: merge.sourceId,
        type: "member.merged",
        payload: { memberId: merge.sourceId, mergedInto: merge.targetId },
      },
    });
    return done(after);
  });
}

/** The row itself, not the member at the end of its chain. */
export async function lockMergeSource(tx: Tx, memberId: string): Promise<MemberRow | undefined> {
  const [row] = await tx.select().from(members).where(eq(members.memberId, memberId)).for("update");
  return row;
}
