import { sql, type SQL } from "drizzle-orm";
import { accounts } from "./programs.tables";

/**
 * The statement that adds earned points to accounts, opening those that are not there yet. `earned` selects `member_id`
 * and `points`, each member once. Part of a larger statement, so that points move exactly when what they were earned by
 * is written. The ledger takes its place once it exists.
 */
export function accountsCredit(earned: SQL, programId: string, now: Date): SQL {
  return sql`
    insert into ${accounts} as a (member_id, program_id, available, held, pending, opened_at)
    select e.member_id, ${programId}::uuid, e.points, 0, 0, ${now.toISOString()}::timestamptz
    from (${earned}) as e
    on conflict (member_id, program_id) do update set available = a.available + excluded.available`;
}
