import { sql } from "drizzle-orm";
import type { Database } from "../../src/db/client";

/** How many rows each table holds and a digest of all of them, so that any change shows. */
export async function rowCounts(database: Database): Promise<Record<string, string>> {
  const tables = await database.app.execute<{ name: string }>(
    sql`select tablename as name from pg_tables where schemaname = 'alliance' order by 1`,
  );
  const counts: Record<string, string> = {};
  for (const { name } of tables) {
    const table = sql.raw(`alliance."${name}"`);
    const [row] = await database.app.execute<{ said: string }>(sql`
      select count(*) || ' ' || coalesce(sum(hashtextextended(t::text, 0)), 0) as said from ${table} as t`);
    counts[name] = row?.said ?? "";
  }
  return counts;
}
