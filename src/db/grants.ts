import { sql } from "drizzle-orm";
import type { Db, Tx } from "./client";
import { lockMigrations } from "./migrate";
import { inTransaction } from "./transaction";

/** Tables that are history: what stands there is never changed or taken away by the application. */
export const appendOnlyTables: readonly string[] = ["alliance.audit_entries"];

interface Table {
  readonly schema: string;
  readonly name: string;
  [column: string]: unknown;
}

/**
 * The rights of the two roles in this database, stated anew as a whole, so that a right taken out of here is also taken
 * away. In one transaction: other sessions never see a moment without rights.
 *
 * `alliance_app` reads and writes the tables of schema `alliance` (history only grows) and may read which migrations are
 * applied. `alliance_vault` is a member of it and may read and write schema `personal` besides. Neither may TRUNCATE,
 * create anything, or has rights by way of PUBLIC.
 */
export async function applyGrants(owner: Db, log: (line: string) => void): Promise<void> {
  await inTransaction(owner, async (tx) => {
    await lockMigrations(tx, log);
    await revokeEverything(tx);
    await tx.execute(sql`grant usage on schema alliance, alliance_migrations to alliance_app`);
    await tx.execute(sql`grant select on alliance_migrations.applied to alliance_app`);
    await tx.execute(sql`grant usage on schema personal to alliance_vault`);
    await grantTables(tx);
  });
}

async function revokeEverything(tx: Tx): Promise<void> {
  const schemas = sql.raw("schema alliance, personal, alliance_migrations");
  const everybody = sql.raw("public, alliance_app, alliance_vault");
  await tx.execute(sql`revoke all on ${schemas} from ${everybody}`);
  await tx.execute(sql`revoke all on all tables in ${schemas} from ${everybody}`);
}

async function grantTables(tx: Tx): Promise<void> {
  for (const table of await listTables(tx)) {
    const name = sql`${sql.identifier(table.schema)}.${sql.identifier(table.name)}`;
    const grows = appendOnlyTables.includes(`${table.schema}.${table.name}`);
    const rights = sql.raw(grows ? "select, insert" : "select, insert, update, delete");
    const role = sql.identifier(table.schema === "personal" ? "alliance_vault" : "alliance_app");
    await tx.execute(sql`grant ${rights} on ${name} to ${role}`);
  }
}

async function listTables(tx: Tx): Promise<Table[]> {
  return [
    ...(await tx.execute<Table>(sql`
      select n.nspname as schema, c.relname as name
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname in ('alliance', 'personal') and c.relkind in ('r', 'p')
      order by 1, 2
    `)),
  ];
}
