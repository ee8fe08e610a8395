import { sql } from "drizzle-orm";
import type { Db, Tx } from "./client";
import { lockMigrations } from "./migrate";
import { inTransaction } from "./transaction";

/** Tables that are history: what stands there is never changed or taken away by the application. */
export const appendOnlyTables: readonly string[] = ["alliance.audit_entries", "alliance.redemption_costs"];

/** Tables that only the ledger's kernel writes: functions that run with their owner's rights. */
export const ledgerTables: readonly string[] = [
  "alliance.accounts",
  "alliance.ledger_heads",
  "alliance.transfers",
  "alliance.ledger_entries",
  "alliance.lots",
  "alliance.holds",
  "alliance.cash_accounts",
  "alliance.earning_caps",
  "alliance.earning_remainders",
  "alliance.points_in_transit",
  "alliance.source_references",
];

/** Tables that only the stock's functions write, which run with their owner's rights too: a unit is taken under its lock. */
export const stockTables: readonly string[] = ["alliance.benefit_stocks", "alliance.stock_claims"];

/** The doors of the kernel and of the stock; the kernel's other functions serve these alone. */
const kernelFunctions: readonly string[] = [
  "ledger_post(uuid, jsonb)",
  "ledger_post_batch(uuid[], jsonb)",
  "ledger_claim_reference(text, uuid, text, timestamptz)",
  "ledger_confirm_reference(text, uuid, text, timestamptz)",
  "ledger_release_reference(text, uuid, text, timestamptz)",
  "ledger_transit_arrived(uuid, bigint)",
  "stock_take(uuid, text, integer, uuid[], uuid[], uuid[], integer[], timestamptz, timestamptz)",
  "stock_settle(uuid, text, uuid[], timestamptz[])",
  "stock_release(uuid, text, uuid[])",
];

interface Table {
  readonly schema: string;
  readonly name: string;
  [column: string]: unknown;
}

/**
 * The rights of the two roles in this database, stated anew as a whole, so that a right taken out of here is also taken
 * away. In one transaction: other sessions never see a moment without rights.
 *
 * `alliance_app` reads and writes the tables of schema `alliance` (history only grows, the ledger and
 * the stock are written by their functions alone) and may read which migrations are applied. `alliance_vault` is a member of it and may read and write schema `personal` besides. Neither may TRUNCATE,
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
    await grantFunctions(tx);
  });
}

async function revokeEverything(tx: Tx): Promise<void> {
  const schemas = sql.raw("schema alliance, personal, alliance_migrations");
  const everybody = sql.raw("public, alliance_app, alliance_vault");
  await tx.execute(sql`revoke all on ${schemas} from ${everybody}`);
  await tx.execute(sql`revoke all on all tables in ${schemas} from ${everybody}`);
  await tx.execute(sql`revoke all on all functions in ${schemas} from ${everybody}`);
}

async function grantFunctions(tx: Tx): Promise<void> {
  const doors = sql.raw(kernelFunctions.map((signature) => `alliance.${signature}`).join(", "));
  await tx.execute(sql`grant execute on function ${doors} to alliance_app`);
}

async function grantTables(tx: Tx): Promise<void> {
  for (const table of await listTables(tx)) {
    const name = sql`${sql.identifier(table.schema)}.${sql.identifier(table.name)}`;
    const rights = sql.raw(rightsOn(`${table.schema}.${table.name}`));
    const role = sql.identifier(table.schema === "personal" ? "alliance_vault" : "alliance_app");
    await tx.execute(sql`grant ${rights} on ${name} to ${role}`);
  }
}

function rightsOn(table: string): string {
  if (ledgerTables.includes(table) || stockTables.includes(table)) return "select";
  return appendOnlyTables.includes(table) ? "select, insert" : "select, insert, update, delete";
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
