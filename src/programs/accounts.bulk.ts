import { sql, type SQL } from "drizzle-orm";
import type { Work } from "../context";
import { arrayLiteral } from "../db/arrays";
import type { Db } from "../db/client";
import { writeFacts } from "../members/write-facts";
import { accounts, memberTiers } from "./programs.tables";

/**
 * The statement that adds earned points to accounts, opening those that are not there yet. `earned` selects `member_id`
 * and `points`, each member once. Part of a larger statement, so that points move exactly when what they were earned by
 * is written. The ledger takes its place once it exists.
 */
export function accountsCredit(earned: SQL, programId: string, now: Date): SQL {
  return sql`
    insert into ${accounts} as a (member_id, program_id, available, held, pending, opened_at, last_moved_at)
    select e.member_id, ${programId}::uuid, e.points, 0, 0, ${now.toISOString()}::timestamptz, ${now.toISOString()}::timestamptz
    from (${earned}) as e
    on conflict (member_id, program_id) do update set available = a.available + excluded.available`;
}

/** What a member has in a program when the alliance takes the program over. */
export interface OpeningBalance {
  readonly memberId: string;
  readonly programId: string;
  readonly available: bigint;
}

/** Opens many accounts with what they bring; an account that is there stays as it is. */
export async function insertOpeningBalances(db: Db, rows: readonly OpeningBalance[], now: Date): Promise<void> {
  if (rows.length === 0) return;
  await db.execute(sql`
    insert into ${accounts} (member_id, program_id, available, held, pending, opened_at, last_moved_at)
    select t.member_id, t.program_id, t.available, 0, 0, ${now.toISOString()}::timestamptz, ${now.toISOString()}::timestamptz
    from unnest(
      ${arrayLiteral(rows.map((row) => row.memberId))}::uuid[],
      ${arrayLiteral(rows.map((row) => row.programId))}::uuid[],
      ${arrayLiteral(rows.map((row) => row.available))}::int8[]
    ) as t (member_id, program_id, available)
    on conflict do nothing
  `);
}

/** A tier that a member brings, with how it was reached and until when it holds. */
export type OpeningTier = typeof memberTiers.$inferSelect;

/** Gives many members the tier they bring; a member who has one in the program keeps it. */
export async function insertOpeningTiers(
  work: Pick<Work, "services" | "now">,
  rows: readonly OpeningTier[],
): Promise<void> {
  await writeFacts(work, rows, (tx) => tx.execute(tiersInsert(rows)));
}

function tiersInsert(rows: readonly OpeningTier[]): SQL {
  return sql`
    insert into ${memberTiers} (member_id, program_id, tier_code, source, reached_at, valid_until)
    select * from unnest(
      ${arrayLiteral(rows.map((row) => row.memberId))}::uuid[],
      ${arrayLiteral(rows.map((row) => row.programId))}::uuid[],
      ${arrayLiteral(rows.map((row) => row.tierCode))}::text[],
      ${arrayLiteral(rows.map((row) => row.source))}::text[],
      ${arrayLiteral(rows.map((row) => row.reachedAt))}::timestamptz[],
      ${arrayLiteral(rows.map((row) => row.validUntil))}::timestamptz[])
    on conflict do nothing
  `;
}
