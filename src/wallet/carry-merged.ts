import { sql } from "drizzle-orm";
import type { Work } from "../context";
import { postCommand } from "../ledger/post";
import { settleTransit } from "../ledger/settle-transit";

interface Left {
  readonly member_id: string;
  readonly target_id: string;
  readonly program_id: string;
  readonly sequence: string;
  [column: string]: unknown;
}

/**
 * Moves what merged members have to the members that answer for them, with its lots and dates. Done again and again, since
 * points of a merged member also come later: held ones that are given back, pending ones that are released, refunds.
 * They go to the end of the chain of merges, and stay where they are while that member is closed: sending them to who cannot
 * take them would lengthen the sender's chain by two transfers at each run, for ever.
 */
export async function carryMerged({ database, now }: Pick<Work, "database" | "now">): Promise<number> {
  const left = await database.app.execute<Left>(sql`
    select a.member_id, target.member_id as target_id, a.program_id, h.sequence::text
    from alliance.members m
    join alliance.accounts a on a.member_id = m.member_id and a.available > 0
    join alliance.ledger_heads h on h.member_id = m.member_id
    cross join lateral (
      with recursive answering as (
        select m.merged_into as member_id
        union all
        select next.merged_into from answering join alliance.members next using (member_id)
        where next.merged_into is not null)
      select member_id from answering join alliance.members last using (member_id) where last.status = 'ACTIVE') target
    where m.status = 'MERGED' and exists (
      select 1 from alliance.lots l where l.member_id = a.member_id and l.program_id = a.program_id and l.is_open
        and l.available > 0 and (l.expires_at is null or l.expires_at > ${now.toISOString()}::timestamptz))
    limit 1000`);
  for (const { member_id: memberId, target_id: receiverId, program_id: programId, sequence } of left) {
    const sent = await postCommand(
      { database },
      {
        ...{ command: "TRANSFER_OUT", memberId, receiverId, programId, amount: null, useOrder: "SOONEST" },
        // Named by how far the chain was: what comes later is carried over by another transfer.
        idempotencyKey: `merge:${programId}:${sequence}`,
        cause: { kind: "MERGE", id: receiverId },
        ...{ actor: "service:jobs", occurredAt: now, recordedAt: now },
      },
    );
    if (sent.outcome === "DONE") await settleTransit({ database }, { memberId, sequence: sent.sequence }, now);
  }
  return left.length;
}
