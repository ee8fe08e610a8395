import { and, eq, isNull } from "drizzle-orm";
import { recordChange } from "../audit/record-change";
import type { Work } from "../context";
import type { Queryable, Tx } from "../db/client";
import { inTransaction } from "../db/transaction";
import { encodeMembers } from "../facts/encode-members";
import { adoptTags, tagsToAdopt } from "../tags/adopt-tags";
import type { MemberRow } from "./members.queries";
import { consentsByMembers } from "./members.queries";
import { consents, identities, memberAliases, members } from "./members.tables";
import type { Merge } from "./merge-claims";
import { adoptedConsents } from "./core/merge";

/**
 * The target's half of a merge, after the source was closed: the target answers for the source's ids, and has what the
 * source had at partners: live identities, the consents that are newer, the tags that are newer. They are rows of the
 * target's own, so that everything about a member is asked of one shard; the source's rows stay as they are. What is
 * history (purchases, deliveries) stays under the source's id and is read by way of `aliasesOfMember`. The profile is
 * the target's own alone: one person's two addresses are not put together by a machine.
 *
 * Can be repeated: the second time it finds the alias and does nothing.
 */
export async function adoptIntoTarget(work: Work, merge: Merge): Promise<MemberRow> {
  const { app } = work.database;
  const { sourceId, targetId } = merge;
  // Nothing changes these rows any more, so they are read before, from where they live.
  const aliases = await app.select().from(memberAliases).where(eq(memberAliases.memberId, sourceId));
  const numbers = await liveIdentitiesOf(app, sourceId);
  const answers = await consentsByMembers(app, [sourceId], { kind: "all" });
  const tags = await tagsToAdopt(app, sourceId);
  return inTransaction(app, async (tx) => {
    const [target] = await tx.select().from(members).where(eq(members.memberId, targetId)).for("update");
    if (!target) throw new Error("the target of a merge is gone");
    const ids = [sourceId, ...aliases.map((alias) => alias.aliasId)];
    const adopted = await tx
      .insert(memberAliases)
      .values(ids.map((aliasId) => ({ memberId: targetId, aliasId, mergedAt: work.now })))
      .onConflictDoNothing()
      .returning();
    if (adopted.length === 0) return target;

    if (numbers.length > 0) {
      const rows = numbers.map((row) => ({ ...row, memberId: targetId, adoptedFrom: sourceId }));
      await tx.insert(identities).values(rows).onConflictDoNothing();
    }
    const newer = adoptedConsents(targetId, await allConsents(tx, targetId), answers);
    if (newer.length > 0) await tx.insert(consents).values(newer);
    await adoptTags(tx, targetId, tags, work.now);
    return record(tx, work, target, sourceId);
  });
}

function liveIdentitiesOf(db: Queryable, memberId: string) {
  return db
    .select()
    .from(identities)
    .where(and(eq(identities.memberId, memberId), isNull(identities.unlinkedAt)));
}

function allConsents(tx: Tx, memberId: string) {
  return tx.select().from(consents).where(eq(consents.memberId, memberId));
}

async function record(tx: Tx, work: Work, before: MemberRow, sourceId: string): Promise<MemberRow> {
  const { memberId } = before;
  const after = { ...before, hasAliases: true, revision: before.revision + 1, updatedAt: work.now };
  await tx.update(members).set(after).where(eq(members.memberId, memberId));
  await encodeMembers(tx, work, [memberId]);
  await recordChange(tx, work, {
    stream: `member:${memberId}`,
    action: "mergeMembers",
    resource: `Member:${memberId}`,
    before,
    after: { ...after, alias: sourceId },
    event: { memberId, type: "member.absorbed", payload: { memberId, aliasId: sourceId } },
  });
  return after;
}
