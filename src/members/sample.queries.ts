import { sql } from "drizzle-orm";
import type { Queryable } from "../db/client";
import { members } from "./members.tables";

export interface MemberSample {
  /** How many active members there are. */
  readonly population: number;
  readonly memberIds: readonly string[];
}

/**
 * So many active members, or all: those with the smallest hashes of seed and id. Another member more or less changes one
 * place of the sample at most, so that what is compared over time is of nearly the same members. Reads every member's
 * row: 0.5 s a million.
 */
export async function sampleOfMembers(db: Queryable, size: number, seed: number): Promise<MemberSample> {
  const rows = await db.execute<{ member_id: string; population: number }>(sql`
    select member_id, (select count(*)::int from ${members} where status = 'ACTIVE') as population
    from ${members} where status = 'ACTIVE'
    order by uuid_hash_extended(member_id, ${seed}::int8), member_id
    limit ${size}`);
  return { population: rows[0]?.population ?? 0, memberIds: rows.map((row) => row.member_id) };
}
