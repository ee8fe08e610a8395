import { sql } from "drizzle-orm";
import type { Db } from "../db/client";
import { members } from "./members.tables";

export interface MemberSample {
  /** How many active members there are. */
  readonly population: number;
  readonly memberIds: readonly string[];
}

/** Rows that are taken from the socket at once: 50,000 of them in one piece hold the event loop for 35 ms. */
const rowsAtOnce = 2_000;

/**
 * So many active members, or all: those with the smallest hashes of seed and id. Another member more or less changes one
 * place of the sample at most, so that what is compared over time is of nearly the same members. Reads every member's
 * row.
 */
export async function sampleOfMembers(db: Db, size: number, seed: number): Promise<MemberSample> {
  const { sql: text, params } = db
    .select({
      memberId: members.memberId,
      population: sql`(select count(*)::int from ${members} where status = 'ACTIVE')`.as("population"),
    })
    .from(members)
    .where(sql`status = 'ACTIVE'`)
    .orderBy(sql`uuid_hash_extended(member_id, ${seed}::int8), member_id`)
    .limit(size)
    .toSQL();
  const memberIds: string[] = [];
  let population = 0;
  const rows = db.$client.unsafe<{ member_id: string; population: number }[]>(text, params as never[]);
  for await (const piece of rows.cursor(rowsAtOnce)) {
    population = piece[0]?.population ?? population;
    for (const row of piece) memberIds.push(row.member_id);
  }
  return { population, memberIds };
}
