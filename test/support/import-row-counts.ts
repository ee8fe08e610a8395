import { sql } from "drizzle-orm";
import type { Database } from "../../src/db/client";

/** Where every run of an import leaves its traces, also one that changed nothing. */
const traces = ["audit_entries", "audit_heads", "catalogue_outbox"];

/** How many rows each table holds and a digest of all of them, so that any change shows but for the run's own traces. */
export async function rowCounts(database: Database): Promise<Record<string, string>> {
  const tables = await database.app.execute<{ name: string }>(
    sql`select tablename as name from pg_tables where schemaname = 'alliance' order by 1`,
  );
  const counts: Record<string, string> = {};
  for (const { name } of tables.filter((table) => !traces.includes(table.name))) {
    const table = sql.raw(`alliance."${name}"`);
    const [row] = await database.app.execute<{ said: string }>(sql`
      select count(*) || ' ' || coalesce(sum(hashtextextended(t::text, 0)), 0) as said from ${table} as t`);
    counts[name] = row?.said ?? "";
  }
  return counts;
}
