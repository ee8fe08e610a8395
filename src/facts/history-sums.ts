import { sql } from "drizzle-orm";
import { textArray, uuidArray } from "../db/arrays";
import type { Db } from "../db/client";
import { encodedMembers, historyCounters, historyDays } from "./facts.tables";

/** Which of these counters were declared. */
export async function declaredCounters(db: Db, codes: readonly string[]): Promise<string[]> {
  if (codes.length === 0) return [];
  const rows = await db
    .select({ code: historyCounters.code })
    .from(historyCounters)
    .where(sql`${historyCounters.code} = any(${textArray(codes)})`);
  return rows.map((row) => row.code);
}

/**
 * The sums of one counter of many members over its period, as it is on the day of the moment; those of whom nothing was
 * counted are not in it. What was counted under an id that was merged into a member is the member's.
 */
export async function historySums(
  db: Db,
  code: string,
  memberIds: readonly string[],
  at: Date,
): Promise<Map<string, number>> {
  const merged = await db
    .select({ memberId: encodedMembers.memberId, aliasIds: encodedMembers.aliasIds })
    .from(encodedMembers)
    .where(sql`${encodedMembers.memberId} = any(${uuidArray(memberIds)}) and ${encodedMembers.aliasIds} <> '{}'`);
  const owners = new Map(merged.flatMap(({ memberId, aliasIds }) => aliasIds.map((aliasId) => [aliasId, memberId])));
  const day = sql`(${at.toISOString()}::timestamptz at time zone c.time_zone)::date`;
  const rows = await db.execute<{ member_id: string; total: string }>(sql`
    select d.member_id, sum(d.value)::text as total
    from ${historyDays} d join ${historyCounters} c on c.code = d.counter_code
    where d.member_id = any(${uuidArray([...memberIds, ...owners.keys()])}) and d.counter_code = ${code}
      and d.day > ${day} - c.period_days and d.day <= ${day}
    group by 1`);
  const sums = new Map<string, bigint>();
  for (const { member_id: id, total } of rows) {
    const owner = owners.get(id) ?? id;
    sums.set(owner, (sums.get(owner) ?? 0n) + BigInt(total));
  }
  return new Map([...sums].map(([memberId, total]) => [memberId, Number(total)]));
}
