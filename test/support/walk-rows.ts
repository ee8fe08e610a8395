import { sql } from "drizzle-orm";
import type { Database } from "../../src/db/client";

/** Tables that grow by themselves whenever anybody does anything: chains, outboxes. They hold no state of their own. */
const journals = ["audit_entries", "audit_heads", "member_outbox", "catalogue_outbox", "events"];

/** Every row of the database in which one of these ids stands, as text, sorted: what a stranger must leave as it is. */
export async function rowsWith(database: Database, ids: readonly string[]): Promise<string[]> {
  const tables = await database.vault.execute<{ schema: string; name: string }>(sql`
    select n.nspname as schema, c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname in ('alliance', 'personal') and c.relkind in ('r', 'p') order by 1, 2`);
  const rows: string[] = [];
  for (const { schema, name } of tables.filter((table) => !journals.includes(table.name))) {
    const table = sql`${sql.identifier(schema)}.${sql.identifier(name)}`;
    const found = await database.vault.execute<{ row: string }>(
      sql`select row_to_json(t)::text as row from ${table} t`,
    );
    rows.push(...found.map(({ row }) => `${name} ${row}`).filter((row) => ids.some((id) => row.includes(id))));
  }
  return rows.sort();
}
