import { sql } from "drizzle-orm";
import { arrayLiteral, uuidArray } from "../db/arrays";
import type { Queryable } from "../db/client";
import { encodedMembers } from "./facts.tables";

/** Whose encoding changed since the audiences took it up, longest ago first; since when the first of them waits. */
export async function pendingMembers(
  db: Queryable,
  limit: number,
): Promise<{ memberIds: string[]; oldest: Date | null }> {
  const rows = await db
    .select({ memberId: encodedMembers.memberId, changedAt: encodedMembers.changedAt })
    .from(encodedMembers)
    .where(sql`${encodedMembers.pending}`)
    .orderBy(encodedMembers.changedAt)
    .limit(limit);
  return { memberIds: rows.map((row) => row.memberId), oldest: rows[0]?.changedAt ?? null };
}

/** The encodings of these members as they are now. */
export async function encodingsOf(db: Queryable, memberIds: readonly string[]): Promise<Map<string, Buffer>> {
  const rows = await db
    .select({ memberId: encodedMembers.memberId, encoding: encodedMembers.encoding })
    .from(encodedMembers)
    .where(sql`${encodedMembers.memberId} = any(${uuidArray(memberIds)})`);
  return new Map(rows.map(({ memberId, encoding }) => [memberId, encoding]));
}

/**
 * Says that the audiences hold these encodings. A member whose encoding is another one by now stays pending.
 *
 * Written as an upsert, though no row is ever new: it locks the rows in the order of their ids, as everybody does who
 * writes several; an update locks them as its plan happens to find them, and could make writers of tags wait in a circle.
 */
export async function markTakenUp(db: Queryable, taken: ReadonlyMap<string, Buffer>): Promise<void> {
  if (taken.size === 0) return;
  await db.execute(sql`
    insert into ${encodedMembers} as e (member_id, encoding, alias_ids, pending, changed_at)
    select member_id, encoding, '{}', false, now()
    from unnest(${uuidArray([...taken.keys()])}, ${arrayLiteral([...taken.values()])}::bytea[]) as t (member_id, encoding)
    order by member_id
    on conflict (member_id) do update set pending = false
    where e.pending and e.encoding = excluded.encoding`);
}
