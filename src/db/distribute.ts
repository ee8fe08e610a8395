import { sql } from "drizzle-orm";
import { openDoor, type Tx } from "./client";
import { distribution, type Placement } from "./distribution";
import { DatabaseRefusal } from "./failures";
import { lockMigrations } from "./migrate";
import { inTransaction } from "./transaction";

/**
 * Spreads the tables over the nodes of a Citus cluster, as `distribution` says; to be run by hand after the migrations,
 * with or without data in them, and again after a migration that adds a table. What is already spread stays as it is.
 *
 * One transaction: the foreign keys concerned are dropped, the tables spread, the keys added again, since a key between a
 * spread table and one that is not yet is refused by Citus. Throws a DatabaseRefusal on a server without Citus.
 */
export async function distribute(options: { ownerUrl: string; log?: (line: string) => void }): Promise<void> {
  const log = options.log ?? (() => undefined);
  const owner = openDoor({ url: options.ownerUrl }, 1);
  try {
    await inTransaction(owner, async (tx) => {
      await refuseWithoutCitus(tx);
      await lockMigrations(tx, log);
      for (const statement of distributeStatements()) await tx.execute(sql.raw(statement));
    });
    log("All tables are distributed.");
  } finally {
    await owner.$client.end({ timeout: 5 });
  }
}

/** The statements of that one transaction, in order; the same for every state of the database. */
export function distributeStatements(placements: Readonly<Record<string, Placement>> = distribution): string[] {
  return [
    // Parallel connections to the workers would not see the foreign keys that this transaction dropped.
    "set local citus.multi_shard_modify_mode = 'sequential'",
    rememberForeignKeys,
    dropForeignKeys,
    ...Object.entries(placements).flatMap(([table, placement]) => placeTable(table, placement)),
    addForeignKeys,
    ledgerPostBesideMembers,
    stockFunctionsBesideStocks,
  ];
}

/** A call that names its member is then carried out where the member lies, in one round trip. */
const ledgerPostBesideMembers = `
do $$ begin
  perform create_distributed_function('alliance.ledger_post(uuid, jsonb)', 'member_id', colocate_with => 'alliance.members');
end $$`;

/** The same for a benefit's stock. */
const stockFunctionsBesideStocks = `
do $$ declare f regprocedure; begin
  for f in select oid from pg_proc where pronamespace = 'alliance'::regnamespace and proname in ('stock_take', 'stock_settle', 'stock_release') loop
    perform create_distributed_function(f, 'of_benefit', colocate_with => 'alliance.benefit_stocks');
  end loop;
end $$`;

/** Reading pg_dist_partition would fail on other servers with an error that explains nothing. */
async function refuseWithoutCitus(tx: Tx): Promise<void> {
  const found = await tx.execute(sql`select 1 from pg_extension where extname = 'citus'`);
  if (found.length > 0) return;
  throw new DatabaseRefusal(
    "This database has no Citus extension, so its tables cannot be distributed; a single server needs no distributing. " +
      "On a cluster run CREATE EXTENSION citus in this database first.",
  );
}

const rememberForeignKeys = `
create temporary table foreign_keys_to_restore on commit drop as
select conrelid::regclass::text as relation, conname as name, pg_get_constraintdef(c.oid) as definition
from pg_constraint c
where contype = 'f' and connamespace in ('alliance'::regnamespace, 'personal'::regnamespace)
  and (not exists (select 1 from pg_dist_partition where logicalrelid = conrelid)
    or not exists (select 1 from pg_dist_partition where logicalrelid = confrelid))`;

const dropForeignKeys = forEachForeignKey("'alter table %s drop constraint %I', k.relation, k.name");

const addForeignKeys = forEachForeignKey("'alter table %s add constraint %I %s', k.relation, k.name, k.definition");

function forEachForeignKey(format: string): string {
  return `
do $$ declare k record; begin
  for k in select * from foreign_keys_to_restore order by relation, name loop
    execute format(${format});
  end loop;
end $$`;
}

function placeTable(table: string, placement: Placement): string[] {
  if (placement === "local") return [];
  const relation = literal(table);
  return [
    `
do $$ begin
  if not exists (select 1 from pg_dist_partition where logicalrelid = ${relation}::regclass) then
    perform ${placement === "reference" ? `create_reference_table(${relation})` : spread(relation, placement)};
  end if;
end $$`,
  ];
}

function spread(relation: string, placement: Exclude<Placement, string>): string {
  const beside = literal(placement.beside ?? "none");
  return `create_distributed_table(${relation}, ${literal(placement.by)}, colocate_with => ${beside})`;
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
