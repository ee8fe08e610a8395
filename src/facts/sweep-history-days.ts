import { sql } from "drizzle-orm";
import type { Work } from "../context";
import type { Db } from "../db/client";
import { farthestMomentDays } from "./core/counter";
import { historyCounters, historyDays } from "./facts.tables";

const rowsAtOnce = 5_000;

/**
 * A job's work: takes away the days that no question reaches any more. A question adds up its counter's period, and may
 * be of a moment that lies 400 days back. Goes through all members in the order of the primary key, some thousand rows a
 * statement, so that no writer waits for long. Answers how many days it took away.
 */
export async function sweepHistoryDays({ database, now }: Pick<Work, "database" | "now">): Promise<number> {
  let swept = 0;
  for (let after: string | null = null; ;) {
    const last = await lastOfNext(database.app, after);
    if (last === undefined) return swept;
    const rows = await database.app.execute(sql`
      delete from ${historyDays} d using ${historyCounters} c
      where c.code = d.counter_code and ${after === null ? sql`true` : sql`d.member_id > ${after}::uuid`}
        and d.member_id <= ${last}::uuid
        and d.day <= (${now.toISOString()}::timestamptz at time zone c.time_zone)::date
          - c.period_days - ${farthestMomentDays}::int
      returning 1`);
    swept += rows.length;
    after = last;
  }
}

/** The member with whom the next rows end; undefined where there are none. */
async function lastOfNext(db: Db, after: string | null): Promise<string | undefined> {
  const [found] = await db.execute<{ last: string | null }>(sql`
    select max(n.member_id::text) as last from (
      select d.member_id from ${historyDays} d
      ${after === null ? sql`` : sql`where d.member_id > ${after}::uuid`}
      order by d.member_id limit ${rowsAtOnce}) as n`);
  return found?.last ?? undefined;
}
